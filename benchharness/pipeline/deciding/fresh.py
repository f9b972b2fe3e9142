"""What examples that were looked at before are worth: a one-way door must stand on fresh ones alone, at what later looks may spend."""

from dataclasses import replace

from benchharness import numbers
from benchharness.comparison.compare import compare
from benchharness.comparison.correcting import corrected_judging
from benchharness.comparison.sequential import later_confidence
from benchharness.comparison.splitting import beyond
from benchharness.pipeline.deciding.evidence import Gathered
from benchharness.records.run_facts import Looks
from benchharness.records.verdict import Door, Verdict
from benchharness.verdict.decide import decide

__all__ = ["looked_at_before"]


def looked_at_before(gathered: Gathered, verdict: Verdict) -> tuple[str, str]:
    """Return why earlier looks make a verdict exploratory, empty when they don't; and what to know when they don't.

    What can be undone is exploratory only where bars were chosen with answers at hand. What can't must be the verdict of the
    fresh examples alone as well: whoever goes on until it suits has as many chances as looks.
    """
    looks = gathered.looks
    # A record of an earlier version tells of bars alone.
    if looks is None or (looks.fresh is None and not looks.policy_changed):
        return "", ""
    if verdict.door is not Door.ONE_WAY:
        return (BARS, "") if looks.policy_changed else ("", "")
    sure = later_confidence(gathered.evidence.comparison.questions.confidence, looks.count)
    alone = _on_fresh(gathered, verdict.policy_hash, sure) if looks.fresh else None
    # A fine-tune that is only cheaper doesn't stand for one that was said to be better.
    if alone is not None and alone.verdict is verdict.verdict and set(verdict.grounds) <= set(alone.grounds):
        return "", f"{_only(looks)} They say `{alone.verdict.value}` as well, at {numbers.percent(sure, digits=2)} confidence."
    grounds = "" if alone is None or not alone.grounds else f" on grounds of {numbers.listed(alone.grounds)}"
    said = "" if alone is None else f" At {numbers.percent(sure, digits=2)} confidence they say `{alone.verdict.value}`{grounds}."
    bars = f" {BARS.removeprefix('Exploratory: ')}" if looks.policy_changed else ""
    needed = max((alone.examples_needed.values() if alone is not None else ()), default=_examples(gathered))
    return f"Exploratory: {_only(looks)}{said}{bars} {_remedy(needed)}", ""


BARS = "Exploratory: these examples were looked at under another policy before, so this one was chosen with answers at hand."


def _only(looks: Looks) -> str:
    fresh = looks.fresh or 0
    which = f"the {numbers.quantity(fresh, 'fresh example')} alone" if fresh else "examples nobody looked at, and there is none"
    return f"this is look {looks.count} at these examples or a part of them, and what can't be undone must stand on {which}."


def _remedy(needed: int) -> str:
    return (
        f"Measure about {numbers.quantity(needed, 'fresh example')} in a golden set of their own, once, or begin one with "
        "`--stop anytime`, which may be looked at and grown as often as you like."
    )


def _examples(gathered: Gathered) -> int:
    return max((each.expected for each in gathered.outcomes), default=0)


def _on_fresh(gathered: Gathered, policy_hash: str, confidence: float) -> Verdict:
    """Return the verdict on the fresh examples alone."""
    evidence = gathered.evidence
    outcomes = beyond(gathered.outcomes, gathered.seen)
    questions = replace(evidence.comparison.questions, confidence=confidence)
    comparison = compare(outcomes, questions, gathered.targets, slices=gathered.slices)
    judging = None if evidence.judging is None else corrected_judging(evidence.judging, comparison, outcomes)
    decision = replace(evidence.decision, confidence=confidence)
    return decide(replace(evidence, decision=decision, comparison=comparison, judging=judging), policy_hash=policy_hash)
