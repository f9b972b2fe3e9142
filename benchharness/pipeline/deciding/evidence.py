"""From a run's record and its outcomes to a verdict; reads no table and asks nobody, so that a gate can do it in a blink."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date, timedelta
from typing import Any

import numpy as np

from benchharness import numbers
from benchharness.comparison.compare import compare
from benchharness.comparison.metric import metric_warnings
from benchharness.comparison.outcomes import Outcomes, Whole
from benchharness.pipeline.costing import costs_of, inputs_of
from benchharness.pipeline.deciding.flips import flips_of
from benchharness.pipeline.deciding.judge import judging_of
from benchharness.pipeline.judging.questions import primary_judged
from benchharness.pipeline.loading.effort import path_of
from benchharness.pipeline.loading.policy import BARS, policy_hash, suite_of
from benchharness.records.circumstances import Sunset
from benchharness.records.comparison import Comparison, Questions, Stopping
from benchharness.records.evidence import Effort, Evidence, Leakage
from benchharness.records.json_form import from_json
from benchharness.records.run import RunRecord
from benchharness.records.suite import Decision, NinetyPercentOf, Suite
from benchharness.records.verdict import Verdict, VerdictWord
from benchharness.scorers import BESIDE_RIGHTNESS
from benchharness.scorers.marking import listed_scorers
from benchharness.suite.resolving import parse_gap_rule
from benchharness.verdict.decide import decide
from benchharness.verdict.thresholds import filled_in

__all__ = ["EXPLORATORY", "Decided", "Gathered", "beside_rightness", "decided", "expected_of", "gathered_of", "measured", "questions_of"]

EXPLORATORY = "exploratory"
JUDGES_OWN = "The table of candidates shows the judge's own marks; the findings show them corrected by people's labels."


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
    slices: Mapping[str, Whole] = field(default_factory=dict)
    """The examples of each protected slice, by code."""


def expected_of(record: RunRecord) -> dict[str, int] | int:
    """Return how many examples were to be asked: of everybody, or by `candidate/prompt` where the run stopped asking some."""
    asked: dict[str, int] | None = (record.facts.get("stopping") or {}).get("asked")
    return asked or int(record.golden_set["asked"])


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
    stopping = facts.get("stopping") or {}
    questions = questions_of(asked, facts.get("stopping"))
    planned = [replace(each, planned=questions.planned if each.expected < (questions.planned or 0) else None) for each in outcomes]
    # A run that stopped early hasn't a row of every example.
    counted = _guessable(asked, stopping.get("targets") or targets)
    slices = _slices(facts.get("slices") or {}, ids)
    comparison = compare(planned, questions, counted, slices=slices)
    costs, lacks = costs_of(inputs_of(asked.decision, comparison, record.totals))
    judging = judging_of(asked, facts.get("judge"), comparison, planned, ids)
    evidence = Evidence(
        suite=asked.name,
        decision=_with_end(asked.decision, comparison, facts.get("ends", {})),
        thresholds=filled_in(asked.decision),
        comparison=comparison,
        effort=measured(tuple(from_json(Effort, each) for each in facts["effort"]), comparison, asked),
        skipped=record.skipped,
        leakage=leakage,
        labelled_examples=facts["labelled_examples"],
        totals=record.totals,
        costs=costs,
        costs_lack=lacks,
        today=record.started_at[:10] or None,
        judging=judging,
        beside_rightness=beside_rightness(asked),
        warnings=(
            *facts["warnings"],
            *metric_warnings(facts.get("metric"), planned, comparison, filled_in(asked.decision)["classical_margin"]),
            *_beside(asked),
            *_restated(own, asked),
            *_ending(facts.get("ends", {})),
            *_looked(facts.get("looks"), questions),
            *_elsewhere(facts.get("looks")),
            *((JUDGES_OWN,) if judging is not None and judging.corrected is not None else ()),
        ),
    )
    return Gathered(evidence=evidence, suite=asked, record=record, outcomes=planned, targets=counted, slices=slices)


def beside_rightness(suite: Suite) -> str:
    """Return the type of the scorer that decides where it says nothing of right or wrong; else the empty text."""
    listed = listed_scorers(suite.scorers)
    primary = next((each for each in listed if each.primary), listed[0])
    return primary.type if primary.type in BESIDE_RIGHTNESS else ""


def _beside(suite: Suite) -> tuple[str, ...]:
    kind = beside_rightness(suite)
    return (f"The rates say nothing of right or wrong: the scorer that decides is `{kind}`.",) if kind else ()


def decided(gathered: Gathered) -> Decided:
    """Return the verdict on what was gathered, with what would change it; for a run also the day to look again."""
    evidence, record = gathered.evidence, gathered.record
    policy = policy_hash(gathered.suite, None if record is None else record.facts.get("files"))
    verdict = decide(evidence, policy_hash=policy)
    verdict = replace(verdict, flips_if=flips_of(evidence, gathered.outcomes, gathered.targets, verdict.verdict, slices=gathered.slices))
    if record is not None:
        verdict = replace(verdict, review_by=_review_by(record.started_at, verdict, evidence.thresholds))
        changed = _changed_policy(policy, record)
        if changed:
            verdict = replace(verdict, flags=(*verdict.flags, EXPLORATORY), warnings=(changed, *verdict.warnings))
    return Decided(verdict=verdict, comparison=evidence.comparison, evidence=evidence)


def _slices(named: Mapping[str, Sequence[str]], ids: Sequence[str]) -> dict[str, Whole]:
    """Return the codes of each protected slice's examples, ascending; an example without a row has none."""
    if not named:
        return {}
    code = {name: at for at, name in enumerate(ids)}
    return {name: np.array(sorted(code[each] for each in members if each in code), dtype=np.int64) for name, members in named.items()}


def _guessable(suite: Suite, targets: Mapping[str, int] | None) -> Mapping[str, int] | None:
    """Return how often each target occurs; None where a judge grades by a rubric: always giving one target isn't always right then."""
    primary = primary_judged(suite)
    return targets if primary is None or primary.type == "reference" else None


def _changed_policy(policy: str, record: RunRecord) -> str:
    """Return why the verdict is exploratory; empty when the policy was fixed before the results existed."""
    if (record.facts.get("rescored") or {}).get("changed"):
        return "Exploratory: scored again under another policy after the answers were known, so it was chosen with them at hand."
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


def _elsewhere(looks: Mapping[str, Any] | None) -> tuple[str, ...]:
    """Return that the exam was seen under other bars and another suite's name: renaming a suite makes no fresh golden set."""
    names = (looks or {}).get("elsewhere") or ()
    if not names:
        return ()
    told = f"This golden set was looked at before under another policy by {numbers.listed([f'`{each}`' for each in names])}: "
    return (told + "bars that were chosen after that were chosen with answers at hand.",)


def measured(efforts: tuple[Effort, ...], comparison: Comparison, suite: Suite) -> tuple[Effort, ...]:
    """Return what was tried; a candidate of which not one answer was measured wasn't, and one that may not be asked doesn't count."""
    measured = {each.candidate for each in comparison.candidates if each.n}
    paths = {entry.name: path_of(entry, suite) for entry in suite.candidates}
    return tuple(
        replace(each, measured=each.measured and each.candidate in measured, path=paths.get(each.candidate, each.path)) for each in efforts
    )


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
