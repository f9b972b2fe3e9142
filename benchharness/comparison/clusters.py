"""Means of values that aren't independent: cluster-robust standard errors with Student's t."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtr, stdtrit

from benchharness.records.comparison import Interval

__all__ = ["Mean", "cluster_mean"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mean:
    """A mean with its standard error and degrees of freedom."""

    mean: float
    """The mean of all values."""
    error: float
    """Its standard error; infinite with fewer than two clusters."""
    freedom: int
    """Clusters minus one."""

    def interval(self, confidence: float, *, low: float = 0.0, high: float = 1.0) -> Interval:
        """Return the two-sided t interval, cut to [low, high]."""
        one_sided = (1 + confidence) / 2
        return Interval(
            low=max(low, self.bound(one_sided, lower=True)),
            high=min(high, self.bound(one_sided, lower=False)),
            confidence=confidence,
            method="cluster-robust t",
        )

    def bound(self, confidence: float, *, lower: bool) -> float:
        """Return a one-sided t bound; infinite when nothing is known of the spread."""
        if self.freedom < 1:
            return -math.inf if lower else math.inf
        reach = float(stdtrit(self.freedom, confidence)) * self.error
        return self.mean - reach if lower else self.mean + reach

    def p_above(self, bar: float) -> float:
        """Return the one-sided p-value of H0: the true mean is at most `bar`."""
        if self.freedom < 1:
            return 1.0
        if self.error == 0:
            return 0.0 if self.mean > bar else 1.0
        return float(stdtr(self.freedom, -(self.mean - bar) / self.error))


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
    return Mean(mean=mean, error=error, freedom=groups - 1)
