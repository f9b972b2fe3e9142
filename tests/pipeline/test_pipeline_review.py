"""A decision is looked at again by its own limits, each suite read once."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from story.commanding import bench

from benchharness.pipeline import review as command
from benchharness.pipeline.deciding.verdict import decide_table
from benchharness.pipeline.loading import policy
from benchharness.pipeline.loading.policy import suite_of
from benchharness.pipeline.loading.run_folder import RunFolder, read_record
from benchharness.pipeline.recording.decision import decision_record
from benchharness.pipeline.review import review
from benchharness.records.json_form import dumps
from benchharness.records.review import Review, ReviewState
from benchharness.records.suite import Price
from benchharness.suite.reading import read_suite

MODEL = "openai/gpt-4o-mini"
SUITE = """\
name: policy
golden_set: {path: golden.jsonl}
prompts: {plain: {user: "{{ input }}"}}
candidates: [{name: good, model: rehearsal/perfect, prompts: [plain]}]
decision:
  accuracy_target: 0.9
  thresholds: {price_moved: 0.1}
  volume: {requests_per_month: 1000}
  fine_tune: {training_cost_usd: 1000}
  costs: {prompt: {usd_per_1k: 10}, fine_tuned: {engineers: 0, usd_per_1k: 1}}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RunFolder:
    rows = [{"id": f"g{at}", "input": f"question {at}", "target": f"answer {at}"} for at in range(40)]
    (tmp_path / "golden.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (tmp_path / "suite.yaml").write_text(SUITE)
    assert bench(tmp_path, "run", "suite.yaml", "--stop", "none").returncode == 0
    # The record names its suite as it was given: from where the run was made.
    monkeypatch.chdir(tmp_path)
    return RunFolder(next((tmp_path / "reports").glob("*/*")))


def reviewed(folder: RunFolder) -> Review:
    run = read_record(folder.run)
    return review(folder.path, date.fromisoformat(run.started_at[:10]))[0]


@pytest.mark.parametrize(("now", "standing"), [(1.2, ReviewState.DUE), (1.05, ReviewState.CURRENT)])
def test_a_price_calls_a_decision_up_by_the_limit_its_record_states(
    folder: RunFolder, monkeypatch: pytest.MonkeyPatch, now: float, standing: ReviewState
) -> None:
    # No hosted model can be asked here; what its run would have kept, and a price list of later, are put in their place.
    run = read_record(folder.run)
    prices = {MODEL: Price(input_usd_per_million=1.0, output_usd_per_million=1.0)}
    run = replace(run, facts=replace(run.facts, prices=prices))
    monkeypatch.setattr(command, "listed_price", lambda _: Price(input_usd_per_million=now, output_usd_per_million=1.0))
    kept = decision_record(decide_table(folder.results, run), run, suite_of(run), run=folder.path.name)
    assert f"The price of {MODEL} moves by more than 10%." in [each.sentence for each in kept.triggers]
    folder.decision.write_text(dumps(kept))
    assert reviewed(folder).standing is standing


def test_a_suite_is_read_once_however_many_triggers_ask_for_it(folder: RunFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[Path] = []

    def counted(path: Path, **options: Any) -> Any:
        read.append(path)
        return read_suite(path, **options)

    monkeypatch.setattr(policy, "read_suite", counted)
    assert reviewed(folder).not_checked == ()
    assert read == [Path("suite.yaml")]


def test_a_record_nobody_can_read_is_due_and_hides_no_other(folder: RunFolder) -> None:
    other = folder.path.parents[1] / "other" / "2026-01-01T000000Z-aaaaaa"
    other.mkdir(parents=True)
    (other / "decision.json").write_text("{}")
    found = {each.suite: each for each in review(folder.path.parents[1], date(2026, 11, 21))}
    assert found["other"].standing is ReviewState.DUE
    assert "is no decision record" in found["other"].fired[0]
    assert "policy" in found
    done = bench(folder.path.parents[2], "review", "--rerun")
    assert done.returncode == 12, "what can't be read can't be run again either"


def test_a_later_run_settles_a_record_nobody_can_read(folder: RunFolder) -> None:
    older = folder.path.parent / "2020-01-01T000000Z-aaaaaa"
    older.mkdir()
    (older / "decision.json").write_text("{}")
    assert [each.suite for each in review(folder.path.parents[1], date(2026, 11, 21))] == ["policy"]
