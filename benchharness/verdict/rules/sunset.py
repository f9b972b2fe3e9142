"""Can the base model and its tuning service still be had until the fine-tune has paid for itself?"""

from collections.abc import Sequence
from datetime import date

from benchharness import numbers
from benchharness.records.circumstances import Sunset
from benchharness.records.comparison import Proof
from benchharness.records.evidence import Evidence
from benchharness.records.verdict import Finding, Status
from benchharness.verdict.rules.stating import not_asked

__all__ = ["SOURCE", "find"]

SOURCE = (
    "benchharness: no source document knows that vendors close tuning services and shut base models down with their fine-tunes "
    "(OpenAI's and Cohere's, announced in 2025 and 2026); S2: three years of cost"
)
RULE = "sunset"
DAYS_IN_MONTH = 30.4375
# The calendar ends before so many.
MOST_MONTHS = 100_000
REMEDY = "Say it with `decision.sunset: {base_model: 2027-01-14, tuning_service: 2027-01-06}`, or `{none_announced: true}`."


def find(evidence: Evidence) -> Finding:
    """Return met when every announced end lies after the payback; refuted when the base model ends before a stated one.

    Payback is `decision.sunset.payback_months`, else the months of the cost comparison, else the threshold, with which
    nothing is refuted. Nothing is ever proven: an end may be announced tomorrow.
    """
    stated = evidence.decision.sunset
    if stated is None or not (stated.base_model or stated.tuning_service or stated.none_announced):
        question = "until when the base model and its tuning service can be had"
        return not_asked(evidence, rule=RULE, question=question, key="sunset", remedy=REMEDY, source=SOURCE)
    if stated.none_announced:
        told = "No end of the base model or its tuning service is announced, as the suite states."
        return Finding(rule=RULE, status=Status.MET, proof=Proof.UNDECIDED, sentence=told, source=SOURCE)
    if evidence.today is None:
        told = "An end is announced (`decision.sunset`), but these rows tell no date to count from."
        remedy = "Decide from a run's own folder; `decision.sunset` is read from its date on."
        return Finding(rule=RULE, status=Status.NOT_TESTED, sentence=told, remedy=remedy, source=SOURCE)
    return _held(evidence, stated, date.fromisoformat(evidence.today[:10]))


def _held(evidence: Evidence, stated: Sunset, today: date) -> Finding:
    """Return the finding for ends that are announced, on a day that's known."""
    months, known = _payback(evidence, stated)
    payback = _later(today, months)
    ends = [(name, date.fromisoformat(day)) for name, day in _announced(stated)]
    early = [(name, day) for name, day in ends if day < payback]
    refuted = known and any(name == "the base model" for name, _ in early)
    whence = "" if known else " (assumed)"
    said = numbers.listed([f"{name} ends on {day.isoformat()}" for name, day in ends])
    verdict = f"too early ({numbers.listed([name for name, _ in early])})" if early else "both later" if len(ends) > 1 else "later"
    return Finding(
        rule=RULE,
        status=Status.NOT_MET if early else Status.MET,
        proof=Proof.REFUTED if refuted else Proof.UNDECIDED,
        measured=min((day - today).days for _, day in ends) / DAYS_IN_MONTH,
        threshold=months,
        sentence=f"{said[:1].upper()}{said[1:]}; months until payback: {months:g}{whence}, on {payback.isoformat()}: {verdict}.",
        remedy="" if not early else "Tune a base whose weights you keep, or one that lasts longer.",
        source=SOURCE,
    )


def _announced(stated: Sunset) -> Sequence[tuple[str, str]]:
    named = (("the base model", stated.base_model), ("the tuning service", stated.tuning_service))
    return [(name, day) for name, day in named if day is not None]


def _payback(evidence: Evidence, stated: Sunset) -> tuple[float, bool]:
    """Return the months until payback, and whether anybody said so."""
    if stated.payback_months is not None:
        return stated.payback_months, True
    if evidence.costs is not None:
        return float(evidence.costs.months), True
    return evidence.thresholds["payback_months"], False


def _later(day: date, months: float) -> date:
    ordinal = day.toordinal() + round(max(0.0, min(months, MOST_MONTHS)) * DAYS_IN_MONTH)
    return date.fromordinal(max(1, min(ordinal, date.max.toordinal())))
