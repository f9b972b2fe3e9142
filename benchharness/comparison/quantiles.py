"""Percentiles of latencies, with intervals that assume nothing about their distribution."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from benchharness.comparison.distributions import bdtr

__all__ = ["quantile", "quantile_interval"]


def quantile(ordered: Sequence[float], share: float) -> float:
    """Return the sample quantile of sorted values by linear interpolation (Hyndman & Fan 1996, type 7)."""
    at = (len(ordered) - 1) * share
    low = int(at)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (at - low)


def quantile_interval(ordered: Sequence[float], share: float, *, confidence: float = 0.95) -> tuple[float | None, float | None]:
    """Return the two-sided interval of a quantile between two order statistics; None for an end that n values can't bound.

    The number of values below the quantile is binomial, whatever the distribution: the ends are the l-th and u-th value with
    P(B < l) and P(B >= u) at most half the error (Hahn & Meeker 1991, 5.2.2). The 95th percentile has an upper end from 72
    values on: 1 - 0.95**72 = 0.975.
    """
    n, tail = len(ordered), (1 - confidence) / 2

    def below(rank: int) -> float:
        return bdtr(rank - 1, n, share)

    ranks = range(1, n + 1)
    low = bisect_right(ranks, tail, key=below)
    high = bisect_left(ranks, 1 - tail, key=below) + 1
    return (ordered[low - 1] if low else None), (ordered[high - 1] if high <= n else None)
