"""What a pull request may try on the gate, each in a real git repository or on real files; and what is told where nothing can be found."""

import gzip
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from gate_samples import HOSTILE
from gate_worlds import ID, World, git, world
from story.commanding import bench

from benchharness.digests import file_hash
from benchharness.errors import MistakesError, UsageError
from benchharness.records.gate import Check, CheckStatus, GateReport, Outcome
from benchharness.report.gate import annotations, markdown, text
from benchharness.suite.proposal_reading import read_proposal


def begun(kind: str, folder: Path, *, reports: bool = False) -> World:
    """Return a world whose base has suite and data, and whose pull request adds the proposal."""
    here = world(kind, folder, reports=reports)
    here.begin()
    here.commit("propose")
    return here


def failed(report: GateReport) -> dict[str, Check]:
    return {each.name: each for each in report.proposals[0].checks if each.status is CheckStatus.FAILED}


def told(report: GateReport, name: str) -> str:
    return " ".join(each.sentence for each in report.proposals[0].checks if each.name == name)


def training_digest(here: World) -> str:
    stated = read_proposal(here.proposal).record.training_data
    assert stated is not None
    return stated.digest


class TestThePolicy:
    def test_a_target_lowered_in_the_same_pull_request_counts_for_nothing(self, tmp_path: Path) -> None:
        here = begun("inconclusive", tmp_path)
        here.edit(here.suite, "accuracy_target: 0.9", "accuracy_target: 0.6")
        here.commit()
        report = here.gate(base="main")
        assert report.exit_code == 11
        assert "changes the policy (decision.accuracy_target)" in told(report, "policy")
        # Nor does a proposal that states the lowered one.
        here.edit(here.proposal, "target: 0.9", "target: 0.6")
        report = here.gate(base="main")
        assert report.exit_code == 14
        assert "The proposal says 0.6; the policy its evidence is judged by has 0.9" in failed(report)["claims"].sentence

    def test_evidence_made_under_a_loosened_policy_is_refused(self, tmp_path: Path) -> None:
        here = world("justified", tmp_path, reports=False)
        here.edit(here.suite, "accuracy_target: 0.9", "accuracy_target: 0.97")
        here.begin()
        here.edit(here.suite, "accuracy_target: 0.97", "accuracy_target: 0.9")
        here.commit()
        report = here.gate(base="main")
        assert report.exit_code == 14
        assert "decision.accuracy_target" in failed(report)["policy"].sentence
        assert "pull request of its own" in failed(report)["policy"].remedy

    @pytest.mark.parametrize(
        ("old", "new", "named"),
        [
            ("  accuracy_target: 0.9\n", "  accuracy_target: 0.9\n  ninety_percent_rule: 0.5\n", "ninety_percent_rule"),
            ("  accuracy_target: 0.9\n", "  accuracy_target: 0.9\n  confidence: 0.6\n", "confidence"),
            ("  accuracy_target: 0.9\n", "  accuracy_target: 0.9\n  thresholds: {smallest_useful_gain: 0.001}\n", "thresholds"),
            ("decision:\n", "match_at: 0.1\ndecision:\n", "match_at"),
            ("type: label, primary: true", "type: label, primary: true, aliases: {maybe: [wrong]}", "scorers"),
        ],
    )
    def test_no_bar_can_be_loosened(self, old: str, new: str, named: str, tmp_path: Path) -> None:
        here = begun("inconclusive", tmp_path)
        before = here.gate(base="main")
        here.edit(here.suite, old, new)
        report = here.gate(base="main")
        assert report.exit_code in (11, 14)
        assert named in told(report, "policy")
        assert report.proposals[0].verdict == before.proposals[0].verdict

    def test_facts_stated_anew_count_and_are_told(self, tmp_path: Path) -> None:
        here = begun("justified", tmp_path)
        here.edit(here.suite, "training_cost_usd: 100}", "training_cost_usd: 100000000}")
        report = here.gate(base="main")
        assert "decision.fine_tune" in told(report, "facts")
        assert "cost-pays" in report.proposals[0].reasons or report.exit_code == 14

    def test_the_gates_own_policy_is_the_bases(self, tmp_path: Path) -> None:
        here = world("justified", tmp_path, reports=False)
        here.policy.write_text("evidence_days: 10\n")
        here.begin()
        here.policy.write_text("evidence_days: 3000\n")
        here.commit()
        report = here.gate(base="main", after=11)
        assert report.exit_code == 12
        assert any("changes suites/gate.yaml" in each for each in report.notices)
        assert here.gate(after=11).exit_code == 13

    def test_the_first_policy_is_told_to_be_new(self, tmp_path: Path) -> None:
        here = begun("justified", tmp_path)
        here.policy.write_text("evidence_days: 3000\n")
        report = here.gate(base="main")
        assert any("suites/gate.yaml is new in this pull request" in each for each in report.notices)

    def test_a_suite_that_is_new_needs_an_owners_eye(self, tmp_path: Path) -> None:
        here = world("justified", tmp_path, reports=False)
        here.begin()
        git(here.root, "rm", "-q", "--cached", "suites/suite.yaml")
        git(here.root, "commit", "-q", "--amend", "-m", "base")
        git(here.root, "branch", "-f", "main", "HEAD")
        here.commit()
        report = here.gate(base="main")
        assert report.exit_code == 13
        assert "new in this pull request" in told(report, "policy")

    def test_a_broken_policy_of_the_base_stops_everything(self, tmp_path: Path) -> None:
        here = world("justified", tmp_path, reports=False)
        here.policy.write_text("evidence_day: 10\n")
        here.begin()
        here.commit()
        with pytest.raises(MistakesError) as caught:
            here.gate(base="main")
        assert caught.value.exit_code == 2
        assert "evidence_days" in str(caught.value.mistakes)


class TestTheData:
    def test_golden_examples_that_changed_went_or_came_are_named(self, tmp_path: Path) -> None:
        here = begun("justified", tmp_path)
        lines = here.golden.read_text().splitlines()
        lines[3] = lines[3].replace('"target": "yes"', '"target": "maybe"')
        assert '"maybe"' in lines[3]
        lines[99] = lines[99].replace('"g99"', '"new99"')
        here.golden.write_text("\n".join(lines) + "\n")
        report = here.gate(base="main")
        assert report.exit_code == 14
        sentence = failed(report)["golden-set"].sentence
        assert "changed: g3" in sentence
        assert "gone: g99" in sentence
        assert "new: new99" in sentence

    def test_training_data_that_was_swapped_is_found(self, tmp_path: Path) -> None:
        here = begun("justified", tmp_path)
        other = here.root / "goldensets/other.jsonl"
        other.write_text(here.pool.read_text().replace("amber", "umbra"))
        here.edit(here.proposal, "goldensets/pool.jsonl", "goldensets/other.jsonl")
        report = here.gate(base="main")
        assert report.exit_code == 14
        assert file_hash(other)[:19] in failed(report)["training-data"].sentence

    @pytest.mark.parametrize("change", [lambda _: "sha256:" + "0" * 64, lambda text: text[:-1] + ("0" if text[-1] != "0" else "1")])
    def test_a_digest_that_isnt_its_files_is_found(self, change: Callable[[str], str], tmp_path: Path) -> None:
        here = begun("justified", tmp_path)
        digest = training_digest(here)
        here.edit(here.proposal, digest, change(digest))
        assert "training-data" in failed(here.gate(base="main"))

    def test_a_number_of_examples_that_isnt_its_files_is_found(self, tmp_path: Path) -> None:
        here = begun("justified", tmp_path)
        here.edit(here.proposal, "examples: 40", "examples: 4000")
        assert "40 examples, the proposal says 4,000" in failed(here.gate(base="main"))["training-data"].sentence

    def test_training_data_that_isnt_here_is_told_to_be_unsearched(self, tmp_path: Path) -> None:
        here = begun("justified", tmp_path)
        here.edit(here.proposal, "goldensets/pool.jsonl", "goldensets/secret.jsonl")
        report = here.gate(base="main")
        assert report.exit_code == 13
        assert "isn't here, so it wasn't searched" in told(report, "training-data")

    def test_training_data_with_the_exam_in_it_is_found_though_the_run_never_saw_it(self, tmp_path: Path) -> None:
        here = begun("justified", tmp_path)
        other = here.root / "goldensets/other.jsonl"
        other.write_text(here.pool.read_text() + "".join(line + "\n" for line in here.golden.read_text().splitlines()[:12]))
        here.edit(here.proposal, training_digest(here), file_hash(other))
        here.edit(here.proposal, "goldensets/pool.jsonl", "goldensets/other.jsonl")
        here.edit(here.proposal, "examples: 40", "examples: 52")
        report = here.gate(base="main")
        assert report.exit_code == 10
        assert "leakage" in report.proposals[0].reasons
        assert "12 of 100" in report.proposals[0].headline


class TestTheBundle:
    """No byte of it is believed for being there."""

    @pytest.mark.parametrize("name", ["manifest.json", "run.json", "scores.jsonl.gz", "verdict.json"])
    def test_one_byte_is_enough(self, name: str, tmp_path: Path) -> None:
        here = world("justified", tmp_path, reports=False)
        path = here.bundle / name
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.write_bytes(data)
        report = here.gate()
        assert report.exit_code == 14
        assert name in report.proposals[0].headline
        path.unlink()
        assert f"there is no suites/proposals/evidence/{ID}/{name}" in here.gate().proposals[0].headline

    def test_a_verdict_written_by_hand_is_made_again_and_never_believed(self, tmp_path: Path) -> None:
        here = world("not-justified", tmp_path, reports=False)
        path = here.bundle / "verdict.json"
        path.write_text(json.dumps({**json.loads(path.read_text()), "verdict": "fine-tune"}))
        here.reseal(verdict=False)
        report = here.gate()
        assert report.exit_code == 14
        assert "differs in verdict; recomputed: ship-prompt" in failed(report)["verdict"].sentence

    @pytest.mark.parametrize("verdict", [[], None, {}, "fine-tune", {"findings": 5}, {"findings": [{}]}])
    def test_a_verdict_of_any_shape_is_one_that_differs(self, verdict: object, tmp_path: Path) -> None:
        here = world("justified", tmp_path, reports=False)
        (here.bundle / "verdict.json").write_text(json.dumps(verdict))
        here.reseal(verdict=False)
        assert "verdict" in failed(here.gate())

    def test_edited_scores_are_found_by_the_stored_outputs(self, tmp_path: Path) -> None:
        here = begun("not-justified", tmp_path, reports=True)
        assert "500 stored outputs scored again" in told(here.gate(base="main"), "scores")
        here.forge_scores(prompts_fail)
        report = here.gate(base="main")
        assert report.proposals[0].verdict == "fine-tune"
        assert report.exit_code == 14
        assert re.search(r"\d+ of 500 scores aren't what the stored outputs get: mini/zero g\d", failed(report)["scores"].sentence)

    def test_edited_scores_without_outputs_pass_and_are_told_to_be_unscored(self, tmp_path: Path) -> None:
        # All a forger without outputs must do is to be consistent: what was committed is believed, and the reader is told.
        here = begun("not-justified", tmp_path)
        here.forge_scores(prompts_fail)
        report = here.gate(base="main")
        assert report.exit_code == 13
        (check,) = [each for each in report.proposals[0].checks if each.name == "scores"]
        assert check.status is CheckStatus.NOT_CHECKED
        assert "the scores weren't made again" in check.sentence
        assert "the scores weren't made again" in markdown.comment(report, valid_at="x")

    def test_a_results_file_that_isnt_the_runs_is_no_proof(self, tmp_path: Path) -> None:
        here = begun("not-justified", tmp_path, reports=True)
        path = here.run / "results.parquet"
        path.write_bytes(path.read_bytes() + b"x")
        assert "isn't the file the run wrote" in failed(here.gate(base="main"))["scores"].sentence

    def test_rows_that_were_left_out_are_found(self, tmp_path: Path) -> None:
        here = world("justified", tmp_path, reports=False)
        rows = [each for each in here.scores() if not (each.get("candidate") == "mini" and each["matched"])]
        here.write_scores(json.dumps(each).encode() + b"\n" for each in rows)
        here.reseal()
        assert "rows" in failed(here.gate())["totals"].sentence

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("rows", 99), ("missing", 3), ("timed", 3), ("p50_s", 60.0), ("p95_s", 90.0), ("usd_per_1k", 9999.0), ("usd_per_1k", None),
            ("usd_per_1k_interval", {"low": 900.0, "high": 9999.0, "method": "normal"}), ("input_tokens", 10**9), ("output_tokens", 10**9),
        ],
    )  # fmt: skip
    def test_totals_that_arent_those_of_the_rows_are_found(self, name: str, value: object, tmp_path: Path) -> None:
        here = world("justified", tmp_path, reports=False)
        here.forge_record(lambda record: record["totals"][0].update({name: value}))
        report = here.gate()
        assert report.exit_code == 14
        assert f"mini/zero in its run.json aren't those of its rows: {name}" in failed(report)["totals"].sentence

    def test_totals_of_a_candidate_that_went_are_found(self, tmp_path: Path) -> None:
        here = world("justified", tmp_path, reports=False)
        here.forge_record(lambda record: record["totals"].pop())
        assert "of other candidates" in failed(here.gate())["totals"].sentence

    def test_leaks_taken_out_of_the_record_are_found_again(self, tmp_path: Path) -> None:
        here = world("justified", tmp_path, reports=False)
        here.pool.write_text(here.pool.read_text() + "".join(line + "\n" for line in here.golden.read_text().splitlines()[:9]))
        here.edit(here.proposal, training_digest(here), file_hash(here.pool))
        here.edit(here.proposal, "examples: 40", "examples: 49")
        here.forge_record(lambda record: record["facts"]["leakage"].update(leaked=[], kinds={}, parts=[], checked=True))
        report = here.gate()
        assert report.exit_code == 10
        assert "leakage" in report.proposals[0].reasons

    def test_a_suite_swapped_in_the_record_is_found(self, tmp_path: Path) -> None:
        here = world("not-justified", tmp_path, reports=False)

        def swap(record: dict[str, Any]) -> None:
            record["suite_text"] = record["suite_text"].replace("accuracy_target: 0.9", "accuracy_target: 1.0")

        here.forge_record(swap)
        assert {"evidence", "policy"} <= failed(here.gate()).keys()

    def test_evidence_of_tomorrows_tomorrow_and_of_no_day_are_found(self, tmp_path: Path) -> None:
        here = world("justified", tmp_path, reports=False)
        late = f"{here.days(300)}T00:00:00+00:00"
        here.forge_record(lambda record: record.update(started_at=late))
        assert "started_at" in failed(here.gate())["evidence"].sentence
        here.forge_manifest(started_at=late)
        report = here.gate()
        assert report.exit_code == 14
        assert "evidence-age" in failed(report)
        here.forge_record(lambda record: record.update(started_at="long ago"), verdict=False)
        here.forge_manifest(started_at="long ago")
        assert here.gate().exit_code == 14

    def test_a_run_that_wasnt_finished_is_no_evidence(self, tmp_path: Path) -> None:
        here = world("justified", tmp_path, reports=False)
        here.forge_record(lambda record: record.update(complete=False))
        assert "wasn't finished" in failed(here.gate())["evidence"].sentence

    def test_facts_of_the_run_that_only_the_run_knows_arent_found_without_it(self, tmp_path: Path) -> None:
        # What stands nowhere twice can't be found: that the policy was changed after answers existed, what was listed as tried.
        here = world("justified", tmp_path, reports=False)
        here.forge_record(lambda record: record["facts"]["looks"].update(policy_changed=True, count=5))
        assert here.gate().exit_code == 11
        here.forge_record(lambda record: record["facts"]["looks"].update(policy_changed=False))
        assert here.gate().exit_code == 13

    def test_what_is_said_to_be_tried_must_have_been(self, tmp_path: Path) -> None:
        here = world("justified", tmp_path, reports=False)
        here.edit(here.proposal, "  - {strategy: retrieval}", "  - {strategy: chain-of-thought}")
        report = here.gate()
        assert report.exit_code == 14
        assert "chain-of-thought is said to be tried" in failed(report)["tried"].sentence


def prompts_fail(row: dict[str, Any]) -> None:
    """Turn half of the prompts' matches into misses, and nothing else."""
    number = int(row["example_id"][1:]) if "example_id" in row else 1
    if row.get("candidate") in ("mini", "midi") and row["matched"] and number % 2:
        row.update(matched=False, score=0.0)


class TestReuse:
    def test_evidence_of_another_proposal_is_refused(self, tmp_path: Path) -> None:
        here = begun("justified", tmp_path)
        other = here.proposal.with_name("FT-0002.yaml")
        other.write_text(here.proposal.read_text().replace("id: FT-0001", "id: FT-0002"))
        report = here.gate(base="main")
        assert {each.id: each.exit_code for each in report.proposals} == {"FT-0001": 13, "FT-0002": 14}
        assert "The evidence was made for FT-0001, not for FT-0002" in report.proposals[1].headline

    def test_evidence_of_another_suite_is_refused(self, tmp_path: Path) -> None:
        here = begun("justified", tmp_path)
        other = here.suite.with_name("other.yaml")
        other.write_text(here.suite.read_text().replace("name: justified", "name: other").replace("rehearsal/midi", "rehearsal/other"))
        here.edit(here.proposal, "../suite.yaml", "../other.yaml")
        report = here.gate(base="main")
        assert report.exit_code == 14
        assert "candidates" in failed(report)["suite"].sentence

    def test_a_suite_of_another_name_and_the_same_content_isnt_the_one_that_was_run(self, tmp_path: Path) -> None:
        here = begun("justified", tmp_path)
        here.edit(here.suite, "name: justified", "name: renamed")
        report = here.gate(base="main")
        assert report.exit_code in (13, 14)

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            ("target: 0.9\n", "target: 0.5\n"),
            ('metric: "label"', 'metric: "exact"'),
            ("smallest_useful_gain: 0.03", "smallest_useful_gain: 0.001"),
            ("requests_per_month: 1000000", "requests_per_month: 99000000"),
            ("training_usd: 100.0", "training_usd: 1"),
        ],
    )
    def test_numbers_that_arent_the_suites_are_refused(self, old: str, new: str, tmp_path: Path) -> None:
        here = world("justified", tmp_path, reports=False)
        here.edit(here.proposal, old, new)
        report = here.gate()
        assert report.exit_code == 14
        place = failed(report)["claims"].place
        assert place is not None
        assert new.strip().split("\n")[0] in here.proposal.read_text().splitlines()[(place.line or 0) - 1]

    def test_a_decision_older_than_its_evidence_is_refused(self, tmp_path: Path) -> None:
        here = world("justified", tmp_path, reports=False)
        here.decide("approved", made=-1)
        assert "before its evidence" in failed(here.gate())["decision"].sentence

    def test_a_candidate_that_was_never_measured_is_refused(self, tmp_path: Path) -> None:
        here = world("justified", tmp_path, reports=False)
        here.edit(here.proposal, 'candidate: "tuned"', 'candidate: "better"')
        assert here.gate().exit_code == 14


class TestPaths:
    @pytest.mark.parametrize(
        ("old", "new"),
        [
            ('"../suite.yaml"', '"../../../../../../../etc/passwd"'),
            ('"../suite.yaml"', "/etc/passwd"),
            ('"evidence/FT-0001"', '"../../../../evidence"'),
            ('"../../goldensets/pool.jsonl"', '"../../../outside.jsonl"'),
        ],
    )
    def test_what_leads_out_of_the_repository_is_not_read(self, old: str, new: str, tmp_path: Path) -> None:
        here = begun("justified", tmp_path / "repo")
        (tmp_path / "outside.jsonl").write_text(here.pool.read_text())
        here.edit(here.proposal, old, new)
        report = here.gate(base="main")
        assert report.exit_code == 2
        assert "leads out of the repository" in report.proposals[0].headline
        assert "root:" not in text.render(report)

    @pytest.mark.parametrize("named", ["suites/suite.yaml", f"suites/proposals/evidence/{ID}", "goldensets/pool.jsonl"])
    def test_a_link_that_leads_out_is_not_followed(self, named: str, tmp_path: Path) -> None:
        here = begun("justified", tmp_path / "repo")
        outside = tmp_path / "outside"
        shutil.move(here.root / named, outside)
        (here.root / named).symlink_to(outside)
        report = here.gate(base="main")
        assert report.exit_code in (2, 14)
        assert "leads out of the repository" in report.proposals[0].headline

    @pytest.mark.parametrize("name", ["manifest.json", "run.json", "scores.jsonl.gz", "verdict.json"])
    def test_a_file_of_the_bundle_that_is_a_link_out_is_not_read(self, name: str, tmp_path: Path) -> None:
        here = begun("justified", tmp_path / "repo")
        outside = tmp_path / "outside"
        shutil.move(here.bundle / name, outside)
        (here.bundle / name).symlink_to(outside)
        assert here.gate(base="main").exit_code == 14

    @pytest.mark.parametrize("name", ["../../reports/x", "/etc", "..", "", "a/b"])
    def test_a_runs_name_leads_nowhere_and_hides_nothing(self, name: str, tmp_path: Path) -> None:
        here = world("justified", tmp_path / "repo")
        (tmp_path / "reports/x").mkdir(parents=True)
        (tmp_path / "reports/x/results.parquet").write_bytes(b"another's")
        here.forge_manifest(run=name)
        report = here.gate()
        (check,) = [each for each in report.proposals[0].checks if each.name == "scores"]
        assert check.status is CheckStatus.PASSED
        assert "reports/justified/" in check.sentence

    def test_a_proposal_that_is_a_link_to_a_file_outside_shows_nothing_of_it(self, tmp_path: Path) -> None:
        here = begun("justified", tmp_path / "repo")
        (tmp_path / "secret.yaml").write_text("password: hunter2hunter2\n")
        (here.proposal.parent / "FT-0009.yaml").symlink_to(tmp_path / "secret.yaml")
        report = here.gate(base="main")
        assert {each.id: each.exit_code for each in report.proposals} == {ID: 13, "FT-0009": 2}
        assert "hunter2" not in text.render(report) + markdown.summary(report)


class TestFilesMadeToHurt:
    @pytest.mark.parametrize(
        "line",
        [
            b'{"example":{"example_id":["a"]}}', b'{"example":{"example_id":5}}', b'{"example":{"example_id":null}}', b'{"example":5}',
            b'{"example":{"example_id":"z","cluster":["a"],"target":{"a":1}}}', b"5", b'"example"', b"{}", b"[]", b"null", b"\xff", b"",
            b"[" * 100_000, b'{"candidate":"mini","example_id":"g0","path":"api","matched":NaN}',
            b'{"candidate":"mini","example_id":"g0","path":"api","matched":true,"score":NaN}',
            b'{"candidate":"mini","example_id":"g0","path":"api","matched":true,"score":1.5}',
            b'{"candidate":"mini","example_id":"g0","path":"api","matched":true,"repeat":1,"latency_s":Infinity}',
            b'{"candidate":"mini","example_id":"g0","path":"api","matched":1}',
            b'{"candidate":"mini","example_id":"g0","path":"api","status":"won"}',
            b'{"candidate":"mini","example_id":"g0","path":"api","matched":true,"status":"error"}',
            b'{"candidate":"mini","example_id":"nobody","path":"api","matched":true}',
            b'{"candidate":"mini","example_id":"g0","path":"api","matched":true,"extra":1}',
        ],
        ids=lambda line: line[:60].decode(errors="replace"),
    )  # fmt: skip
    def test_a_line_of_the_scores_that_is_none(self, line: bytes, tmp_path: Path) -> None:
        here = world("justified", tmp_path, reports=False)
        data = gzip.decompress((here.bundle / "scores.jsonl.gz").read_bytes())
        here.write_scores([data, line + b"\n"])
        here.reseal(verdict=False)
        report = here.gate()
        assert report.exit_code == 14
        assert "scores.jsonl.gz" in report.proposals[0].headline

    def test_a_row_twice_is_named(self, tmp_path: Path) -> None:
        here = world("justified", tmp_path, reports=False)
        lines = [json.dumps(each).encode() + b"\n" for each in here.scores()]
        here.write_scores([*lines, lines[-1]])
        here.reseal(verdict=False)
        assert "twice" in here.judged().headline
        here.write_scores([lines[0], *lines])
        here.reseal(verdict=False)
        assert "the example 'g0' twice" in here.judged().headline

    def test_a_small_file_that_unpacks_to_much_is_refused(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        # The real limit takes seconds to reach; what is refused is the same.
        monkeypatch.setattr("benchharness.gate.bundle.MOST_SCORE_BYTES", 2**25)
        here = world("justified", tmp_path, reports=False)
        line = b'{"example":{"example_id":"%s"}}\n' % (b"a" * 500_000)
        path = here.bundle / "scores.jsonl.gz"
        whole = gzip.compress(line * 20, compresslevel=9)
        path.write_bytes(whole * 4)
        assert path.stat().st_size < 2**20
        here.reseal(verdict=False)
        assert "more than any evidence" in here.judged().headline

    @pytest.mark.parametrize("data", [b"", b"no gzip", gzip.compress(b"x" * 2**21), gzip.compress(b'{"a":1}')[:-9], gzip.compress(b'{"a"')])
    def test_what_isnt_compressed_lines_is_refused(self, data: bytes, tmp_path: Path) -> None:
        here = world("justified", tmp_path, reports=False)
        (here.bundle / "scores.jsonl.gz").write_bytes(data)
        here.reseal(verdict=False)
        assert here.gate().exit_code == 14

    @pytest.mark.parametrize("name", ["run.json", "manifest.json", "verdict.json"])
    @pytest.mark.parametrize("text", ["", "[]", "5", "[" * 50_000, "{}"])
    def test_a_document_that_is_none_is_refused(self, name: str, text: str, tmp_path: Path) -> None:
        here = world("justified", tmp_path, reports=False)
        (here.bundle / name).write_text(text)
        if name == "manifest.json":
            here.edit(here.proposal, read_proposal(here.proposal).record.evidence.digest, file_hash(here.bundle / name))
        else:
            here.reseal(verdict=False)
        assert here.gate().exit_code == 14

    @pytest.mark.parametrize(
        ("key", "value"),
        [
            ("golden_set", {}), ("golden_set", {"fingerprint": 5}), ("golden_set", None), ("facts", {}), ("facts", []), ("totals", [{}]),
            ("facts", {"leakage": {"checked": "x", "leaked": 5}}), ("suite_text", "name: x"), ("suite_text", 5), ("prompts", 5),
            ("started_at", 5), ("suite_file", "/dev/stdin"), ("results_hash", 5), ("policy_hash", None), ("seed", "x"), ("skipped", [5]),
        ],
    )  # fmt: skip
    def test_a_record_of_any_shape_ends_in_words(self, key: str, value: object, tmp_path: Path) -> None:
        here = world("justified", tmp_path)
        here.forge_record(lambda record: record.update({key: value}), verdict=False)
        report = here.gate()
        assert report.exit_code in (13, 14)
        text.render(report)
        markdown.comment(report, valid_at="x")

    @pytest.mark.parametrize(
        "changed", [{"files": {}}, {"files": []}, {"files": {"run.json": 5}}, {"run": 5}, {"started_at": 5}, {"proposal": 5}]
    )
    def test_a_manifest_of_any_shape_ends_in_words(self, changed: dict[str, object], tmp_path: Path) -> None:
        here = world("justified", tmp_path)
        here.forge_manifest(**changed)
        report = here.gate()
        assert report.exit_code == 14
        markdown.comment(report, valid_at="x")

    @pytest.mark.parametrize("text", ["", "- 1", "id: [", "a: &x [*x]", "\x00", "id: FT-0001\n" * 3, "x" * 2**21, "? [a]\n: b", "\tid: x"])
    def test_a_proposal_that_is_none_ends_in_words_and_a_line(self, text: str, tmp_path: Path) -> None:
        here = world("justified", tmp_path, reports=False)
        here.proposal.write_text(text)
        report = here.gate()
        assert report.exit_code == 2
        assert report.outcome is Outcome.INVALID
        annotations.render(report)


WORDS = [each for each in HOSTILE if each.strip() and not {"\ud800", "\x00"} & set(each)]


class TestHostileWords:
    @pytest.mark.parametrize("at", range(0, len(WORDS), 3))
    def test_what_people_write_stays_words(self, at: int, tmp_path: Path) -> None:
        here = world("not-justified", tmp_path, reports=False)
        title, reason, check = (WORDS[(at + each) % len(WORDS)] for each in range(3))
        here.edit(here.proposal, '"TODO: what is asked for, in a line"', json.dumps(title))
        here.edit(here.proposal, '"TODO: who answers for it"', json.dumps(reason))
        waiver = f"check: {json.dumps(check)}, reason: {json.dumps(reason)}, approved_by: {json.dumps(title)}"
        here.add(f"waivers: [{{{waiver}, expires: {here.days(3)}}}]\n")
        here.decide("approved", reason=reason)
        report = here.gate()
        assert report.exit_code == 10
        comment = markdown.comment(report, valid_at="2026-11-21T09:14:05Z")
        assert not re.search(r"(?<!\\)<(?!/?(details|summary|sub)>|!-- bench-gate)", re.sub(r"`[^`]*`", "", comment))
        assert comment.count("<!-- bench-gate v1") == 1
        assert not re.search(r"(?<![`\w])@(team|octocat)", re.sub(r"`[^`]*`", "", comment))
        shown = text.render(report)
        for line in annotations.render(report).splitlines():
            assert re.match(r"::(error|warning|notice) [^:]*::", line), line
        for page in (comment, shown, annotations.render(report)):
            assert not re.search("[\x00-\x08\x0b-\x1f\x7f\x80-\x9f\u202a-\u202e\u2066-\u2069]", page)


class TestTheBase:
    def test_a_commit_nobody_knows_is_one_message(self, tmp_path: Path) -> None:
        here = begun("justified", tmp_path)
        for name in ("nowhere", "0" * 40, "--upload-pack=touch owned", "-x", "main other", "main:suites", "main..HEAD", "main\n"):
            with pytest.raises(UsageError) as caught:
                here.gate(base=name)
            assert caught.value.hint
        done = bench(here.root, "gate", "--base=--upload-pack=touch owned")
        assert (done.returncode, done.stdout) == (2, "")
        assert "--upload-pack" in done.stderr
        assert not (here.root / "owned").exists()

    def test_a_history_that_is_cut_off_says_what_to_fetch(self, tmp_path: Path) -> None:
        here = begun("justified", tmp_path / "whole")
        here.commit("more")
        cut = tmp_path / "cut"
        git(tmp_path, "clone", "-q", "--depth", "1", "--branch", "pull-request", here.root.as_uri(), str(cut))
        done = bench(cut, "gate", "--base", "origin/main")
        assert done.returncode == 2
        assert "fetch-depth: 0" in done.stderr
        git(cut, "fetch", "-q", "--depth", "1", "origin", "main:refs/remotes/origin/main")
        done = bench(cut, "gate", "--base", "origin/main")
        assert done.returncode == 2
        assert "git fetch --unshallow" in done.stderr

    def test_a_proposal_that_goes_is_told(self, tmp_path: Path) -> None:
        here = begun("justified", tmp_path)
        here.merge()
        here.proposal.unlink()
        here.commit()
        report = here.gate(base="main")
        assert report.outcome is Outcome.NOTHING_TO_CHECK
        assert any(f"removes the proposal suites/proposals/{ID}.yaml" in each for each in report.notices)

    def test_a_proposal_renamed_has_the_evidence_of_another(self, tmp_path: Path) -> None:
        here = begun("justified", tmp_path)
        here.merge()
        here.edit(here.proposal, f"id: {ID}", "id: FT-0002")
        here.proposal.rename(here.proposal.with_name("FT-0002.yaml"))
        here.commit()
        report = here.gate(base="main")
        assert report.exit_code == 14
        assert report.notices

    def test_a_proposal_that_only_the_base_has_is_none_of_this_pull_requests(self, tmp_path: Path) -> None:
        here = begun("not-justified", tmp_path)
        git(here.root, "branch", "-f", "later", "HEAD")
        git(here.root, "checkout", "-q", "main")
        git(here.root, "checkout", "-q", "-b", "other")
        (here.root / "README.md").write_text("x")
        here.commit()
        assert here.gate(base="later").outcome is Outcome.NOTHING_TO_CHECK

    def test_files_that_arent_committed_yet_are_judged_as_well(self, tmp_path: Path) -> None:
        here = world("not-justified", tmp_path, reports=False)
        here.begin()
        assert here.gate(base="main").exit_code == 10

    @pytest.mark.parametrize("part", ["evidence", "training", "record"])
    def test_a_proposal_is_touched_by_what_it_rests_on(self, part: str, tmp_path: Path) -> None:
        here = begun("not-justified", tmp_path)
        here.decide("approved")
        here.add("  record: ../decision.md\n")
        here.merge()
        named = {"evidence": here.bundle / "verdict.json", "training": here.pool, "record": here.root / "suites/decision.md"}[part]
        with named.open("a") as file:
            file.write("\n")
        here.commit()
        assert here.gate(base="main").proposals

    def test_a_folder_of_the_repository_is_as_good_as_its_root(self, tmp_path: Path) -> None:
        here = begun("not-justified", tmp_path)
        assert bench(here.root / "goldensets", "gate", "--base", "main", "--today", here.days(0)).returncode == 10


class TestGuards:
    @pytest.fixture
    def guarded(self, tmp_path: Path) -> World:
        here = world("justified", tmp_path, reports=False)
        here.policy.write_text('guards: [{paths: ["training/**"], needs: live-decision}]\n')
        here.begin()
        return here

    def touch(self, here: World, name: str = "training/resume/data.jsonl") -> None:
        (here.root / name).parent.mkdir(parents=True, exist_ok=True)
        (here.root / name).write_text("x")
        here.commit()

    def test_data_without_a_decision_needs_one(self, guarded: World) -> None:
        for path in (guarded.proposal, *guarded.bundle.iterdir()):
            path.unlink()
        self.touch(guarded)
        report = guarded.gate(base="main")
        assert report.exit_code == 10
        assert report.proposals == ()
        assert "training/resume/data.jsonl needs a live decision, and no proposal" in report.headline
        assert annotations.render(report).startswith("::error file=training/resume/data.jsonl")

    def test_data_with_a_live_decision_may_change(self, guarded: World) -> None:
        guarded.decide("approved", applies_to=["training/resume/**"])
        guarded.merge()
        self.touch(guarded)
        report = guarded.gate(base="main")
        assert report.exit_code == 0
        assert [each.status for each in report.guards] == [CheckStatus.PASSED]
        self.touch(guarded, "training/other/data.jsonl")
        assert guarded.gate(base="main").exit_code == 10

    def test_a_decision_that_has_ended_is_stale_and_says_how_to_renew_it(self, guarded: World) -> None:
        guarded.decide("approved", until=10, applies_to=["training/resume/**"])
        guarded.merge()
        self.touch(guarded)
        report = guarded.gate(base="main", after=11)
        assert report.exit_code == 12
        assert all(f"bench propose {ID}" in each.remedy for each in report.guards)

    @pytest.mark.parametrize("outcome", ["rejected", "deferred"])
    def test_a_refusal_covers_nothing(self, outcome: str, guarded: World) -> None:
        guarded.decide(outcome, applies_to=["training/**"])
        guarded.merge()
        self.touch(guarded)
        report = guarded.gate(base="main")
        assert report.exit_code == 10
        assert "isn't approved" in report.headline

    def test_a_decision_whose_evidence_is_broken_covers_nothing(self, guarded: World) -> None:
        guarded.decide("approved", applies_to=["training/**"])
        guarded.merge()
        (guarded.bundle / "verdict.json").write_text("{}")
        self.touch(guarded)
        report = guarded.gate(base="main")
        assert report.exit_code == 14
        assert report.guards[0].status is CheckStatus.FAILED

    def test_the_guards_are_the_bases(self, guarded: World) -> None:
        guarded.policy.write_text("guards: []\n")
        self.touch(guarded)
        assert guarded.gate(base="main", proposals=(guarded.proposal,)).guards[0].status is CheckStatus.FAILED

    def test_a_link_or_module_in_the_place_of_a_guarded_folder_is_guarded(self, guarded: World) -> None:
        (guarded.root / "training").symlink_to("goldensets")
        guarded.commit()
        assert [each.place.file for each in guarded.gate(base="main").guards if each.place] == ["training"]

    def test_moving_a_guarded_file_out_touches_it(self, guarded: World) -> None:
        self.touch(guarded)
        guarded.merge()
        git(guarded.root, "mv", "training/resume/data.jsonl", "data.jsonl")
        guarded.commit()
        assert guarded.gate(base="main").guards[0].status is CheckStatus.FAILED

    def test_a_name_no_text_can_hold_ends_in_words(self, guarded: World) -> None:
        (guarded.root / "training").mkdir()
        with open(os.fsencode(guarded.root) + b"/training/\xff\x1b\n::error::owned.bin", "wb") as file:  # noqa: PTH123 - a name of bytes
            file.write(b"x")
        guarded.commit()
        options = ("--comment", "c.md", "--junit", "j.xml", "--sarif", "s.sarif", "--format", "github", "--today", guarded.days(0))
        done = subprocess.run(
            [sys.executable, "-m", "benchharness", "gate", "--base", "main", *options],
            cwd=guarded.root, capture_output=True, check=False, timeout=60,
        )  # fmt: skip
        assert done.returncode == 10, done.stderr
        assert not any(line.startswith(b"::error::owned") for line in done.stdout.splitlines())
        assert (guarded.root / "c.md").stat().st_size


class TestWhatADecisionCovers:
    def test_touching_it_after_its_end_fails_and_nothing_else_does(self, tmp_path: Path) -> None:
        here = begun("justified", tmp_path)
        here.decide("approved", until=10, applies_to=["deploy/llm.yaml", "training/**"])
        here.merge()
        (here.root / "README.md").write_text("another matter")
        here.commit()
        assert here.gate(base="main", after=11).outcome is Outcome.NOTHING_TO_CHECK
        (here.root / "deploy").mkdir()
        (here.root / "deploy/llm.yaml").write_text("replicas: 2")
        here.commit()
        assert here.gate(base="main", after=10).exit_code == 0
        report = here.gate(base="main", after=11)
        assert report.exit_code == 12
        assert "bench run" in report.proposals[0].to_merge
        assert "bench propose" in report.proposals[0].to_merge

    def test_a_link_to_a_proposal_nobody_judged_is_none(self, tmp_path: Path) -> None:
        here = world("not-justified", tmp_path, reports=False)
        here.policy.write_text('guards: [{paths: ["training/**"]}]\n')
        here.decide("approved", applies_to=["training/**"])
        (here.root / "archive").mkdir()
        here.proposal.rename(here.root / "archive" / here.proposal.name)
        here.begin()
        here.merge()
        here.proposal.symlink_to(f"../../archive/{ID}.yaml")
        (here.root / "training").mkdir()
        (here.root / "training/x").write_text("x")
        here.commit()
        report = here.gate(base="main")
        assert report.exit_code == 2
        assert [each.status for each in report.guards] == [CheckStatus.FAILED]

    def test_taking_its_paths_away_doesnt_free_them(self, tmp_path: Path) -> None:
        here = begun("justified", tmp_path)
        here.decide("approved", until=10, applies_to=["training/**"])
        here.merge()
        here.edit(here.proposal, '["training/**"]', "[]")
        (here.root / "training").mkdir()
        (here.root / "training/x").write_text("x")
        here.commit()
        assert here.gate(base="main", after=11).exit_code == 12
