"""Means of values that aren't independent, or aren't yes or no: cluster-robust t, and never surer than exact tests at the effective size.

Student's t alone is too sure of itself near 0 and 1 and knows no doubt at all when every cluster agrees. So each bound here is the
wider, and each p-value the larger, of the cluster-robust t one and the exact one (Clopper-Pearson for a rate, Tango's for a
difference) at the number of independent examples that would have the same standard error (Korn & Graubard 1998). Neither sees a kind
of cluster that happens to be missing, and with rare failures the sample with the best mean is also the one with the least spread; so
the error is never that of a sample in which one cluster more, of the worst kind, would change nothing.
"""

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from benchharness.comparison.distributions import betainc, ndtr
from benchharness.comparison.paired import tango_bound, tango_z
from benchharness.comparison.rates import exact_lower
from benchharness.records.comparison import Interval

__all__ = ["LEAST_CLUSTERS", "ClusteredDifference", "ClusteredRate", "Mean", "cluster_mean", "clustered_difference", "clustered_rate"]

METHOD = "cluster-robust t"
# Under so many effective clusters nothing is proven. Carter, Schnepel & Steigerwald (2017) show that the t test holds with as many
# clusters as `Mean.clusters` says, not as there are; tests/truth/test_truth_clusters.py that from six on no world is falsely proven too
# often here. One cluster of 200 beside 200 of one is worth 1.01, and 200, 100, 50, 25, 12, 6, 4 and 3 are worth 1.7.
LEAST_CLUSTERS = 6
# How much one cluster more counts: as one in 45, and between these. Beyond 150 clusters it's the rule of three: what was never seen
# in them may still be three of them (3.3 times the squared normal quantile is three squared).
UNSEEN_PER, LEAST_UNSEEN, MOST_UNSEEN = 45, 0.65, 3.3
# The worst kind of cluster of paired differences: the first loses half of its examples.
WORST_DIFFERENCE = 0.5
# Of few clusters the skewness isn't known, and the unseen one stands for it; of many the sample with the best mean shows too little of it,
# so that it counts for more.
SKEWED_PER, MOST_SKEWED = 100, 1.4
TWO_SIDED_95 = 0.975
CRUMB = 1e-12
UNLIMITED = 1e9


@dataclass(frozen=True, slots=True, kw_only=True)
class Mean:
    """A mean with its standard error and degrees of freedom."""

    mean: float
    """The mean of all values."""
    error: float
    """Its standard error; infinite with fewer than two clusters."""
    freedom: float
    """Satterthwaite's degrees of freedom: clusters minus one when all are of one size, fewer when some are large."""
    clusters: float
    """The effective number of clusters."""
    alike: float
    """The values it's worth where each cluster counts as one value, n^2 / sum of squared cluster sizes (Kish 1965)."""
    skew: float
    """The skewness of its estimate, as far as it counts: negative where few clusters lie far below the rest."""
    unseen: float
    """The standard error that one cluster more would add if it strayed from the mean by 1."""

    @property
    def known(self) -> bool:
        """Tell whether there are clusters enough to prove anything."""
        return self.clusters >= LEAST_CLUSTERS - CRUMB

    def careful(self, stray: float) -> float:
        """Return the standard error, larger where one cluster more that strays so far would add more than there is."""
        return float((self.error**4 + (self.unseen * stray) ** 4) ** 0.25)

    def bound(self, confidence: float, *, lower: bool, stray: float = 0.0) -> float:
        """Return a one-sided t bound; infinite when nothing is known of the spread."""
        if not self.known:
            return -math.inf if lower else math.inf
        from scipy.special import stdtrit

        if not lower:
            return -self.turned(-self.mean).bound(confidence, lower=True, stray=stray)
        return self.mean - self._straight(float(stdtrit(self.freedom, confidence))) * self.careful(stray)

    def p_above(self, at: float, *, stray: float = 0.0) -> float:
        """Return the one-sided p-value of H0: the true mean is at most `at`; 1 when too little is known."""
        error = self.careful(stray)
        if not self.known:
            return 1.0
        if error == 0:
            return 0.0 if self.mean > at else 1.0
        from scipy.special import stdtr

        return float(stdtr(self.freedom, -self._bent((self.mean - at) / error)))

    def _bent(self, t: float) -> float:
        """Return a t statistic made smaller for what lies far below the rest (Hall 1992, the monotone cubic transformation)."""
        skew = min(self.skew, 0.0)
        return t if skew > -CRUMB else ((1 + skew * t / 3) ** 3 - 1) / skew + skew / 6

    def _straight(self, t: float) -> float:
        """Return the statistic of which `_bent` makes this one."""
        skew = min(self.skew, 0.0)
        return t if skew > -CRUMB else 3 / skew * (math.cbrt(1 + skew * (t - skew / 6)) - 1)

    def turned(self, mean: float) -> "Mean":
        """Return the mean of the same values with their signs changed."""
        return replace(self, mean=mean, skew=-self.skew)

    def size(self, spread: float, most: float, *, stray: float = 0.0) -> float:
        """Return how many independent yes-or-no outcomes of this spread have this standard error (Korn & Graubard 1998, eq. 5)."""
        if not self.known:
            return 0.0
        error = self.careful(stray)
        if error == 0 or spread <= 0:
            return self.alike
        from scipy.special import stdtrit

        stretch = float(stdtrit(max(1.0, most - 1), TWO_SIDED_95) / stdtrit(self.freedom, TWO_SIDED_95)) ** 2
        return max(1.0, min(most, spread / error**2 * stretch))


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusteredRate:
    """A rate of dependent or repeated outcomes, or a mean of scores from 0 to 1: bounds and p-values."""

    estimate: Mean
    """Its cluster-robust mean."""
    most: float
    """The independent yes-or-no outcomes it may be worth at most."""

    @property
    def size(self) -> float:
        """Return the independent examples it's worth; 0 when nothing can be proven."""
        return self.estimate.size(self.estimate.mean * (1 - self.estimate.mean), self.most)

    def bound(self, confidence: float, *, lower: bool) -> float:
        """Return a one-sided bound from 0 to 1."""
        if not lower:
            return 1 - self._other().bound(confidence, lower=True)
        mean, size = self.estimate.mean, self._careful_size()
        if size == 0:
            return 0.0
        rough = self.estimate.bound(confidence, lower=True, stray=mean)
        return max(0.0, min(rough, exact_lower(mean * size, size, confidence)))

    def interval(self, confidence: float) -> Interval:
        """Return the two-sided confidence interval."""
        one_sided = (1 + confidence) / 2
        low, high = self.bound(one_sided, lower=True), self.bound(one_sided, lower=False)
        return Interval(low=low, high=high, confidence=confidence, method=METHOD)

    def p_reaches(self, bar: float) -> float:
        """Return the one-sided p-value of H0: the true mean is below the bar."""
        mean, size = self.estimate.mean, self._careful_size()
        matched = mean * size
        if matched <= 0:
            return 1.0
        exact = float(betainc(matched, size - matched + 1, min(1.0, max(0.0, bar))))
        return max(exact, self.estimate.p_above(bar, stray=mean))

    def p_below(self, bar: float) -> float:
        """Return the one-sided p-value of H0: the true mean is at or above the bar."""
        return self._other().p_reaches(1 - bar)

    def _careful_size(self) -> float:
        mean = self.estimate.mean
        return self.estimate.size(mean * (1 - mean), self.most, stray=mean)

    def _other(self) -> "ClusteredRate":
        """Return the rate of misses: what is said of its lower end is said of this one's upper end."""
        return ClusteredRate(estimate=self.estimate.turned(1 - self.estimate.mean), most=self.most)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusteredDifference:
    """A mean of paired differences of dependent or repeated outcomes, or of scores: bounds and p-values."""

    estimate: Mean
    """Its cluster-robust mean."""
    most: float
    """The independent pairs it may be worth at most."""
    ahead: float
    """Share of the first's wins: the mean of the positive differences."""
    behind: float
    """Share of the second's wins."""

    @property
    def size(self) -> float:
        """Return the independent pairs it's worth; 0 when nothing can be proven."""
        return self._size(0.0)

    def bound(self, confidence: float, *, lower: bool) -> float:
        """Return a one-sided bound from -1 to 1."""
        if not lower:
            return -self._other().bound(confidence, lower=True)
        size = self._size(self._stray())
        if size == 0:
            return -1.0
        score = tango_bound(self.ahead * size, self.behind * size, size, confidence, lower=True)
        return max(-1.0, min(self.estimate.bound(confidence, lower=True, stray=self._stray()), score))

    def interval(self, confidence: float) -> Interval:
        """Return the two-sided confidence interval."""
        one_sided = (1 + confidence) / 2
        low, high = self.bound(one_sided, lower=True), self.bound(one_sided, lower=False)
        return Interval(low=low, high=high, confidence=confidence, method=METHOD)

    def p_exceeds(self, difference: float = 0.0) -> float:
        """Return the one-sided p-value of H0: the first is ahead by at most `difference`; small exactly where the bound is above it."""
        size = self._size(self._stray())
        if size == 0 or difference >= 1:
            return 1.0
        if difference <= -1:
            return 0.0
        score = float(ndtr(-tango_z(self.ahead * size, self.behind * size, size, difference)))
        return max(score, self.estimate.p_above(difference, stray=self._stray()))

    def p_value(self) -> float:
        """Return the two-sided p-value of H0: there is no difference."""
        if self.estimate.mean == 0:
            return 1.0
        return min(1.0, 2 * min(self.p_exceeds(0.0), self._other().p_exceeds(0.0)))

    def _stray(self) -> float:
        return max(0.0, self.estimate.mean + WORST_DIFFERENCE)

    def _size(self, stray: float) -> float:
        return self.estimate.size(self.ahead + self.behind - (self.ahead - self.behind) ** 2, self.most, stray=stray)

    def _other(self) -> "ClusteredDifference":
        turned = self.estimate.turned(-self.estimate.mean)
        return ClusteredDifference(estimate=turned, most=self.most, ahead=self.behind, behind=self.ahead)


def cluster_mean(values: NDArray[np.float64], clusters: NDArray[np.int64] | None) -> Mean:
    """Return the mean with the CR2 standard error, sqrt(sum of (cluster sum of residuals)^2 / (1 - n_g / n)) / n.

    That is Bell & McCaffrey's bias-reduced linearization (2002) for a mean, in closed form; with clusters of one size it is the
    CR1 error (Miller 2024, eq. 4), without clusters the ordinary one. Its degrees of freedom are Satterthwaite's where all of a
    cluster's values are alike, the worst case (Imbens & Kolesar 2016 estimate that correlation). The effective number of clusters is
    Carter, Schnepel & Steigerwald's G / (1 + Gamma) (2017, eq. 7), again with alike values: (sum n_g^2)^2 / sum n_g^4.
    """
    n = len(values)
    mean = float(values.mean())
    residuals = values - mean
    sizes = np.ones(n)
    if clusters is not None:
        _, inverse = np.unique(clusters, return_inverse=True)
        residuals = np.bincount(inverse, weights=residuals).astype(np.float64)
        sizes = np.bincount(inverse).astype(np.float64)
    squares = float(np.sum(sizes**2))
    effective = squares**2 / float(np.sum(sizes**4))
    if len(sizes) < 2:  # noqa: PLR2004 - one cluster has no spread
        return Mean(mean=mean, error=math.inf, freedom=0.0, clusters=effective, alike=1.0, skew=0.0, unseen=0.0)
    error = math.sqrt(float(np.sum(residuals**2 / (1 - sizes / n)))) / n
    counts = min(MOST_SKEWED, effective / SKEWED_PER)
    weight = min(MOST_UNSEEN, max(LEAST_UNSEEN, effective / UNSEEN_PER))
    return Mean(
        mean=mean,
        # Equal values miss their mean by floating point's crumbs, and an error made of crumbs would prove anything.
        error=0.0 if error < CRUMB else error,
        freedom=_freedom(sizes),
        clusters=effective,
        alike=n * n / squares,
        skew=0.0 if error < CRUMB else counts * float(np.sum(residuals**3) / np.sum(residuals**2) ** 1.5),
        unseen=math.sqrt(weight * squares / effective) / n,
    )


def _freedom(sizes: NDArray[np.float64]) -> float:
    """Return Satterthwaite's degrees of freedom of the CR2 error of a mean: (trace M)^2 / trace M^2, without making M.

    M holds the products of the clusters' adjusted residual makers where values within a cluster are alike (Bell & McCaffrey 2002,
    eq. 7): M_gh = a_g a_h (d_gh u_g - h_h u_g - h_g u_h + q h_g h_h) with u = n_g^2, q their sum, h = n_g / n, a^2 = 1 / (1 - h).
    """
    shares, squares = sizes / sizes.sum(), sizes**2
    total, weights = float(squares.sum()), 1 / (1 - shares)
    own = -2 * shares * squares + shares**2 * total
    trace = float(np.sum(weights * (squares + own)))
    a, b, c = (float(np.sum(weights * each)) for each in (shares**2, squares**2, shares * squares))
    between = 2 * a * b + 2 * c * c + (total * a) ** 2 - 4 * total * a * c
    within = float(np.sum(weights**2 * (squares**2 + 2 * squares * own)))
    return round(min(len(sizes) - 1.0, trace**2 / (between + within)), 9)


def clustered_rate(
    values: NDArray[np.float64], clusters: NDArray[np.int64] | None, rows: int | None = None, *, graded: bool = False
) -> ClusteredRate:
    """Return the mean of values from 0 to 1, one per example; `rows` counts their repeats too.

    A score that hardly varies is worth more than a yes or no: with `graded` nothing but their own spread limits what values are worth.
    """
    return ClusteredRate(estimate=cluster_mean(values, clusters), most=_most(values, rows, graded=graded))


def clustered_difference(
    values: NDArray[np.float64], clusters: NDArray[np.int64] | None, rows: int | None = None, *, graded: bool = False
) -> ClusteredDifference:
    """Return the mean of differences from -1 to 1, one per example; `rows` and `graded` as in `clustered_rate`."""
    estimate = cluster_mean(values, clusters)
    ahead, behind = float(values[values > 0].sum()) / len(values), float(-values[values < 0].sum()) / len(values)
    return ClusteredDifference(estimate=estimate, most=_most(values, rows, graded=graded), ahead=ahead, behind=behind)


def _most(values: NDArray[np.float64], rows: int | None, *, graded: bool) -> float:
    return UNLIMITED if graded else float(len(values) if rows is None else rows)
