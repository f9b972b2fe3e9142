"""From rows to a verdict: the same code for a run of ours and for a file from anywhere; no model is called."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from benchharness import numbers
from benchharness.comparison.compare import compare
from benchharness.comparison.outcomes import Outcomes
from benchharness.interop.rows_reading import read_table
from benchharness.pipeline.costing import costs_of, inputs_of
from benchharness.pipeline.efforts import effort_of, path_of
from benchharness.pipeline.flipping import flips_of
from benchharness.pipeline.folder import RunFolder, read_record, results_of
from benchharness.pipeline.leaking import leaked_parts
from benchharness.pipeline.outcomes import outcomes_of, targets_of
from benchharness.pipeline.setting_up import BARS, policy_hash, suite_of
from benchharness.pipeline.totals import totals_of
from benchharness.records.circumstances import Sunset
from benchharness.records.comparison import Comparison, Questions, Stopping
from benchharness.records.evidence import Effort, Evidence, Leakage
from benchharness.records.json_form import from_json
from benchharness.records.run import RunRecord
from benchharness.records.suite import Decision, NinetyPercentOf, Suite
from benchharness.records.verdict import ReasoningStep, Verdict, VerdictWord
from benchharness.suite.resolving import parse_gap_rule, resolve_prompts
from benchharness.verdict.decide import decide
from benchharness.verdict.decide import explained as verdict_explained
from benchharness.verdict.thresholds import filled_in

__all__ = ["Decided", "Gathered", "decide_file", "decide_table", "explained", "gather_file", "questions_of"]

EXPLORATORY = "exploratory"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A verdict with what it was made from."""

    verdict: Verdict
    """What the evidence says."""
    comparison: Comparison
    """The numbers behind it."""
    evidence: Evidence
    """Everything the rules looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """What a verdict is made from; telling what would change the verdict takes a hundred times as long as this."""

    evidence: Evidence
    """Everything the rules look at."""
    suite: Suite
    """Whose policy is asked."""
    record: RunRecord | None
    """The run the rows are of; None for rows from anywhere."""
    outcomes: Sequence[Outcomes]
    """The rows, by candidate."""
    targets: Mapping[str, int] | None
    """How often each target occurs, when they are a closed list."""


def decide_table(results: Path, record: RunRecord, suite: Suite | None = None) -> Decided:
    """Return the verdict of a run from its `results.parquet` and `run.json`, and nothing else.

    With another suite than the run's own its policy is used, and the verdict is exploratory: it was chosen with the results
    at hand.
    """
    return _decided(_gather_table(results, record, suite))


def decide_file(suite: Suite, results: Path) -> Decided:
    """Return the verdict of rows from anywhere; MistakesError names a row that lies, breaks, or belongs to nobody.

    A run directory, or the `results.parquet` in one, is decided with what its `run.json` knows.
    """
    return _decided(gather_file(suite, results))


def _gather_table(results: Path, record: RunRecord, suite: Suite | None) -> Gathered:
    own = suite_of(record)
    asked = suite or own
    facts = record.facts
    table = read_table(results)
    questions = questions_of(asked, facts.get("stopping"))
    stopping = facts.get("stopping") or {}
    outcomes = outcomes_of(table, asked, str(results), stopping.get("asked") or int(record.golden_set["asked"]))
    planned = [replace(each, planned=questions.planned if each.expected < (questions.planned or 0) else None) for each in outcomes]
    # A run that stopped early hasn't a row of every example.
    targets = stopping.get("targets") or targets_of(table)
    comparison = compare(planned, questions, targets)
    costs, lacks = costs_of(inputs_of(asked.decision, comparison, record.totals))
    evidence = Evidence(
        suite=asked.name,
        decision=_with_end(asked.decision, comparison, facts.get("ends", {})),
        thresholds=filled_in(asked.decision),
        comparison=comparison,
        effort=_measured(tuple(from_json(Effort, each) for each in facts["effort"]), comparison, asked),
        skipped=record.skipped,
        leakage=leaked_parts(from_json(Leakage, facts["leakage"]), table),
        labelled_examples=facts["labelled_examples"],
        totals=record.totals,
        costs=costs,
        costs_lack=lacks,
        today=record.started_at[:10] or None,
        warnings=(*facts["warnings"], *_restated(own, asked), *_ending(facts.get("ends", {})), *_looked(facts.get("looks"), questions)),
    )
    return Gathered(evidence=evidence, suite=asked, record=record, outcomes=planned, targets=targets)


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
        effort=_measured(_stated_efforts(suite, comparison), comparison, suite),
        totals=totals,
        labelled_examples=None if plan is None else plan.labelled_examples,
        costs=costs,
        costs_lack=lacks,
    )
    return Gathered(evidence=evidence, suite=suite, record=None, outcomes=outcomes, targets=targets)


def explained(decided: Decided) -> tuple[ReasoningStep, ...]:
    """Return the questions of the reasoning up to the one that decided."""
    return verdict_explained(decided.evidence)


def _decided(gathered: Gathered) -> Decided:
    evidence, record, policy = gathered.evidence, gathered.record, policy_hash(gathered.suite)
    verdict = decide(evidence, policy_hash=policy)
    verdict = replace(verdict, flips_if=flips_of(evidence, gathered.outcomes, gathered.targets, verdict.verdict))
    if record is not None:
        verdict = replace(verdict, review_by=_review_by(record.started_at, verdict, evidence.thresholds))
        changed = _changed_policy(policy, record)
        if changed:
            verdict = replace(verdict, flags=(*verdict.flags, EXPLORATORY), warnings=(changed, *verdict.warnings))
    return Decided(verdict=verdict, comparison=evidence.comparison, evidence=evidence)


def _changed_policy(policy: str, record: RunRecord) -> str:
    """Return why the verdict is exploratory; empty when the policy was fixed before the results existed."""
    if policy != record.policy_hash:
        return "Exploratory: the policy was changed after these results existed, so its bars were chosen with the answers at hand."
    if record.facts.get("looks", {}).get("policy_changed"):
        return (
            "Exploratory: an earlier run of this suite on the same golden set had another policy, "
            "so this one was chosen with answers at hand."
        )
    return ""


def _with_end(decision: Decision, comparison: Comparison, ends: Mapping[str, str]) -> Decision:
    """Return the policy with the day the best fine-tune's model is shut down, where the price list knows it and the suite is silent."""
    best = comparison.result(comparison.best_fine_tuned)
    stated = decision.sunset or Sunset()
    if best is None or best.candidate not in ends or stated.base_model or stated.none_announced:
        return decision
    return replace(decision, sunset=replace(stated, base_model=ends[best.candidate]))


def _ending(ends: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(f"{candidate}: its model is shut down on {end}, says litellm's list." for candidate, end in ends.items())


def _restated(own: Suite, asked: Suite) -> tuple[str, ...]:
    """Return that facts of the case differ from the run's own: they are no bars, and a reader must know all the same."""
    names = [each.name for each in fields(asked.decision) if each.name not in BARS and each.name != "thresholds"]
    changed = [f"`decision.{name}`" for name in names if getattr(own.decision, name) != getattr(asked.decision, name)]
    return (f"Stated since these results existed: {numbers.listed(changed, most=len(changed))}.",) if changed else ()


def _looked(looks: Mapping[str, Any] | None, questions: Questions) -> tuple[str, ...]:
    """Return what more than one look at the same golden set does to a plain test."""
    count = 1 if looks is None else int(looks["count"])
    if count == 1 or questions.stopping is Stopping.ANYTIME:
        return ()
    told = f"This is look {count} at this golden set with other answers than before. A proof keeps its confidence for one look; "
    return (told + "what was tuned on these examples needs fresh ones, or `decision.dev_share`, to be judged.",)


def _record_beside(results: Path) -> RunRecord | None:
    folder = RunFolder(results.parent)
    return read_record(folder.run) if results == folder.results and folder.run.is_file() else None


def _measured(efforts: tuple[Effort, ...], comparison: Comparison, suite: Suite) -> tuple[Effort, ...]:
    """Return what was tried; a candidate of which not one answer was measured wasn't, and one that may not be asked doesn't count."""
    measured = {each.candidate for each in comparison.candidates if each.n}
    paths = {entry.name: path_of(entry, suite) for entry in suite.candidates}
    return tuple(
        replace(each, measured=each.measured and each.candidate in measured, path=paths.get(each.candidate, each.path)) for each in efforts
    )


def _stated_efforts(suite: Suite, comparison: Comparison) -> tuple[Effort, ...]:
    """Return what rows from anywhere show to be tried: of the suite's prompts those that have rows."""
    prompts = resolve_prompts(suite)
    seen = {(each.candidate, each.prompt) for each in comparison.candidates if each.n}
    entries = [replace(entry, prompts=tuple(name for name in prompts if (entry.name, name) in seen)) for entry in suite.candidates]
    return tuple(effort_of(entry, prompts) for entry in entries)


def questions_of(suite: Suite, stopping: Mapping[str, Any] | None = None) -> Questions:
    """Return what the policy asks of the data; `stopping` is how the run was allowed to stop, from its record."""
    decision = suite.decision
    k, n = parse_gap_rule(decision.gap_rule) if decision.gap_rule is not None else (None, None)
    asked = Questions(
        accuracy_target=decision.accuracy_target,
        bar_share=decision.ninety_percent_rule,
        gap_k=k,
        gap_n=n,
        confidence=decision.confidence,
        margin=filled_in(decision)["smallest_useful_gain"],
        seed=suite.seed,
        dev_share=decision.dev_share,
        share_of_fine_tuned=decision.ninety_percent_of is NinetyPercentOf.FINE_TUNED,
    )
    if stopping is None:
        return asked
    confidence = float(stopping.get("confidence", asked.confidence))
    return replace(asked, stopping=Stopping(stopping["rule"]), planned=int(stopping["planned"]), confidence=confidence)


def _review_by(started_at: str, verdict: Verdict, thresholds: Mapping[str, float]) -> str | None:
    if not started_at or verdict.verdict is VerdictWord.INVALID:
        return None
    proven = any(each.proof is not None and each.proof.value == "proven" and each.rule == "ninety-percent" for each in verdict.findings)
    days = thresholds["review_days_proven" if proven else "review_days"]
    return (date.fromisoformat(started_at[:10]) + timedelta(days=int(days))).isoformat()
