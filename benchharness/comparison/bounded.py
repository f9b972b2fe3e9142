"""The mean of graded scores, or of their differences: bounds that hold for any distribution between two ends.

A t interval is too sure of scores that are nearly all alike and now and then fall to the floor: where no such fall was seen, it
knows of none. Here each value carries a random weight, exponential, and one value more, the worst there can be, stands among
them: the mean is above a bar where the weighted mean nearly always is (Gaffke 2005; Learned-Miller & Thomas 2020). Of yes-or-no
marks this is Clopper and Pearson's bound to the digit, and of many scores that vary it is the ordinary t bound. Examples in
clusters share one weight, and the worst one more is a cluster as large as an example's cluster is on average.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchharness.comparison.clusters import ClusteredDifference, ClusteredRate, Mean, cluster_mean, clustered_difference, clustered_rate
from benchharness.comparison.distributions import ndtr, ndtri
from benchharness.records.comparison import Interval, Proof

__all__ = ["METHOD", "GradedMean", "graded_difference", "graded_rate", "keeps_share", "weighted_below"]

METHOD = "distribution-free"
STEPS, SOLVED = 60, 1e-9
NARROW, SMALLEST = 1e-8, 1e-15
NEAR_THE_MIDDLE = 1e-4
CRUMB = 1e-12
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class GradedMean:
    """A mean of values between two ends, one per example: bounds and p-values."""

    sums: Floats
    """The sum of each cluster's values."""
    sizes: Floats
    """Its examples; all 1 without clusters."""
    least: float
    """The worst value there can be; the best one is 1."""
    estimate: Mean
    """The mean, with its cluster-robust error."""
    robust: ClusteredRate | ClusteredDifference | None
    """The cluster-robust t of the same values, where they come in clusters: nothing is surer than it either."""

    @property
    def size(self) -> float:
        """Return the independent yes-or-no outcomes that would have the same error; 0 when nothing can be proven."""
        if self.robust is not None and not self.estimate.known:
            return 0.0
        mean = (self.estimate.mean - self.least) / (1 - self.least)
        error = max(self.estimate.error / (1 - self.least), 1 / (1 + len(self.sums)))
        return max(1.0, mean * (1 - mean) / error**2)

    def bound(self, confidence: float, *, lower: bool) -> float:
        """Return a one-sided bound between the two ends."""
        alpha = round(1 - confidence, 12)
        if not lower:
            return 1 - (self._turned().bound(confidence, lower=True) - self.least)
        low = self._lower(alpha)
        return low if self.robust is None else min(low, self.robust.bound(confidence, lower=True))

    def _lower(self, alpha: float) -> float:
        """Return the largest value that the mean is proven to be above, by regula falsi (Illinois) on the normal scale of p."""
        if self._p(self.estimate.mean) <= alpha:
            return self.estimate.mean
        wanted = float(ndtri(alpha))
        low, high = self.least, self.estimate.mean
        below, above = _scaled(self._p(low)) - wanted, _scaled(self._p(high)) - wanted
        for _ in range(STEPS):
            if high - low <= NARROW:
                break
            at = high - above * (high - low) / (above - below)
            # A step that hardly leaves an end gains nothing.
            at = min(max(at, low + NARROW / 2), high - NARROW / 2)
            found = _scaled(self._p(at)) - wanted
            if found <= 0:
                low, below, above = at, found, above / 2
            else:
                high, above, below = at, found, below / 2
        return low

    def interval(self, confidence: float) -> Interval:
        """Return the two-sided confidence interval."""
        one_sided = (1 + confidence) / 2
        low, high = self.bound(one_sided, lower=True), self.bound(one_sided, lower=False)
        return Interval(low=low, high=high, confidence=confidence, method=METHOD)

    def p_reaches(self, bar: float) -> float:
        """Return the one-sided p-value of H0: the true mean is at most `bar`."""
        found = self._p(bar)
        if isinstance(self.robust, ClusteredRate):
            return max(found, self.robust.p_reaches(bar))
        return found if self.robust is None else max(found, self.robust.p_exceeds(bar))

    def p_below(self, bar: float) -> float:
        """Return the one-sided p-value of H0: the true mean is at or above `bar`."""
        return self._turned().p_reaches(1 - (bar - self.least))

    def p_value(self) -> float:
        """Return the two-sided p-value of H0: the true mean is zero."""
        return 1.0 if self.estimate.mean == 0 else min(1.0, 2 * min(self.p_reaches(0.0), self.p_below(0.0)))

    def _p(self, at: float) -> float:
        if at >= 1:
            return 1.0
        if at < self.least:
            return 0.0
        extra = float(np.sum(self.sizes**2) / np.sum(self.sizes))
        return weighted_below(np.append(self.sums - at * self.sizes, extra * (self.least - at)))

    def _turned(self) -> "GradedMean":
        """Return the same seen from the other end: what is said of its lower bound is said of this one's upper bound."""
        ends = 1 + self.least
        turned = self.estimate.turned(ends - self.estimate.mean)
        robust: ClusteredRate | ClusteredDifference | None = None
        if isinstance(self.robust, ClusteredRate):
            robust = ClusteredRate(estimate=turned, most=self.robust.most)
        elif self.robust is not None:
            robust = ClusteredDifference(estimate=turned, most=self.robust.most, ahead=self.robust.behind, behind=self.robust.ahead)
        return GradedMean(sums=ends * self.sizes - self.sums, sizes=self.sizes, least=self.least, estimate=turned, robust=robust)


def graded_rate(values: Floats, clusters: NDArray[np.int64] | None) -> GradedMean:
    """Return the mean of scores from 0 to 1, one per example."""
    return _graded(values, clusters, 0.0, None if clusters is None else clustered_rate(values, clusters, graded=True))


def graded_difference(values: Floats, clusters: NDArray[np.int64] | None, *, least: float = -1.0) -> GradedMean:
    """Return the mean of differences of scores, from `least` to 1, one per example."""
    return _graded(values, clusters, least, None if clusters is None else clustered_difference(values, clusters, graded=True))


def keeps_share(mine: Floats, theirs: Floats, clusters: NDArray[np.int64] | None, share: float, errors: tuple[float, float]) -> Proof:
    """Return whether the mean of `theirs` is at least this share of the mean of `mine`, on the same examples.

    It is where theirs less the share of mine is above zero on average, which is a mean like any other. `errors` are of the
    refutation and of the proof.
    """
    found = graded_difference(theirs - share * mine, clusters, least=-share)
    if found.p_reaches(0.0) <= errors[1]:
        return Proof.PROVEN
    return Proof.REFUTED if found.p_below(0.0) <= errors[0] else Proof.UNDECIDED


def _graded(
    values: Floats, clusters: NDArray[np.int64] | None, least: float, robust: ClusteredRate | ClusteredDifference | None
) -> GradedMean:
    sums, sizes = values, np.ones(len(values))
    if clusters is not None:
        _, inverse = np.unique(clusters, return_inverse=True)
        sums = np.bincount(inverse, weights=values).astype(np.float64)
        sizes = np.bincount(inverse).astype(np.float64)
    return GradedMean(sums=sums, sizes=sizes, least=least, estimate=cluster_mean(values, clusters), robust=robust)


def weighted_below(values: Floats) -> float:
    """Return the probability that the sum of these values, each times an independent exponential variable, is at most zero.

    Saddlepoint approximation (Lugannani & Rice 1980) of a sum whose cumulants are known in closed form. Of yes-or-no values it
    is off by less than 5% of a probability of 0.01 and less of larger ones, and always upwards, the side that proves less.
    """
    known = values[np.abs(values) > CRUMB]
    if not len(known) or known.max() < 0:
        return 1.0
    if known.min() > 0:
        return 0.0
    at = _saddle(known)
    shrunk = known / (1 - known * at)
    height, bend = -2 * float(np.sum(-np.log1p(-known * at))), float(np.sum(shrunk**2))
    signed = math.copysign(math.sqrt(max(0.0, height)), at)
    if abs(signed) < NEAR_THE_MIDDLE:
        return 0.5 + float(np.sum(known**3) / (3 * math.sqrt(2 * math.pi) * np.sum(known**2) ** 1.5))
    density = math.exp(-(signed**2) / 2) / math.sqrt(2 * math.pi)
    return min(1.0, max(0.0, float(ndtr(signed)) + density * (1 / signed - 1 / (at * math.sqrt(bend)))))


def _scaled(p_value: float) -> float:
    return float(ndtri(min(1 - SMALLEST, max(SMALLEST, p_value))))


def _saddle(values: Floats) -> float:
    """Return where the derivative of the sum's cumulant function is zero; it rises from pole to pole, so Newton's steps stay between."""
    low, high, at = 1 / float(values.min()), 1 / float(values.max()), 0.0
    for _ in range(STEPS):
        shrunk = values / (1 - values * at)
        slope = float(np.sum(shrunk))
        low, high = (low, at) if slope > 0 else (at, high)
        step = at - slope / float(np.sum(shrunk**2))
        inside = step if low < step < high else (low + high) / 2
        if abs(inside - at) <= SOLVED * (high - low + abs(at)):
            return inside
        at = inside
    return at
