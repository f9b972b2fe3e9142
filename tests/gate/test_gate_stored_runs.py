"""A run that lies in the base commit is believed before its bundle: its outputs, found by what they are, and its own record."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from gate_worlds import World, git, world

from benchharness.records.gate import Check, CheckStatus, Outcome, ProposalReport


def check_of(report: ProposalReport, name: str) -> Check:
    (found,) = [each for each in report.checks if each.name == name]
    return found


def with_run(kind: str, folder: Path) -> World:
    """Return a world whose base has the run, with its outputs, and whose pull request brings the proposal."""
    here = world(kind, folder)
    git(here.root, "init", "-q", "-b", "main")
    (here.root / ".gitignore").write_text(".bench/\n")
    git(here.root, "add", "-A", "--", ".gitignore", ":(glob)suites/*.yaml", "goldensets", "reports")
    git(here.root, "commit", "-q", "-m", "base")
    git(here.root, "checkout", "-q", "-b", "pull-request")
    here.commit("propose")
    return here


@pytest.fixture
def based(tmp_path: Path) -> World:
    return with_run("not-justified", tmp_path)


def prompts_fail(row: dict[str, Any]) -> None:
    """Turn half of the prompts' matches into misses, and nothing else."""
    number = int(row["example_id"][1:]) if "example_id" in row else 1
    if row.get("candidate") in ("mini", "midi") and row["matched"] and number % 2:
        row.update(matched=False, score=0.0)


def decoy_before(here: World) -> None:
    """Add a directory of the run's name that comes before the run's own."""
    shutil.copytree(here.run, here.root / "reports/aaa" / here.run.name)
    here.commit("decoy")


def another_name(here: World) -> None:
    name = here.run.name
    here.forge_manifest(run=f"{name[:-1]}{'0' if name[-1] != '0' else '1'}")


def no_name(here: World) -> None:
    here.forge_manifest(run="")


def another_hash(here: World) -> None:
    here.forge_record(lambda record: record.update(results_hash="sha256:" + "0" * 64))


def another_hash_and_name(here: World) -> None:
    another_hash(here)
    another_name(here)


def gone_here(here: World) -> None:
    shutil.rmtree(here.root / "reports")
    here.commit("no run any more")


def link_here(here: World) -> None:
    name = here.run.name
    shutil.rmtree(here.root / "reports")
    (here.root / "elsewhere").mkdir()
    (here.root / "reports").symlink_to("elsewhere")
    (here.root / "elsewhere/keep").write_text(name)
    here.commit("a link")


ESCAPES: dict[str, Callable[[World], None]] = {
    each.__name__: each for each in (decoy_before, another_name, no_name, another_hash, another_hash_and_name, gone_here, link_here)
}


class TestEditedScores:
    @pytest.mark.parametrize("escape", ESCAPES)
    def test_are_found_whatever_the_run_is_called_and_wherever_else_it_lies(self, escape: str, based: World) -> None:
        assert "500 stored outputs scored again" in check_of(based.judged(base="main"), "scores").sentence
        based.forge_scores(prompts_fail)
        ESCAPES[escape](based)
        report = based.judged(base="main")
        assert report.outcome is Outcome.MISMATCH, report.headline
        assert "aren't what the stored outputs get: mini/zero g" in check_of(report, "scores").sentence

    def test_are_found_where_the_pull_request_brings_outputs_that_agree_with_them(self, based: World) -> None:
        # The outputs are made up as well, and lie where the run's own lay.
        based.forge_scores(prompts_fail)
        (based.run / "results.parquet").write_bytes(b"PAR1 made up")
        based.commit()
        assert check_of(based.judged(base="main"), "scores").status is CheckStatus.FAILED

    def test_without_any_outputs_in_the_base_are_told_to_be_a_word(self, tmp_path: Path) -> None:
        here = world("not-justified", tmp_path)
        here.begin(without_reports=False)
        here.commit("the run comes with the proposal")
        report = here.judged(base="main")
        assert check_of(report, "scores").status is CheckStatus.NOT_CHECKED
        assert "came with this pull request" in check_of(report, "scores").sentence
        assert "word of whoever made the run" in " ".join(report.caveats)

    @pytest.mark.parametrize("where", ["a submodule", "a folder that is ignored and was added all the same"])
    def test_of_a_run_that_comes_in_another_way_prove_nothing(self, where: str, tmp_path: Path) -> None:
        here = world("not-justified", tmp_path / "repo")
        if where == "a submodule":
            here.begin(without_reports=False)
            git(here.root / "reports", "init", "-q", "-b", "main")
            git(here.root / "reports", "add", "-A")
            git(here.root / "reports", "commit", "-q", "-m", "runs")
            here.commit("runs of our own")
        else:
            here.begin()
            git(here.root, "add", "-f", "reports")
            here.commit("propose")
        assert check_of(here.judged(base="main"), "scores").status is CheckStatus.NOT_CHECKED

    def test_of_another_run_on_the_same_outputs_are_scored_as_far_as_they_lie_there(self, based: World) -> None:
        another_hash_and_name(based)
        check = check_of(based.judged(base="main"), "scores")
        assert check.status is CheckStatus.NOT_CHECKED
        assert "500 of its 500 answers" in check.sentence

    def test_a_run_of_the_same_name_with_other_results_is_an_edit(self, based: World) -> None:
        another_hash(based)
        assert check_of(based.judged(base="main"), "scores").status is CheckStatus.FAILED


FACTS: dict[str, Callable[[dict[str, Any]], object]] = {
    "looks": lambda record: record["facts"]["looks"].update(count=1, policy_changed=False),
    "warnings": lambda record: record["facts"].update(warnings=[]),
    "started_at": lambda record: record.update(started_at=record["started_at"].replace("T", "T0", 1)[:11] + "00:00:00+00:00"),
    "skipped": lambda record: record.update(skipped=[]),
    "metric": lambda record: record["facts"].update(metric={}),
    "prices": lambda record: record["facts"].update(prices={}),
    "asking": lambda record: record["facts"].update(asking=None),
    "versions": lambda record: record["versions"].update(benchharness="9.9.9"),
    "finished_at": lambda record: record.update(finished_at=""),
}


class TestTheRunsOwnRecord:
    def spoken(self, here: World) -> None:
        """Let the base's record say what a forger would rather not have said, and the bundle repeat it."""

        def say(record: dict[str, Any]) -> None:
            record["facts"]["looks"].update(count=7, policy_changed=True)
            record["facts"].update(warnings=["Look out."], prices={"m": {"input_usd_per_million": 1.0, "output_usd_per_million": 1.0}})
            record.update(skipped=[{"candidate": "strong", "reason": "no key", "hint": ""}])

        git(here.root, "checkout", "-q", "main")
        path = here.run / "run.json"
        record = json.loads(path.read_text())
        say(record)
        path.write_text(json.dumps(record))
        git(here.root, "commit", "-qam", "what the run says")
        git(here.root, "checkout", "-q", "pull-request")
        git(here.root, "merge", "-q", "--no-edit", "main")
        here.forge_record(say)
        here.commit()

    @pytest.mark.parametrize("fact", FACTS)
    def test_is_believed_and_a_bundle_that_says_otherwise_refused(self, fact: str, tmp_path: Path) -> None:
        here = with_run("justified", tmp_path)
        self.spoken(here)
        before = here.judged(base="main")
        assert before.outcome is not Outcome.MISMATCH, before.headline
        here.forge_record(FACTS[fact])  # type: ignore[arg-type]
        if fact == "started_at":
            here.forge_manifest(started_at=json.loads((here.bundle / "run.json").read_text())["started_at"])
        report = here.judged(base="main")
        assert report.outcome is Outcome.MISMATCH, report.headline
        (check,) = [each for each in report.checks if each.name == "record" and each.status is CheckStatus.FAILED]
        assert fact in check.sentence
        assert report.verdict == before.verdict

    def test_that_agrees_is_told_to_be_more_than_a_word(self, based: World) -> None:
        report = based.judged(base="main")
        assert check_of(report, "record").status is CheckStatus.PASSED
        assert "nothing here can check" not in " ".join(report.caveats)

    def test_that_isnt_there_leaves_the_bundles_word(self, tmp_path: Path) -> None:
        here = world("justified", tmp_path, reports=False)
        here.begin()
        here.commit()
        said = " ".join(here.judged(base="main").caveats)
        assert "nothing here can check" in said
        assert "when it ran" in said

    def test_of_an_old_run_keeps_it_old(self, based: World) -> None:
        # The bundle's own day is edited to be young; the base knows better.
        late = based.days(80)
        based.forge_record(lambda record: record.update(started_at=f"{late}T00:00:00+00:00"))
        based.forge_manifest(started_at=f"{late}T00:00:00+00:00")
        report = based.judged(base="main", after=95)
        assert report.outcome is Outcome.MISMATCH
        (age,) = [each for each in report.checks if each.name == "evidence-age"]
        assert age.status is CheckStatus.FAILED
        assert "95 days old" in age.sentence

    def test_of_evidence_that_was_merged_before_keeps_its_day(self, tmp_path: Path) -> None:
        # No outputs anywhere, but the base has the bundle of the same answers, with its day.
        here = world("not-justified", tmp_path, reports=False)
        here.begin()
        here.merge()
        late = here.days(80)
        here.forge_record(lambda record: record.update(started_at=f"{late}T00:00:00+00:00"))
        here.forge_manifest(started_at=f"{late}T00:00:00+00:00")
        here.commit()
        report = here.judged(base="main", after=95)
        assert report.outcome is Outcome.MISMATCH
        assert "started_at" in " ".join(each.sentence for each in report.checks if each.name == "record")
