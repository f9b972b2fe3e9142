"""From a run's record and its outcomes to a verdict; reads no table and asks nobody, so that a gate can do it in a blink."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import TypedDict

import numpy as np

from benchharness import numbers
from benchharness.comparison.compare import compare
from benchharness.comparison.metric import MAJORITY, metric_warnings
from benchharness.comparison.outcomes import values_of
from benchharness.economics.comparing import Inputs, compare_costs, lacking
from benchharness.economics.ranges import Range
from benchharness.errors import UsageError
from benchharness.pipeline.deciding.judge import judging_of
from benchharness.pipeline.deciding.own_data import filled_in_from, own_data
from benchharness.pipeline.loading.effort import effort_of, path_of, roster_of
from benchharness.pipeline.loading.policy import BARS, suite_of
from benchharness.pipeline.loading.requests import told_twice
from benchharness.pipeline.loading.run_folder import record_beside, results_of
from benchharness.pipeline.loading.scorers import primary_judged
from benchharness.records.circumstances import Sunset
from benchharness.records.comparison import Comparison, Questions, Stopping
from benchharness.records.cost_plan import CostPlan
from benchharness.records.costs import CostComparison
from benchharness.records.effort import Effort
from benchharness.records.evidence import Evidence
from benchharness.records.leakage import Leakage
from benchharness.records.outcomes import Outcomes, Whole
from benchharness.records.policy_words import NinetyPercentOf, TargetIs
from benchharness.records.run import CandidateTotals, RunRecord
from benchharness.records.run_facts import Looks, MetricFacts, StoppingFacts
from benchharness.records.suite import Decision, Suite
from benchharness.results.frame_rows import marked_frame
from benchharness.results.outcomes import leaked_parts, outcomes_of
from benchharness.results.own_rows import decidable_rows
from benchharness.results.reading import models_in, read_table
from benchharness.results.totals import totals_of
from benchharness.scorers import scorer_traits_of
from benchharness.scorers.marking import deciding_scorer
from benchharness.suite.resolving import parse_gap_rule, resolve_prompts
from benchharness.verdict.thresholds import filled_in

__all__ = [
    "Gathered",
    "beside_rightness",
    "expected_of",
    "gather_file",
    "gathered_of",
    "inputs_of",
    "looks_told",
    "measured",
    "questions_of",
]

JUDGES_OWN = "The table of candidates shows the judge's own marks; the findings show them corrected by people's labels."


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
    slices: Mapping[str, Whole] = field(default_factory=dict)
    """The examples of each protected slice, by code."""
    looks: Looks | None = None
    """How often its examples were looked at; None when nobody counted."""
    seen: Whole = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    """Those that aren't fresh, by code; empty when none is fresh."""
    ids: Sequence[str] = ()
    """The examples by code, of rows from anywhere."""


def expected_of(record: RunRecord) -> dict[str, int] | int:
    """Return how many examples were to be asked: of everybody, or by `candidate/prompt` where the run stopped asking some."""
    stopping = record.facts.stopping
    return dict(stopping.asked) if stopping is not None and stopping.asked else int(record.golden_set["asked"])


def gathered_of(
    record: RunRecord,
    outcomes: Sequence[Outcomes],
    targets: Mapping[str, int] | None,
    leakage: Leakage,
    *,
    ids: Sequence[str],
    suite: Suite | None = None,
) -> Gathered:
    """Return what a run's verdict is made from: its record and outcomes; `targets` counts the targets that stand in its rows.

    `ids` names the examples by code.

    With another suite than the run's own its policy is used, and the verdict is exploratory: it was chosen with the results
    at hand.
    """
    own = suite_of(record)
    asked = suite or own
    facts = record.facts
    stopping = facts.stopping
    questions = questions_of(asked, stopping)
    planned = [replace(each, planned=questions.planned if each.expected < (questions.planned or 0) else None) for each in outcomes]
    # A run that stopped early hasn't a row of every example.
    _scored(questions, planned)
    counted = _guessable(asked, (None if stopping is None else stopping.targets) or targets)
    slices = _slices(facts.slices, ids)
    comparison = compare(planned, questions, counted, slices=slices)
    inputs = inputs_of(asked.decision, comparison, record.totals)
    efforts = measured(facts.effort, comparison, asked)
    judging = judging_of(asked, facts.judge, comparison, planned, ids)
    evidence = Evidence(
        suite=asked.name,
        decision=_with_end(asked.decision, comparison, facts.ends),
        thresholds=filled_in(asked.decision),
        comparison=comparison,
        effort=efforts,
        skipped=record.skipped,
        leakage=leakage,
        labelled_examples=facts.labelled_examples,
        totals=record.totals,
        **_costs(inputs),
        today=record.started_at[:10] or None,
        judging=judging,
        beside_rightness=beside_rightness(asked),
        warnings=(
            *facts.warnings,
            *told_twice(efforts),
            *metric_warnings(facts.metric, planned, comparison, filled_in(asked.decision)["classical_margin"]),
            *_beside(asked),
            *_restated(own, asked),
            *_ending(facts.ends),
            *looks_told(facts.looks),
            *((JUDGES_OWN,) if judging is not None and judging.corrected is not None else ()),
        ),
    )
    seen = _slices({"seen": facts.looks.seen} if facts.looks is not None and facts.looks.seen else {}, ids)
    gathered = Gathered(evidence=evidence, suite=asked, record=record, outcomes=planned, targets=counted, slices=slices, looks=facts.looks)
    return replace(gathered, seen=seen["seen"]) if seen else gathered


def beside_rightness(suite: Suite) -> str:
    """Return the type of the scorer that decides where it says nothing of right or wrong; else the empty text."""
    primary = deciding_scorer(suite.scorers)
    return primary.type if scorer_traits_of(primary).beside_rightness else ""


def _beside(suite: Suite) -> tuple[str, ...]:
    kind = beside_rightness(suite)
    return (f"The rates say nothing of right or wrong: the scorer that decides is `{kind}`.",) if kind else ()


def _slices(named: Mapping[str, Sequence[str]], ids: Sequence[str]) -> dict[str, Whole]:
    """Return the codes of each protected slice's examples, ascending; an example without a row has none."""
    if not named:
        return {}
    code = {name: at for at, name in enumerate(ids)}
    return {name: np.array(sorted(code[each] for each in members if each in code), dtype=np.int64) for name, members in named.items()}


def _guessable(suite: Suite, targets: Mapping[str, int] | None) -> Mapping[str, int] | None:
    """Return how often each target occurs; None where a judge grades by a rubric: always giving one target isn't always right then."""
    primary = primary_judged(suite)
    return targets if primary is None or scorer_traits_of(primary).says_right else None


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


def looks_told(looks: Looks | None) -> tuple[str, ...]:
    """Return what a reader must know of earlier looks at the same examples: each is another chance to be lucky."""
    if looks is None or looks.count == 1:
        return ()
    told = f"This is look {looks.count} at this golden set or a part of it, with other answers, candidates, examples or bars than before. "
    told += "A proof keeps its confidence for one look; what was tuned on these examples needs fresh ones to be judged."
    if not looks.elsewhere:
        return (told,)
    suites = numbers.listed([f"`{each}`" for each in looks.elsewhere])
    told_by = f"This golden set was looked at before under another policy by {suites}: "
    return told, told_by + "bars that were chosen after that were chosen with answers at hand."


def measured(efforts: tuple[Effort, ...], comparison: Comparison, suite: Suite) -> tuple[Effort, ...]:
    """Return what was tried; a candidate of which not one answer was measured wasn't, and one that may not be asked doesn't count."""
    measured = {each.candidate for each in comparison.candidates if each.n}
    paths = {entry.name: path_of(entry, suite) for entry in suite.candidates}
    return tuple(
        replace(each, measured=each.measured and each.candidate in measured, path=paths.get(each.candidate, each.path)) for each in efforts
    )


def questions_of(suite: Suite, stopping: StoppingFacts | None = None) -> Questions:
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
        classical_margin=filled_in(decision)["classical_margin"],
        seed=suite.seed,
        dev_share=decision.dev_share,
        share_of_fine_tuned=decision.ninety_percent_of is NinetyPercentOf.FINE_TUNED,
        target_is=decision.target_is,
    )
    if stopping is None:
        return asked
    if asked.target_is is TargetIs.MEAN:
        _asked_whole(stopping)
    confidence = asked.confidence if stopping.confidence is None else stopping.confidence
    return replace(asked, stopping=Stopping(stopping.rule), planned=stopping.planned, confidence=confidence)


def _asked_whole(stopping: StoppingFacts) -> None:
    """Raise UsageError for a run that stopped by its matches, or could have: the mean of what it asked is no mean of the whole."""
    cut = [key for key, count in (stopping.asked or {}).items() if count < stopping.planned]
    if cut or stopping.rule != Stopping.CURTAIL.value:
        told = f"the run was made with --stop {stopping.rule}, which looks at matches, and `decision.target_is` is `mean`"
        raise UsageError(told, hint="`bench run SUITE --stop none` asks what is missing; stored answers cost nothing")


def _scored(questions: Questions, outcomes: Sequence[Outcomes]) -> None:
    """Raise UsageError where mean scores are asked for and no row has one."""
    if questions.target_is is not TargetIs.MEAN or any(len(values_of(each, questions.target_is).codes) for each in outcomes):
        return
    if any((each.matched >= 0).any() for each in outcomes):
        told = "`decision.target_is: mean` reads scores, and no row has one"
        raise UsageError(told, hint="give each row a `score` from 0 to 1, or write `target_is: share` to count matches")


def gather_file(suite: Suite, results: Path, folder: Path | None = None) -> Gathered:
    """Return what `decide_file` makes its verdict from, for whoever asks only that; `folder` is where the suite's data lies.

    Rows from anywhere are held against the golden set, the pool and `trained_on` as far as they lie there; a run's own record
    knows what it found in them.
    """
    path = results_of(results)
    record = record_beside(path)
    if record is not None:
        return _gather_table(path, record, suite)
    table = read_table(path, measured=True)
    roster, data = roster_of(suite), own_data(suite, folder)
    told = data.warnings if data.golden is None else (*data.warnings, *filled_in_from(data.golden, table, str(path)))
    rows = marked_frame(table, roster, str(path), complete=True)
    outcomes, targets = outcomes_of(rows, roster), _guessable(suite, rows.targets)
    slices, questions = _slices(data.slices, [str(each) for each in rows.ids]), questions_of(suite)
    _scored(questions, outcomes)
    comparison = compare(outcomes, questions, targets, slices=slices)
    plan = suite.decision.fine_tune
    labelled = None if plan is None else plan.labelled_examples
    efforts = measured(_stated_efforts(suite, comparison, models_in(table)), comparison, suite)
    totals = totals_of(table)
    inputs = inputs_of(suite.decision, comparison, totals)
    evidence = Evidence(
        suite=suite.name,
        decision=suite.decision,
        thresholds=filled_in(suite.decision),
        comparison=comparison,
        effort=efforts,
        leakage=leaked_parts(data.leakage, outcomes, rows.ids),
        totals=totals,
        labelled_examples=data.labelled if labelled is None else labelled,
        **_costs(inputs),
        judging=judging_of(suite, None, comparison, outcomes, ()),
        beside_rightness=beside_rightness(suite),
        warnings=(
            *told,
            *told_twice(efforts),
            *metric_warnings(_without_looking(comparison), outcomes, comparison, filled_in(suite.decision)["classical_margin"]),
        ),
    )
    return Gathered(evidence=evidence, suite=suite, record=None, outcomes=outcomes, targets=targets, slices=slices, ids=rows.ids)


def _without_looking(comparison: Comparison) -> MetricFacts:
    """Return what rows from anywhere tell of their metric: how often the most frequent target is right."""
    trivial = comparison.triviality
    return MetricFacts(baselines={} if trivial is None else {MAJORITY: trivial.majority_rate})


def _gather_table(results: Path, record: RunRecord, suite: Suite | None) -> Gathered:
    asked = suite or suite_of(record)
    rows = decidable_rows(results, roster_of(asked), expected_of(record), record.facts.leakage)
    known = record.facts.slices or record.facts.judge or (record.facts.looks is not None and record.facts.looks.seen)
    ids = rows.ids if known else ()
    return gathered_of(record, rows.outcomes, rows.targets, rows.leakage, ids=ids, suite=asked)


def _stated_efforts(suite: Suite, comparison: Comparison, models: Mapping[str, str]) -> tuple[Effort, ...]:
    """Return what rows from anywhere show to be tried: of the suite's prompts those that have rows.

    `models` are those that rows name, by candidate.
    """
    prompts = resolve_prompts(suite)
    seen = {(each.candidate, each.prompt) for each in comparison.candidates if each.n}
    entries = [replace(entry, prompts=tuple(name for name in prompts if (entry.name, name) in seen)) for entry in suite.candidates]
    return tuple(effort_of(entry, prompts, told=models.get(entry.name, "")) for entry in entries)


class _Costs(TypedDict):
    """Both comparisons of costs, by their names in the evidence."""

    costs: CostComparison | None
    costs_lack: tuple[str, ...]
    hosting_costs: CostComparison | None
    hosting_lack: tuple[str, ...]


def _costs(inputs: Inputs) -> _Costs:
    """Return what prompting and each path of one's own cost in all, or None and the keys of the suite that would tell."""
    hosting = replace(inputs, own="self_hosted")
    return {
        "costs": compare_costs(inputs),
        "costs_lack": lacking(inputs),
        "hosting_costs": compare_costs(hosting),
        "hosting_lack": lacking(hosting),
    }


def inputs_of(decision: Decision, comparison: Comparison | None, totals: Sequence[CandidateTotals]) -> Inputs:
    """Return what the costs are computed from: the suite's statements, and dollars per 1,000 requests as measured."""
    best = (
        {}
        if comparison is None
        else {
            "prompt": comparison.best_prompt,
            "fine_tuned": comparison.best_fine_tuned,
            "self_hosted": comparison.best_self_hosted,
        }
    )
    by_key = {each.key: each for each in totals}
    return Inputs(
        plan=decision.costs or CostPlan(),
        volume=decision.volume,
        training=decision.fine_tune,
        measured={path: _per_1k(by_key.get(key or "")) for path, key in best.items()},
    )


def _per_1k(totals: CandidateTotals | None) -> Range | None:
    if totals is None or totals.usd_per_1k is None:
        return None
    between = totals.usd_per_1k_interval
    return Range(totals.usd_per_1k, totals.usd_per_1k) if between is None else Range(between.low, between.high)
