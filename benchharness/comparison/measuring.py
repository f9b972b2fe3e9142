"""One candidate on its own: its rate, its interval, and the tests against the bars."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from benchharness.comparison.clusters import ClusteredRate, clustered_rate
from benchharness.comparison.outcomes import Outcomes, Values, mean_score
from benchharness.comparison.rates import exact_lower, exact_upper, wilson
from benchharness.comparison.threshold import CRUMB, bar_test, error_of, planned, three_way
from benchharness.records.comparison import BarTest, CandidateResult, CountTest, Interval, Questions

__all__ = ["TABLE_CONFIDENCE", "Measured", "measure"]

TABLE_CONFIDENCE = 0.95


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
    """Return how one candidate did; exact binomial tests when every example is one independent yes or no, else cluster-robust ones."""
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
    }
    if n == 0 or values.plain:
        matched = int(values.values.sum())

        def exact(bar: float) -> BarTest:
            asked = {"confidence": questions.confidence, "power": questions.power, "cap": questions.examples_cap}
            return bar_test(matched, n, bar, tried=tried, plan=plan, **asked)  # type: ignore[arg-type]

        interval = wilson(matched, n, TABLE_CONFIDENCE) if n else None
        bounds = exact_lower(matched, n, questions.confidence), exact_upper(matched, n, questions.confidence)
        return Measured(result=_result(common, interval, bounds, exact, questions), values=values, tried=tried, effect=1.0)
    rate = clustered_rate(values.values, values.clusters, values.rows)
    effect = n / rate.size if rate.size else float(n)

    def robust(bar: float) -> BarTest:
        test = _robust_test(rate, bar, questions)
        asked = {"confidence": questions.confidence, "power": questions.power, "cap": questions.examples_cap}
        return planned(test, rate.estimate.mean, n, tried=tried, effect=effect, **asked) if plan else test  # type: ignore[arg-type]

    bounds = rate.bound(questions.confidence, lower=True), rate.bound(questions.confidence, lower=False)
    result = _result(common, rate.interval(TABLE_CONFIDENCE), bounds, robust, questions)
    return Measured(result=result, values=values, tried=tried, effect=effect)


def _result(
    common: dict[str, Any],
    interval: Interval | None,
    bounds: tuple[float, float],
    test: Callable[[float], BarTest],
    questions: Questions,
) -> CandidateResult:
    target = questions.accuracy_target
    k, n = questions.gap_k, questions.gap_n
    return CandidateResult(
        **common,
        interval=interval,
        lower=bounds[0],
        upper=bounds[1],
        bar=test(target * questions.bar_share),
        target=test(target),
        gap=None if k is None or n is None else CountTest(k=k, n=n, test=test(k / n)),
    )


def _robust_test(rate: ClusteredRate, bar: float, questions: Questions) -> BarTest:
    reaches, below = rate.p_reaches(bar), rate.p_below(bar)
    return BarTest(
        bar=bar,
        met=rate.estimate.mean >= bar - CRUMB,
        proof=three_way(reaches, below, error_of(questions.confidence)),
        p_reaches=reaches,
        p_below=below,
    )
