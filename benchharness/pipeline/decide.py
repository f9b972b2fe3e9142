"""From rows to a verdict: the same code for a run of ours and for a file from anywhere; no model is called."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from benchharness.comparison.compare import compare
from benchharness.comparison.metric import MAJORITY, metric_warnings
from benchharness.pipeline.costing import costs_of, inputs_of
from benchharness.pipeline.deciding.evidence import (
    Decided,
    Gathered,
    beside_rightness,
    decided,
    expected_of,
    gathered_of,
    measured,
    questions_of,
)
from benchharness.pipeline.deciding.judge import judging_of
from benchharness.pipeline.loading.effort import effort_of
from benchharness.pipeline.loading.policy import suite_of
from benchharness.pipeline.loading.run_folder import RunFolder, read_record, results_of
from benchharness.records.comparison import Comparison
from benchharness.records.evidence import Effort, Evidence, Leakage
from benchharness.records.json_form import from_json
from benchharness.records.run import RunRecord
from benchharness.records.suite import Suite
from benchharness.records.verdict import ReasoningStep
from benchharness.results.outcomes import outcomes_of, targets_of
from benchharness.results.own_rows import decidable_rows
from benchharness.results.reading import read_table
from benchharness.results.totals import totals_of
from benchharness.suite.resolving import resolve_prompts
from benchharness.verdict.decide import explained as verdict_explained
from benchharness.verdict.thresholds import filled_in

__all__ = ["decide_file", "decide_table", "explained", "gather_file"]


def decide_table(results: Path, record: RunRecord, suite: Suite | None = None) -> Decided:
    """Return the verdict of a run from its `results.parquet` and `run.json`, and nothing else.

    With another suite than the run's own its policy is used, and the verdict is exploratory: it was chosen with the results
    at hand.
    """
    return decided(_gather_table(results, record, suite))


def decide_file(suite: Suite, results: Path) -> Decided:
    """Return the verdict of rows from anywhere; MistakesError names a row that lies, breaks, or belongs to nobody.

    A run directory, or the `results.parquet` in one, is decided with what its `run.json` knows.
    """
    return decided(gather_file(suite, results))


def gather_file(suite: Suite, results: Path) -> Gathered:
    """Return what `decide_file` makes its verdict from, for whoever asks only that."""
    path = results_of(results)
    record = _record_beside(path)
    if record is not None:
        return _gather_table(path, record, suite)
    table = read_table(path, measured=True)
    outcomes, targets = outcomes_of(table, suite, str(path), complete=True), targets_of(table)
    comparison = compare(outcomes, questions_of(suite), targets)
    plan = suite.decision.fine_tune
    totals = totals_of(table)
    costs, lacks = costs_of(inputs_of(suite.decision, comparison, totals))
    evidence = Evidence(
        suite=suite.name,
        decision=suite.decision,
        thresholds=filled_in(suite.decision),
        comparison=comparison,
        effort=measured(_stated_efforts(suite, comparison), comparison, suite),
        totals=totals,
        labelled_examples=None if plan is None else plan.labelled_examples,
        costs=costs,
        costs_lack=lacks,
        judging=judging_of(suite, None, comparison, outcomes, ()),
        beside_rightness=beside_rightness(suite),
        warnings=metric_warnings(_without_looking(comparison), outcomes, comparison, filled_in(suite.decision)["classical_margin"]),
    )
    return Gathered(evidence=evidence, suite=suite, record=None, outcomes=outcomes, targets=targets)


def _without_looking(comparison: Comparison) -> dict[str, Any]:
    """Return what rows from anywhere tell of their metric: how often the most frequent target is right."""
    trivial = comparison.triviality
    return {"baselines": {} if trivial is None else {MAJORITY: trivial.majority_rate}}


def _gather_table(results: Path, record: RunRecord, suite: Suite | None) -> Gathered:
    asked = suite or suite_of(record)
    rows = decidable_rows(results, asked, expected_of(record), from_json(Leakage, record.facts["leakage"]))
    ids = rows.ids if record.facts.get("slices") or record.facts.get("judge") else ()
    return gathered_of(record, rows.outcomes, rows.targets, rows.leakage, ids=ids, suite=asked)


def explained(found: Decided) -> tuple[ReasoningStep, ...]:
    """Return the questions of the reasoning up to the one that decided."""
    return verdict_explained(found.evidence)


def _record_beside(results: Path) -> RunRecord | None:
    folder = RunFolder(results.parent)
    return read_record(folder.run) if results == folder.results and folder.run.is_file() else None


def _stated_efforts(suite: Suite, comparison: Comparison) -> tuple[Effort, ...]:
    """Return what rows from anywhere show to be tried: of the suite's prompts those that have rows."""
    prompts = resolve_prompts(suite)
    seen = {(each.candidate, each.prompt) for each in comparison.candidates if each.n}
    entries = [replace(entry, prompts=tuple(name for name in prompts if (entry.name, name) in seen)) for entry in suite.candidates]
    return tuple(effort_of(entry, prompts) for entry in entries)
