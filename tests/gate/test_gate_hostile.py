"""What a hostile reviewer got past the gate, each held shut: a record, a policy, an exam or a decision of the pull request's own making."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from gate_worlds import ID, World, git, world

from benchharness.digests import file_hash
from benchharness.records.gate import CheckStatus, Outcome, ProposalReport
from benchharness.report.gate.markdown import comment


def begun(kind: str, folder: Path) -> World:
    here = world(kind, folder, reports=False)
    here.begin()
    return here


def base_has_policy(here: World, text: str) -> None:
    git(here.root, "checkout", "-q", "main")
    here.policy.write_text(text)
    git(here.root, "add", "-A", "--", "suites/gate.yaml")
    git(here.root, "commit", "-qm", "the gate's policy")
    git(here.root, "checkout", "-q", "pull-request")
    git(here.root, "merge", "-q", "main", "-m", "merge")


def failing(report: ProposalReport) -> set[str]:
    return {each.name for each in report.checks if each.status in (CheckStatus.FAILED, CheckStatus.OPEN)}


class TestTheRecord:
    @pytest.mark.parametrize(
        ("change", "check"),
        [
            (lambda record: record["facts"]["effort"][0].update(strategies=["zero-shot", "few-shot", "retrieval", "structured"]), "facts"),
            (lambda record: record["facts"].update(labelled_examples=999_999), "facts"),
            (lambda record: record["facts"].update(stopping={**(record["facts"]["stopping"] or STOPPING), "confidence": 0.51}), "facts"),
            (lambda record: record["golden_set"].update(asked=record["golden_set"]["asked"] - 1), "asked"),
        ],
    )
    def test_a_fact_that_can_be_made_again_is_not_believed(self, change: Any, check: str, tmp_path: Path) -> None:
        here = world("justified", tmp_path, reports=False)
        here.forge_record(change)
        report = here.judged()
        assert (report.outcome, check in failing(report)) == (Outcome.MISMATCH, True), report.headline

    def test_more_golden_examples_than_there_are_make_no_leak_smaller(self, tmp_path: Path) -> None:
        here = world("justified", tmp_path, reports=False)
        here.pool.write_text(here.pool.read_text() + "".join(line + "\n" for line in here.golden.read_text().splitlines()[:9]))
        here.edit(here.proposal, training_digest(here), file_hash(here.pool))
        here.edit(here.proposal, "examples: 40", "examples: 49")
        here.forge_record(lambda record: record["facts"]["leakage"].update(golden=10**6))
        assert here.judged().outcome is Outcome.NOT_JUSTIFIED

    def test_a_record_of_a_million_examples_takes_no_memory(self, tmp_path: Path) -> None:
        here = world("justified", tmp_path, reports=False)
        here.forge_record(huge, verdict=False)
        report = here.judged()
        assert report.outcome is Outcome.MISMATCH
        assert "speaks of 1000000000 examples" in report.headline

    def test_what_nothing_can_check_is_said_beside_the_verdict(self, tmp_path: Path) -> None:
        here = world("justified", tmp_path, reports=False)
        here.decide("approved")
        report = here.gate()
        text = comment(report, valid_at="2026-11-21T00:00:00Z")
        shown = text.split("<details>")[0]
        assert "they are the word of whoever made the run" in shown
        assert "nothing here can check" in shown
        assert "No model answered for" in shown


class TestTheExam:
    def test_a_golden_set_changed_in_the_same_pull_request_withholds_the_yes(self, tmp_path: Path) -> None:
        here = begun("justified", tmp_path)
        git(here.root, "checkout", "-q", "main")
        lines = here.golden.read_text().splitlines(keepends=True)
        here.golden.write_text("".join(lines[:-1]))
        git(here.root, "commit", "-qam", "an older exam")
        git(here.root, "checkout", "-q", "pull-request")
        git(here.root, "merge", "-q", "main", "-m", "merge")
        here.golden.write_text("".join(lines))
        report = here.judged(base="main")
        assert (report.outcome, "exam" in failing(report)) == (Outcome.UNDECIDED, True), report.headline

    def test_a_candidate_taken_out_of_the_suite_withholds_the_yes(self, tmp_path: Path) -> None:
        here = begun("justified", tmp_path)
        git(here.root, "checkout", "-q", "main")
        here.edit(here.suite, "candidates:\n", "candidates:\n  - {name: strong, model: rehearsal/strong, prompts: [zero]}\n")
        git(here.root, "commit", "-qam", "one more candidate")
        git(here.root, "checkout", "-q", "pull-request")
        report = here.judged(base="main")
        assert report.outcome is Outcome.UNDECIDED
        assert "the candidate strong, taken away" in " ".join(each.sentence for each in report.checks)

    def test_golden_examples_renamed_in_the_bundle_are_no_golden_examples(self, tmp_path: Path) -> None:
        here = world("justified", tmp_path, reports=False)
        here.forge_scores(rename)
        report = here.judged()
        assert (report.outcome, "golden-set" in failing(report)) == (Outcome.MISMATCH, True)

    def test_data_taken_away_is_not_taken_for_clean(self, tmp_path: Path) -> None:
        here = begun("justified", tmp_path)
        here.pool.unlink()
        report = here.judged(base="main")
        assert report.outcome is Outcome.MISMATCH
        assert "taken away in this pull request" in " ".join(each.sentence for each in report.checks)


class TestThePolicy:
    def test_a_link_in_the_policys_place_changes_no_policy(self, tmp_path: Path) -> None:
        here = begun("not-justified", tmp_path)
        base_has_policy(here, 'guards: [{paths: ["deploy/**"]}]\n')
        (here.root / "deploy").mkdir()
        (here.root / "deploy/model.yaml").write_text("model: tuned\n")
        (here.root / "suites/other.yaml").write_text("proposals: [nowhere]\n")
        here.policy.unlink()
        here.policy.symlink_to("other.yaml")
        here.decide("approved", applies_to=["deploy/**"])
        report = here.gate(base="main")
        assert report.outcome is Outcome.NOT_JUSTIFIED
        assert any("takes away suites/gate.yaml" in each for each in report.notices)

    def test_a_broken_policy_of_the_base_can_be_mended(self, tmp_path: Path) -> None:
        here = begun("justified", tmp_path)
        base_has_policy(here, "gaurds: []\n")
        here.policy.write_text("guards: []\n")
        report = here.gate(base="main")
        assert report.exit_code == 13
        assert any("can't be read, and this pull request mends it" in each for each in report.notices)
        assert comment(report, valid_at="2026-11-21T00:00:00Z")

    def test_a_proposal_where_nobody_looks_is_found(self, tmp_path: Path) -> None:
        here = begun("not-justified", tmp_path)
        elsewhere = here.root / "proposed"
        elsewhere.mkdir()
        shutil.move(here.proposal, elsewhere / f"{ID}.yaml")
        report = here.gate(base="main")
        assert report.exit_code == 2
        assert "looks like a proposal" in report.headline


class TestTheDecision:
    def test_an_approval_names_the_evidence_it_was_made_on(self, tmp_path: Path) -> None:
        here = world("justified", tmp_path, reports=False)
        here.decide("approved")
        here.proposal.write_text(
            "\n".join(line for line in here.proposal.read_text().splitlines() if not line.startswith("  evidence: sha"))
        )
        report = here.judged()
        assert report.outcome is Outcome.INVALID
        assert "an approval must name the evidence" in report.headline

    def test_an_approval_with_something_left_to_do_is_none(self, tmp_path: Path) -> None:
        here = world("justified", tmp_path, reports=False)
        here.decide("approved")
        text = here.proposal.read_text()
        here.proposal.write_text(text.replace("title: ", "title: TODO ", 1) if "title: TODO" not in text else text)
        assert here.judged().outcome is Outcome.INVALID

    @pytest.mark.parametrize("pattern", ["**", "*", "**/model.gguf", "./**"])
    def test_a_decision_that_covers_everything_covers_nothing(self, pattern: str, tmp_path: Path) -> None:
        here = world("justified", tmp_path, reports=False)
        here.decide("approved", applies_to=[pattern])
        report = here.judged()
        assert report.outcome is Outcome.INVALID
        assert "covers whatever the repository holds" in report.headline

    @pytest.mark.parametrize(("made", "until"), [(400, 430), (0, 400)])
    def test_a_decision_of_tomorrow_or_for_ever_is_refused(self, made: int, until: int, tmp_path: Path) -> None:
        here = world("justified", tmp_path, reports=False)
        here.decide("approved", made=made, until=until)
        assert here.judged().outcome is Outcome.INVALID

    def test_a_trial_opens_no_guard(self, tmp_path: Path) -> None:
        here = begun("trial", tmp_path)
        base_has_policy(here, 'guards: [{paths: ["deploy/**"]}]\n')
        (here.root / "deploy").mkdir()
        (here.root / "deploy/model.yaml").write_text("model: tuned\n")
        here.decide("approved", applies_to=["deploy/**"])
        report = here.gate(base="main")
        assert report.exit_code == 10
        assert "isn't approved" in report.headline


class TestWhatMovesOn:
    def test_a_rejection_stays_green_when_the_suite_goes_on(self, tmp_path: Path) -> None:
        here = world("not-justified", tmp_path, reports=False)
        here.decide("rejected")
        here.edit(here.suite, '  zero: {user: "', '  zero: {user: "Say: ')
        assert here.gate(every=True, after=400).exit_code == 0

    def test_a_base_that_went_on_by_itself_accuses_nobody(self, tmp_path: Path) -> None:
        here = begun("justified", tmp_path)
        git(here.root, "checkout", "-q", "main")
        here.edit(here.suite, "accuracy_target: 0.9", "accuracy_target: 0.85")
        git(here.root, "commit", "-qam", "another bar")
        git(here.root, "checkout", "-q", "pull-request")
        report = here.judged(base="main")
        assert report.outcome is Outcome.MISMATCH
        assert "This pull request changes the policy" not in json.dumps([each.sentence for each in report.checks])
        assert "Merge what the base has" in report.to_merge


STOPPING: dict[str, Any] = {"rule": "none", "planned": 0, "looks": 1, "asked": None, "targets": None}


def huge(record: dict[str, Any]) -> None:
    record["golden_set"]["asked"] = 10**9
    record["facts"]["stopping"] = None


def rename(line: dict[str, Any]) -> None:
    row = line.get("example", line)
    row["example_id"] = f"zz{row['example_id']}"


def training_digest(here: World) -> str:
    return next(line.split('"')[1] for line in here.proposal.read_text().splitlines() if line.startswith("  digest: "))
