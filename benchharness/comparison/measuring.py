"""One candidate on its own: its rate, its interval, and the tests against the bars."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from benchharness.comparison.anytime import anytime_bar, anytime_interval
from benchharness.comparison.bounded import GradedMean, graded_rate
from benchharness.comparison.clusters import ClusteredRate, clustered_rate
from benchharness.comparison.outcomes import Values, mean_score
from benchharness.comparison.rates import exact_lower, exact_upper, wilson
from benchharness.comparison.threshold import CRUMB, bar_test, error_of, planned, three_way
from benchharness.errors import UsageError
from benchharness.records.comparison import BarTest, CandidateResult, CountTest, Interval, Questions, Stopping
from benchharness.records.outcomes import Outcomes

__all__ = ["TABLE_CONFIDENCE", "Measured", "measure"]

TABLE_CONFIDENCE = 0.95
KEPT = 16_384


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A candidate's result with what it takes to correct it."""

    result: CandidateResult
    """The result, every test as though the candidate were the only one."""
    values: Values
    """One value per example."""
    tried: int
    """Measured candidates on the same path, of which this one may be the best."""
    effect: float
    """Design effect: examples per independent example; 1 without clusters and repeats."""


def measure(outcomes: Outcomes, values: Values, questions: Questions, *, tried: int, plan: bool) -> Measured:
    """Return how one candidate did; exact binomial tests when every example is one independent yes or no.

    Else cluster-robust ones, and of graded scores those that hold for any distribution of them.
    """
    n = len(values.values)
    common: dict[str, Any] = {
        "candidate": outcomes.candidate,
        "prompt": outcomes.prompt,
        "path": outcomes.path,
        "n": n,
        "expected": outcomes.expected,
        "missing": max(0, outcomes.expected - n),
        "rate": float(values.values.mean()) if n else None,
        "matched": int(values.values.sum()) if values.binary else None,
        "statuses": dict(outcomes.statuses),
        "mean_score": mean_score(outcomes),
        "missing_examples": outcomes.missing_examples,
        "planned": outcomes.planned,
    }
    if n == 0 or values.plain:
        return _plain(common, values, questions, tried=tried, plan=plan)
    if questions.stopping is Stopping.ANYTIME:
        raise UsageError(
            "`anytime` needs one yes-or-no outcome per independent example",
            hint="with clusters or repeats take `curtail`, with mean scores `none`",
        )
    rate: ClusteredRate | GradedMean = (
        graded_rate(values.values, values.clusters) if values.graded else clustered_rate(values.values, values.clusters, values.rows)
    )
    effect = n / rate.size if rate.size else float(n)

    def robust(bar: float) -> BarTest:
        test = _robust_test(rate, bar, questions)
        asked = {"confidence": questions.confidence, "power": questions.power, "cap": questions.examples_cap}
        return planned(test, rate.estimate.mean, n, tried=tried, effect=effect, **asked) if plan else test  # type: ignore[arg-type]

    bounds = rate.bound(questions.confidence, lower=True), rate.bound(questions.confidence, lower=False)
    result = _result(common, rate.interval(TABLE_CONFIDENCE), bounds, robust, questions)
    return Measured(result=result, values=values, tried=tried, effect=effect)


def _plain(common: dict[str, Any], values: Values, questions: Questions, *, tried: int, plan: bool) -> Measured:
    """Return the result of independent yes-or-no outcomes: exact tests, or those that hold at every look."""
    tests = _tests(int(values.values.sum()), len(values.values), questions, tried, plan=plan)
    return Measured(result=CandidateResult(**common, **tests), values=values, tried=tried, effect=1.0)


@lru_cache(maxsize=KEPT)
def _tests(matched: int, n: int, questions: Questions, tried: int, *, plan: bool) -> dict[str, Any]:
    """Return the interval, bounds and tests of so many matches; whoever asks what would change a verdict asks for the same ones often."""
    confidence = questions.confidence
    asked: dict[str, Any] = {"confidence": confidence, "power": questions.power, "cap": questions.examples_cap}
    if questions.stopping is Stopping.ANYTIME and n:
        planned_n = questions.planned or n

        def at_any_look(bar: float) -> BarTest:
            test = anytime_bar(matched, n, bar, alpha=error_of(confidence))
            return planned(test, matched / n, n, tried=tried, **asked) if plan else test

        interval: Interval | None = anytime_interval(matched, n, planned=planned_n, confidence=TABLE_CONFIDENCE)
        both = anytime_interval(matched, n, planned=planned_n, confidence=1 - 2 * error_of(confidence))
        return _tested(interval, (both.low, both.high), at_any_look, questions)

    def exact(bar: float) -> BarTest:
        return bar_test(matched, n, bar, tried=tried, plan=plan, **asked)

    interval = wilson(matched, n, TABLE_CONFIDENCE) if n else None
    return _tested(interval, (exact_lower(matched, n, confidence), exact_upper(matched, n, confidence)), exact, questions)


def _result(
    common: dict[str, Any],
    interval: Interval | None,
    bounds: tuple[float, float],
    test: Callable[[float], BarTest],
    questions: Questions,
) -> CandidateResult:
    return CandidateResult(**common, **_tested(interval, bounds, test, questions))


def _tested(
    interval: Interval | None, bounds: tuple[float, float], test: Callable[[float], BarTest], questions: Questions
) -> dict[str, Any]:
    """Return the fields of a result that its tests fill."""
    target = questions.accuracy_target
    k, n = questions.gap_k, questions.gap_n
    return {
        "interval": interval,
        "lower": bounds[0],
        "upper": bounds[1],
        "bar": test(target * questions.bar_share),
        "target": test(target),
        "gap": None if k is None or n is None else CountTest(k=k, n=n, test=test(k / n)),
    }


def _robust_test(rate: ClusteredRate | GradedMean, bar: float, questions: Questions) -> BarTest:
    reaches, below = rate.p_reaches(bar), rate.p_below(bar)
    return BarTest(
        bar=bar,
        met=rate.estimate.mean >= bar - CRUMB,
        proof=three_way(reaches, below, error_of(questions.confidence)),
        p_reaches=reaches,
        p_below=below,
    )
