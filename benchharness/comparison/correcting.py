"""A comparison that a judge's marks made, corrected by people's: prediction-powered, and as wide as few labels deserve."""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchharness import numbers
from benchharness.comparison.missing import readings_of
from benchharness.comparison.outcomes import Values, values_of
from benchharness.comparison.prediction_powered import FEWEST_LABELS, ppi_mean
from benchharness.comparison.splitting import parted
from benchharness.comparison.threshold import CRUMB, error_of, three_way
from benchharness.records.comparison import COMPARATORS, BarTest, CandidateResult, Comparison, Interval, PairedResult
from benchharness.records.judge import JudgedPair, Judging
from benchharness.records.outcomes import Outcomes
from benchharness.records.policy_words import TargetIs

__all__ = ["Corrected", "corrected_judging", "corrected_mean"]

Floats = NDArray[np.float64]
TABLE_CONFIDENCE = 0.95
# Errors of 1, half of them up, that nobody saw: see `corrected_mean`.
PSEUDO = 4
TEST = "prediction-powered t"
# Whose doors are one-way: all they are held against need labels.
OWN_MODELS = ("fine-tuned", "self-hosted")


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected:
    """A mean corrected by labels, with its error."""

    mean: float
    """The corrected mean."""
    error: float
    """Its standard error."""
    freedom: int
    """Degrees of freedom: labels less one."""
    trust: float
    """Lambda, how much weight the judge got."""
    labels: int
    """Labels."""

    def bound(self, confidence: float, *, lower: bool) -> float:
        """Return a one-sided bound."""
        from scipy.special import stdtrit

        reach = float(stdtrit(self.freedom, confidence)) * self.error
        return self.mean - reach if lower else self.mean + reach

    def interval(self, confidence: float = TABLE_CONFIDENCE) -> Interval:
        """Return the two-sided confidence interval."""
        one = (1 + confidence) / 2
        return Interval(
            low=self.bound(one, lower=True), high=self.bound(one, lower=False), confidence=confidence, method="prediction-powered"
        )

    def p_above(self, value: float) -> float:
        """Return the one-sided p-value of `not above this value`."""
        from scipy.special import stdtr

        return float(stdtr(self.freedom, -(self.mean - value) / self.error))


def corrected_mean(truth: Floats, judged: Floats, unlabelled: Floats) -> Corrected | None:
    """Return the mean over all answers, corrected by labels (PPI++); None under two labels.

    Two things make it wider than the published interval, whose normal limit is far off for few labels and rare errors: Student's
    t with labels - 1 degrees of freedom, and four further errors of 1, two up and two down, in the variance alone (as Agresti
    and Coull's pseudo-observations, 1998). Where no label shows an error, the bound then lies about 3.3 by the number of labels
    away: no nearer than the rule of three, so 30 labels on which the judge never erred don't prove that it never does.
    """
    n = len(truth)
    if n < 2:  # noqa: PLR2004 - one label has no spread
        return None
    found = ppi_mean(truth, judged, unlabelled, trust=None) if len(unlabelled) else None
    trust = 0.0 if found is None else found.trust
    errors = truth - trust * judged
    mean = float(truth.mean()) if found is None else found.mean
    spread = (float(((errors - errors.mean()) ** 2).sum()) + PSEUDO) / (n + PSEUDO)
    others = trust**2 * float(unlabelled.var()) / len(unlabelled) if len(unlabelled) else 0.0
    return Corrected(mean=mean, error=math.sqrt(spread / n + others), freedom=n - 1, trust=trust, labels=n)


def corrected_judging(judging: Judging, comparison: Comparison, outcomes: Sequence[Outcomes]) -> Judging:
    """Return what's known of a judge with the comparison corrected by its labels, and what of a one-way door they don't cover.

    Every reading of what's missing is corrected as well: a judge may fail on the very answers it would have marked as misses, and
    people's marks of those count there.
    """
    found = _corrected(judging, comparison, outcomes)
    if found.corrected is None:
        return found
    filled = readings_of(outcomes)
    readings = tuple(
        replace(each, comparison=_corrected(judging, each.comparison, filled[each.name]).corrected or each.comparison)
        for each in comparison.readings
    )
    return replace(found, corrected=replace(found.corrected, readings=readings))


def _corrected(judging: Judging, comparison: Comparison, outcomes: Sequence[Outcomes]) -> Judging:
    questions = comparison.questions
    seen = parted(outcomes, questions)[1] if questions.dev_share else outcomes
    values = {each.key: values_of(each) for each in seen}
    blank = replace(judging, pair=None, corrected=None)
    if not judging.truths:
        return replace(blank, uncovered="nobody labelled answers of this run")
    if questions.target_is is TargetIs.MEAN:
        why = "people's labels say pass or fail, which corrects shares, and the target is of mean grades"
        return replace(blank, uncovered=f"{why} (`decision.target_is: share` with `pass_at` can be)")
    if any(each.clusters is not None for each in values.values()):
        return replace(blank, uncovered="examples come in clusters, and the correction holds for independent ones only")
    tried = {
        path: 1 if questions.dev_share else count for path, count in Counter(each.path for each in comparison.candidates if each.n).items()
    }
    means = {key: _alone(values[key], truths) for key, truths in judging.truths.items() if key in values}
    enough = {key: each for key, each in means.items() if each is not None and each.labels >= FEWEST_LABELS}
    candidates = tuple(
        _with_rate(each, enough[each.key], tried[each.path], comparison) if each.key in enough else each for each in comparison.candidates
    )
    found = _with_bests(replace(comparison, candidates=candidates, pairs=(), slices=(), readings=()))
    uncovered = _short_of_labels(found, means)
    pairs = []
    for path, first, second in _asked_about(found, values):
        difference = _difference(values, judging.truths, first, second)
        if difference is not None and difference.labels >= FEWEST_LABELS:
            raw = comparison.pair(first, second) or _blank(first, second)
            rivals = sum(each.key in values for each in found.on(*COMPARATORS[path]))
            pairs.append(_with_difference(raw, difference, (tried[path], rivals), error_of(questions.confidence)))
        elif path in OWN_MODELS:
            uncovered = uncovered or _too_few(difference, first, second)
    if uncovered:
        return replace(blank, uncovered=uncovered)
    shown = next((each for each in pairs if (each.first, each.second) == (found.best_fine_tuned, found.best_prompt)), None)
    told = None if shown is None else _judged_pair(shown, comparison, values, judging.truths)
    return replace(blank, uncovered="", pair=told, corrected=replace(found, pairs=tuple(pairs)))


def _with_bests(comparison: Comparison) -> Comparison:
    """Return the comparison with the best of each path by the corrected rates, of equals the first.

    The judge may fail the truly best one's right answers most. Who was chosen on a dev part stays: that part judges nobody.
    """
    if comparison.questions.dev_share:
        return comparison

    def best(path: str) -> str | None:
        return max(comparison.on(path), key=lambda each: each.rate or 0.0).key if comparison.on(path) else None

    return replace(
        comparison,
        best_prompt=best("api"),
        best_fine_tuned=best("fine-tuned"),
        best_self_hosted=best("self-hosted"),
        best_classical=best("classical"),
    )


def _asked_about(comparison: Comparison, values: Mapping[str, Values]) -> Iterator[tuple[str, str, str]]:
    """Yield each path with its best and everything that one is held against."""
    for path, rivals in COMPARATORS.items():
        first = _best_of(comparison, path)
        if first is not None and first in values:
            yield from ((path, first, each.key) for each in comparison.on(*rivals) if each.key in values)


def _best_of(comparison: Comparison, path: str) -> str | None:
    by_path = {"fine-tuned": comparison.best_fine_tuned, "self-hosted": comparison.best_self_hosted, "classical": comparison.best_classical}
    return by_path[path]


def _short_of_labels(comparison: Comparison, means: Mapping[str, Corrected | None]) -> str:
    """Return who of those a one-way door is about has too few labels to be spoken of; empty when there is no such one."""
    own = [path for path in OWN_MODELS if _best_of(comparison, path) is not None]
    rivals = comparison.on(*(to for path in own for to in COMPARATORS[path]))
    asked = {each.key: means.get(each.key) for each in (*rivals, *comparison.on(*own))}
    few = [f"{0 if found is None else found.labels} answers of {key}" for key, found in asked.items() if _few(found)]
    if not few:
        return ""
    told = f"{numbers.listed(few, most=len(few))} in this run are labelled"
    return f"{told}, and at least {FEWEST_LABELS} are needed of every candidate it is held against"


def _few(found: Corrected | None) -> bool:
    return found is None or found.labels < FEWEST_LABELS


def _too_few(difference: Corrected | None, first: str, second: str) -> str:
    count = 0 if difference is None else difference.labels
    return f"{count} examples are labelled for both {first} and {second}, and at least {FEWEST_LABELS} are needed"


def _blank(first: str, second: str) -> PairedResult:
    """Return a pair the judge's own marks didn't ask about: another is best by the corrected rates."""
    nothing: dict[str, Any] = dict.fromkeys(("difference", "interval", "lower", "upper", "p_value", "p_mid"))
    return PairedResult(first=first, second=second, n=0, both=0, only_first=0, only_second=0, neither=0, **nothing)


def _judged_pair(
    shown: PairedResult, comparison: Comparison, values: Mapping[str, Values], truths: Mapping[str, Mapping[int, bool]]
) -> JudgedPair:
    found = _difference(values, truths, shown.first, shown.second)
    assert found is not None
    raw = comparison.pair(shown.first, shown.second)
    return JudgedPair(
        first=shown.first,
        second=shown.second,
        labels=found.labels,
        uncorrected=(0.0 if raw is None else raw.difference) or 0.0,
        corrected=found.mean,
        interval=found.interval(),
        trust=found.trust,
    )


def _alone(values: Values, truths: Mapping[int, bool]) -> Corrected | None:
    labelled = np.isin(values.codes, np.fromiter(truths, dtype=np.int64, count=len(truths)))
    truth = np.array([float(truths[int(code)]) for code in values.codes[labelled]])
    return corrected_mean(truth, values.values[labelled], values.values[~labelled])


def _difference(values: Mapping[str, Values], truths: Mapping[str, Mapping[int, bool]], first: str, second: str) -> Corrected | None:
    """Return the corrected difference over the examples both were judged on; only those labelled for both correct it."""
    one, other = values[first], values[second]
    mine, theirs = truths.get(first, {}), truths.get(second, {})
    codes = np.intersect1d(one.codes, other.codes, assume_unique=True)
    both = sorted(set(mine) & set(theirs) & {int(code) for code in codes})
    labelled = np.isin(codes, np.array(both, dtype=np.int64))
    judged = one.among(codes)[0] - other.among(codes)[0]
    truth = np.array([float(mine[code]) - float(theirs[code]) for code in both])
    return corrected_mean(truth, judged[labelled], judged[~labelled])


def _with_rate(result: CandidateResult, mean: Corrected, tried: int, comparison: Comparison) -> CandidateResult:
    """Return a candidate's result with its corrected rate; it has no count of matches any more."""
    confidence = comparison.questions.confidence

    def test(bar: BarTest) -> BarTest:
        reaches, below = mean.p_above(bar.bar), 1 - mean.p_above(bar.bar)
        proof = three_way(min(1.0, reaches * tried), below, error_of(confidence))
        return BarTest(bar=bar.bar, met=mean.mean >= bar.bar - CRUMB, proof=proof, p_reaches=reaches, p_below=below)

    return replace(
        result,
        matched=None,
        rate=min(1.0, max(0.0, mean.mean)),
        interval=_within(mean.interval(), 0.0),
        lower=max(0.0, mean.bound(confidence, lower=True)),
        upper=min(1.0, mean.bound(confidence, lower=False)),
        bar=test(result.bar),
        target=test(result.target),
        gap=None if result.gap is None else replace(result.gap, test=test(result.gap.test)),
    )


def _with_difference(pair: PairedResult, mean: Corrected, tried: tuple[int, int], alpha: float) -> PairedResult:
    lower, upper = mean.bound(1 - alpha / tried[0], lower=True), mean.bound(1 - alpha / tried[1], lower=False)
    return replace(
        pair,
        difference=mean.mean,
        interval=_within(mean.interval(), -1.0),
        lower=max(-1.0, lower),
        upper=min(1.0, upper),
        p_value=min(1.0, 2 * min(mean.p_above(0.0), 1 - mean.p_above(0.0))),
        p_mid=None,
        test=TEST,
        bounds=TEST,
        examples_needed=None,
        # More examples don't narrow what labels correct; more labels do.
        spread=None,
        ratio=None,
        ratio_interval=None,
        ratio_proof=None,
    )


def _within(interval: Interval, least: float) -> Interval:
    return replace(interval, low=max(least, interval.low), high=min(1.0, interval.high))
