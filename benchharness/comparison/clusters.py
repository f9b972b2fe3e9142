"""Means of values that aren't independent: cluster-robust t, and never surer than exact tests at the effective size.

Student's t alone is too sure of itself near 0 and 1 and knows no doubt at all when every cluster agrees. So each bound here
is the wider, and each p-value the larger, of the cluster-robust t one and the exact one (Clopper-Pearson for a rate, Tango's
for a difference) at the number of independent examples that would have the same standard error (Korn & Graubard 1998).
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchharness.comparison.distributions import betainc, ndtr
from benchharness.comparison.paired import tango_bound, tango_z
from benchharness.comparison.rates import exact_lower, exact_upper
from benchharness.records.comparison import Interval

__all__ = ["ClusteredDifference", "ClusteredRate", "Mean", "cluster_mean", "clustered_difference", "clustered_rate"]

METHOD = "cluster-robust t"
# Under so many clusters each counts as one example, for the cluster-robust error is too small: in 4,000 simulated runs with 10
# clusters of 10 its 95% interval held the truth in 92.8% (67.7% where clusters are ignored, 95.5% with 30 clusters).
FEW_CLUSTERS = 8
TWO_SIDED_95 = 0.975
CRUMB = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class Mean:
    """A mean with its standard error and degrees of freedom."""

    mean: float
    """The mean of all values."""
    error: float
    """Its standard error; infinite with fewer than two clusters."""
    freedom: int
    """Clusters minus one."""

    def bound(self, confidence: float, *, lower: bool) -> float:
        """Return a one-sided t bound; infinite when nothing is known of the spread."""
        if self.freedom < 1:
            return -math.inf if lower else math.inf
        from scipy.special import stdtrit

        reach = float(stdtrit(self.freedom, confidence)) * self.error
        return self.mean - reach if lower else self.mean + reach

    def p_above(self, at: float) -> float:
        """Return the one-sided p-value of H0: the true mean is at most `at`; 1 when the spread is unknown or none."""
        if self.freedom < 1 or self.error == 0:
            return 1.0
        from scipy.special import stdtr

        return float(stdtr(self.freedom, (at - self.mean) / self.error))

    def p_under(self, at: float) -> float:
        """Return the one-sided p-value of H0: the true mean is at least `at`."""
        return Mean(mean=-self.mean, error=self.error, freedom=self.freedom).p_above(-at)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusteredRate:
    """A rate of dependent or repeated outcomes: bounds and p-values."""

    estimate: Mean
    """Its cluster-robust mean."""
    size: float
    """The independent examples it's worth; 0 when nothing is known."""

    def bound(self, confidence: float, *, lower: bool) -> float:
        """Return a one-sided bound from 0 to 1."""
        if self.size == 0:
            return 0.0 if lower else 1.0
        rough = self.estimate.bound(confidence, lower=lower)
        matched = self.estimate.mean * self.size
        if lower:
            return max(0.0, min(rough, exact_lower(matched, self.size, confidence)))
        return min(1.0, max(rough, exact_upper(matched, self.size, confidence)))

    def interval(self, confidence: float) -> Interval:
        """Return the two-sided confidence interval."""
        one_sided = (1 + confidence) / 2
        low, high = self.bound(one_sided, lower=True), self.bound(one_sided, lower=False)
        return Interval(low=low, high=high, confidence=confidence, method=METHOD)

    def p_reaches(self, bar: float) -> float:
        """Return the one-sided p-value of H0: the true rate is below the bar."""
        return self._p(bar, self.estimate.mean, self.estimate.p_above(bar))

    def p_below(self, bar: float) -> float:
        """Return the one-sided p-value of H0: the true rate is at or above the bar."""
        return self._p(1 - bar, 1 - self.estimate.mean, self.estimate.p_under(bar))

    def _p(self, bar: float, mean: float, rough: float) -> float:
        matched = mean * self.size
        if matched <= 0:
            return 1.0
        exact = float(betainc(matched, self.size - matched + 1, min(1.0, max(0.0, bar))))
        return exact if self.estimate.error == 0 else max(exact, rough)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusteredDifference:
    """A mean of paired differences of dependent or repeated outcomes: bounds and p-values."""

    estimate: Mean
    """Its cluster-robust mean."""
    size: float
    """The independent pairs it's worth; 0 when nothing is known."""
    ahead: float
    """Share of the first's wins: the mean of the positive differences."""
    behind: float
    """Share of the second's wins."""

    def bound(self, confidence: float, *, lower: bool) -> float:
        """Return a one-sided bound from -1 to 1."""
        if self.size == 0:
            return -1.0 if lower else 1.0
        rough = self.estimate.bound(confidence, lower=lower)
        score = tango_bound(self.ahead * self.size, self.behind * self.size, self.size, confidence, lower=lower)
        return max(-1.0, min(rough, score)) if lower else min(1.0, max(rough, score))

    def interval(self, confidence: float) -> Interval:
        """Return the two-sided confidence interval."""
        one_sided = (1 + confidence) / 2
        low, high = self.bound(one_sided, lower=True), self.bound(one_sided, lower=False)
        return Interval(low=low, high=high, confidence=confidence, method=METHOD)

    def p_value(self) -> float:
        """Return the two-sided p-value of H0: there is no difference."""
        if self.size == 0 or self.estimate.mean == 0:
            return 1.0
        score = float(ndtr(-abs(tango_z(self.ahead * self.size, self.behind * self.size, self.size, 0.0))))
        rough = 0.0 if self.estimate.error == 0 else min(self.estimate.p_above(0.0), self.estimate.p_under(0.0))
        return min(1.0, 2 * max(score, rough))


def cluster_mean(values: NDArray[np.float64], clusters: NDArray[np.int64] | None) -> Mean:
    """Return the mean with the CR1 standard error: sqrt(G/(G-1)) / n * sqrt(sum of squared cluster sums of residuals).

    (Liang & Zeger 1986; Miller 2024, eq. 4, with the small-sample factor; t with G - 1 degrees of freedom.) Without
    clusters every value is its own, which is the ordinary standard error.
    """
    n = len(values)
    mean = float(values.mean())
    residuals = values - mean
    if clusters is not None:
        _, inverse = np.unique(clusters, return_inverse=True)
        residuals = np.bincount(inverse, weights=residuals).astype(np.float64)
    groups = len(residuals)
    if groups < 2:  # noqa: PLR2004 - one cluster has no spread
        return Mean(mean=mean, error=math.inf, freedom=0)
    error = math.sqrt(groups / (groups - 1)) / n * math.sqrt(float(np.sum(residuals**2)))
    # Equal values miss their mean by floating point's crumbs, and an error made of crumbs would prove anything.
    return Mean(mean=mean, error=0.0 if error < CRUMB else error, freedom=groups - 1)


def clustered_rate(values: NDArray[np.float64], clusters: NDArray[np.int64] | None, rows: int | None = None) -> ClusteredRate:
    """Return the rate of values from 0 to 1, one per example; `rows` counts their repeats too."""
    estimate = cluster_mean(values, clusters)
    spread = estimate.mean * (1 - estimate.mean)
    return ClusteredRate(estimate=estimate, size=_size(spread, estimate, len(values), rows))


def clustered_difference(values: NDArray[np.float64], clusters: NDArray[np.int64] | None, rows: int | None = None) -> ClusteredDifference:
    """Return the mean of differences from -1 to 1, one per example; `rows` counts their repeats too."""
    estimate = cluster_mean(values, clusters)
    ahead, behind = float(values[values > 0].sum()) / len(values), float(-values[values < 0].sum()) / len(values)
    size = _size(ahead + behind - (ahead - behind) ** 2, estimate, len(values), rows)
    return ClusteredDifference(estimate=estimate, size=size, ahead=ahead, behind=behind)


def _size(spread: float, estimate: Mean, n: int, rows: int | None) -> float:
    """Return how many independent yes-or-no outcomes of this spread have this standard error (Korn & Graubard 1998, eq. 5)."""
    groups = estimate.freedom + 1
    if estimate.freedom < 1:
        return 0.0
    if estimate.error == 0 or spread <= 0:
        return float(groups)
    from scipy.special import stdtrit

    stretch = float(stdtrit(n - 1, TWO_SIDED_95) / stdtrit(estimate.freedom, TWO_SIDED_95)) ** 2
    size = min(float(n if rows is None else rows), spread / estimate.error**2 * stretch)
    return max(1.0, min(size, groups) if groups < FEW_CLUSTERS else size)
