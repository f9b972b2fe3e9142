"""Is it the golden set and the metric that decide? Baselines that don't look, candidates alike, scorers that disagree."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from benchharness import numbers
from benchharness.comparison.outcomes import Values, values_of
from benchharness.records.comparison import CandidateResult, Comparison
from benchharness.records.outcomes import Outcomes
from benchharness.records.policy_words import TargetIs
from benchharness.records.run_facts import MetricFacts

__all__ = ["EMPTY", "MAJORITY", "metric_warnings"]

MAJORITY, EMPTY = "majority", "empty"
TOLD = {MAJORITY: "Always giving the most frequent target", EMPTY: "Always answering nothing"}


def metric_warnings(
    known: MetricFacts | None, outcomes: Sequence[Outcomes], comparison: Comparison, classical_margin: float
) -> tuple[str, ...]:
    """Return what makes this golden set, or this metric, unable to decide, each a sentence.

    `known` is what was measured of the scorers beside the primary score. None, for a run that didn't look, tells nothing.
    `classical_margin` is a share.
    """
    if known is None:
        return ()
    return (
        *_baselines(known.baselines, comparison),
        *_alike(outcomes, comparison),
        *_classical(comparison, classical_margin),
        *_disagreeing(known.primary, known.scores, comparison),
    )


def _baselines(rates: Mapping[str, float | None], comparison: Comparison) -> Iterator[str]:
    """Yield baselines within the best candidate's interval, or above it."""
    best = max((each for each in comparison.candidates if each.rate is not None), key=lambda each: each.rate or 0.0, default=None)
    if best is None or best.interval is None:
        return
    for name, told in TOLD.items():
        rate = rates.get(name)
        if rate is not None and rate > 0 and rate >= best.interval.low:
            would, does = ("score", "scores") if comparison.questions.target_is is TargetIs.MEAN else ("match", "matches")
            yield (
                f"{told} would {would} {numbers.percent(rate)}, and the best candidate ({best.key}) {does} {numbers.percent(best.rate)}, "
                f"95% interval {numbers.interval(best.interval)}: this golden set with this scorer can't decide."
            )


def _alike(outcomes: Sequence[Outcomes], comparison: Comparison) -> Iterator[str]:
    """Yield that candidates get the same examples right: all of them, or the two the verdict is about."""
    target_is = comparison.questions.target_is
    values = {each.key: found for each in outcomes if len((found := values_of(each, target_is)).codes)}
    if len(values) > 1 and (common := _common(list(values.values()))) is not None:
        first = next(iter(values.values())).among(common)[0]
        if all(np.array_equal(first, each.among(common)[0]) for each in values.values()):
            same = f"match the same {numbers.count_of(round(float(first.sum())), len(common))} examples"
            if target_is is TargetIs.MEAN:
                same = f"score the same on each of {numbers.quantity(len(common), 'example')}"
            yield (f"All {len(values)} candidates {same}: this golden set can't tell them apart; add examples on which they differ.")
            return
    pair = comparison.pair(comparison.best_fine_tuned, comparison.best_prompt)
    if pair is not None and pair.n and not pair.only_first and not pair.only_second and pair.difference == 0:
        same = f"match the same {numbers.count_of(pair.both, pair.n)} examples"
        if not pair.plain:
            same = f"do the same on each of {numbers.quantity(pair.n, 'example')}"
        yield (f"{pair.first} and {pair.second} {same}: nothing here tells the fine-tune from the prompt.")


def _common(values: Sequence[Values]) -> Any:
    """Return the examples everybody was measured on, ascending; None when there are none."""
    found = values[0].codes
    for each in values[1:]:
        found = np.intersect1d(found, each.codes, assume_unique=True)
    return found if len(found) else None


def _classical(comparison: Comparison, margin: float) -> Iterator[str]:
    """Yield that a classical model is as good as the language models, where its rule can't say so because both miss the bar."""
    best = comparison.result(comparison.best_classical)
    rivals = comparison.against(comparison.best_classical)
    if best is None or best.bar.met or not rivals:
        return
    pair = min(rivals, key=lambda each: each.difference or 0.0)
    if (pair.difference or 0.0) >= -margin:
        yield (
            f"{pair.first}, which costs next to nothing, is {numbers.points(pair.difference)} against {pair.second}, the best language "
            "model: whatever these examples ask, it takes no language model."
        )


def _disagreeing(primary: str, scores: Mapping[str, Mapping[str, float]], comparison: Comparison) -> Iterator[str]:
    """Yield candidates of whom another scorer says a rate outside the interval of the deciding one's."""
    told: dict[str, list[str]] = {}
    for each in comparison.candidates:
        for name, rate in (scores.get(each.key) or {}).items():
            if _outside(each, rate):
                told.setdefault(name, []).append(
                    f"{each.key} {numbers.percent(each.rate)} ({numbers.interval(each.interval)}) and {numbers.percent(rate)}"
                )
    for name, whom in told.items():
        yield (
            f"The metric moves the number, by more than its 95% interval: `{primary}` and `{name}` give {numbers.listed(whom)}. "
            "Look at examples on which they differ, and say why one of them decides."
        )


def _outside(result: CandidateResult, rate: float) -> bool:
    return result.interval is not None and not result.interval.low <= rate <= result.interval.high
