"""What a newer or older version of this package makes of evidence that's committed: never a mismatch where nobody edited anything."""

import json
from pathlib import Path
from typing import Any

import pytest
from gate_worlds import World, world

from benchharness import __version__
from benchharness.records.gate import Check, CheckStatus, Outcome, ProposalReport


def check_of(report: ProposalReport, name: str) -> Check:
    (found,) = [each for each in report.checks if each.name == name]
    return found


def rewritten(here: World, **changed: Any) -> None:
    """Write verdict.json as another version would have written it."""
    path = here.bundle / "verdict.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **changed}))
    here.reseal(verdict=False)


@pytest.fixture
def older(tmp_path: Path) -> World:
    here = world("not-justified", tmp_path, reports=False)
    here.forge_manifest(made_by="0.0.9")
    return here


class TestAVerdictOfAnotherVersion:
    @pytest.mark.parametrize(
        "changed",
        [
            {"findings": []}, {"findings": [{"rule": "gone", "words": 1}]}, {"grounds": []}, {"flags": ["of old"]}, {"best_classical": "x"},
            {"a_new_field": {"a": 1}}, {"headline": "In other words."}, {"verdict": "improve-prompt"}, {"verdict": ["fine-tune"]},
        ],
    )  # fmt: skip
    def test_is_told_and_no_edit(self, changed: dict[str, Any], older: World) -> None:
        rewritten(older, **changed)
        report = older.judged()
        assert report.outcome is Outcome.NOT_JUSTIFIED, report.headline
        assert report.verdict == "ship-prompt"
        check = check_of(report, "verdict")
        assert check.status is CheckStatus.TOLD
        assert "0.0.9" in check.sentence
        assert "ship-prompt" in check.sentence

    def test_is_never_believed(self, older: World) -> None:
        rewritten(older, verdict="fine-tune")
        older.decide("approved")
        assert older.judged().outcome is Outcome.NOT_JUSTIFIED

    def test_of_a_version_that_said_nothing_of_itself_is_older(self, tmp_path: Path) -> None:
        here = world("not-justified", tmp_path, reports=False)
        manifest = json.loads((here.bundle / "manifest.json").read_text())
        assert manifest["made_by"] == __version__
        here.forge_manifest(made_by="")
        rewritten(here, findings=[])
        report = here.judged()
        assert (report.outcome, check_of(report, "verdict").status) == (Outcome.NOT_JUSTIFIED, CheckStatus.TOLD)


class TestARecordOfAnotherVersion:
    def test_with_bars_hashed_otherwise_is_told(self, tmp_path: Path) -> None:
        here = world("not-justified", tmp_path, reports=False)
        here.forge_record(lambda record: record.update(policy_hash="sha256:" + "1" * 64))
        here.forge_manifest(policy_hash="sha256:" + "1" * 64)
        assert here.judged().outcome is Outcome.MISMATCH, "of this version it's an edit"
        here.forge_record(lambda record: record["versions"].update(benchharness="0.0.9"))
        report = here.judged()
        assert report.outcome is Outcome.NOT_JUSTIFIED, report.headline
        assert "0.0.9" in " ".join(each.sentence for each in report.checks if each.name == "evidence")

    def test_whose_suite_isnt_the_text_its_own_hash_names_is_an_edit(self, tmp_path: Path) -> None:
        here = world("not-justified", tmp_path, reports=False)

        def swap(record: dict[str, Any]) -> None:
            record["suite_text"] = record["suite_text"].replace("accuracy_target: 0.9", "accuracy_target: 0.99")
            record["versions"].update(benchharness="0.0.9")

        here.forge_record(swap)
        assert here.judged().outcome is Outcome.MISMATCH

    def test_with_other_efforts_is_judged_by_those_made_again(self, older: World) -> None:
        older.forge_record(lambda record: record["facts"]["effort"][0].update(strategies=["zero-shot"]))
        report = older.judged()
        assert report.outcome is Outcome.NOT_JUSTIFIED, report.headline
        assert "effort" in " ".join(each.sentence for each in report.checks if each.name == "facts")

    def test_with_facts_nobody_knows_yet_is_read(self, older: World) -> None:
        older.forge_record(lambda record: record["facts"].update(of_tomorrow={"a": [1]}))
        assert older.judged().outcome is Outcome.NOT_JUSTIFIED
