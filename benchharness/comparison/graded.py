"""Scores between 0 and 1: bootstrap intervals of a mean, and sign-flip tests of paired differences, seeded."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from benchharness.comparison.clusters import cluster_mean, clustered_difference, clustered_rate
from benchharness.comparison.distributions import ndtr, ndtri
from benchharness.records.comparison import Interval

__all__ = ["acceleration", "bca", "graded_interval", "sign_flip_interval", "sign_flip_p"]

RESAMPLES = 9_999
# Below so many values the bootstrap is too narrow; enumerating all sign flips is exact and cheap.
FEW = 10
# From so many values on the mean is normal to more digits than are printed, and resampling would take minutes.
MANY = 10_000
EXACT_FLIPS_UP_TO = 14
DRAWS_AT_ONCE = 2_000_000


def graded_interval(
    values: NDArray[np.float64], confidence: float = 0.95, *, seed: int, paired: bool = False, resamples: int = RESAMPLES
) -> Interval:
    """Return the two-sided interval of a mean score from 0 to 1, or with `paired` of a mean difference from -1 to 1.

    One value per example: average repeats first. BCa bootstrap (Efron 1987); where all values are equal the bootstrap sees
    no doubt at all, so the exact interval of as many yes-or-no outcomes stands in; under ten values the exact sign flips
    (Hartigan 1969); from ten thousand on Student's t. Of nothing it's the whole range.
    """
    low, high = (-1.0, 1.0) if paired else (0.0, 1.0)
    n = len(values)
    if n == 0:
        return Interval(low=low, high=high, confidence=confidence, method="no data")
    if n == 1 or bool((values == values[0]).all()):
        return (clustered_difference if paired else clustered_rate)(values, None).interval(confidence)
    if n < FEW:
        found = sign_flip_interval(values, confidence, low=low, high=high)
    elif n >= MANY:
        mean, one_sided = cluster_mean(values, None), (1 + confidence) / 2
        ends = mean.bound(one_sided, lower=True), mean.bound(one_sided, lower=False)
        found = Interval(low=ends[0], high=ends[1], confidence=confidence, method="t")
    else:
        found = bca(values, confidence, seed=seed, resamples=resamples)
    return Interval(low=max(low, found.low), high=min(high, found.high), confidence=confidence, method=found.method)


def bca(values: NDArray[np.float64], confidence: float = 0.95, *, seed: int, resamples: int = RESAMPLES) -> Interval:
    """Return the bias-corrected and accelerated bootstrap interval of a mean, in the values' own unit (Efron 1987).

    At least two different values; ValueError otherwise. The same seed gives the same interval.
    """
    if len(values) == 0 or bool((values == values[0]).all()):
        raise ValueError("the bootstrap needs at least two different values")
    means = _resampled(values, np.random.default_rng(seed), resamples)
    mean = float(values.mean())
    share = (np.sum(means < mean) + np.sum(means == mean) / 2) / resamples
    bias = float(ndtri(min(max(share, 0.5 / resamples), 1 - 0.5 / resamples)))
    bend = acceleration([values - mean])
    reach = float(ndtri((1 + confidence) / 2))
    ends = [float(ndtr(bias + (bias + z) / (1 - bend * (bias + z)))) for z in (-reach, reach)]
    low, high = (float(end) for end in np.quantile(means, ends))
    return Interval(low=low, high=high, confidence=confidence, method=f"BCa bootstrap, {resamples} resamples, seed {seed}")


def acceleration(influences: Sequence[NDArray[np.float64]]) -> float:
    """Return the acceleration of a sum of means from the influence of each value, one array per sample (Efron & Tibshirani 1993, 14.15)."""
    cubes = sum(float(np.sum(each**3)) / len(each) ** 3 for each in influences)
    squares = sum(float(np.sum(each**2)) / len(each) ** 2 for each in influences)
    return cubes / (6 * squares**1.5) if squares > 0 else 0.0


def _resampled(values: NDArray[np.float64], rng: np.random.Generator, resamples: int) -> NDArray[np.float64]:
    n = len(values)
    at_once = max(1, DRAWS_AT_ONCE // n)
    parts = [values[rng.integers(0, n, size=(min(at_once, resamples - done), n))].mean(axis=1) for done in range(0, resamples, at_once)]
    return np.concatenate(parts)


def sign_flip_interval(values: NDArray[np.float64], confidence: float = 0.95, *, low: float, high: float) -> Interval:
    """Return the interval of a centre by exact sign flips: order statistics of all subset means (Hartigan 1969).

    Exact for values spread symmetrically around their centre; so few that nothing can be excluded give [low, high].
    At most 14 values.
    """
    n = len(values)
    subsets = _subsets(n)[1:]
    means = np.sort((subsets @ values) / subsets.sum(axis=1))
    outside = math.floor((1 - confidence) / 2 * 2**n + 1e-9)
    method = "exact sign flips"
    if outside < 1:
        return Interval(low=low, high=high, confidence=confidence, method=method)
    return Interval(low=float(means[outside - 1]), high=float(means[-outside]), confidence=confidence, method=method)


def sign_flip_p(differences: NDArray[np.float64], *, seed: int, flips: int = RESAMPLES, one_sided: bool = False) -> float:
    """Return the p-value of H0: paired differences are symmetric around 0; with `one_sided` against a positive mean.

    All 2^n sign flips up to 14 differences (Fisher 1935), else `flips` random ones, counting the observed one (Phipson &
    Smyth 2010); from ten thousand differences on the normal limit. Zeros say nothing; 1 when there is nothing else.
    """
    sizes = differences[differences != 0]
    n = len(sizes)
    if n == 0:
        return 1.0
    total = float(sizes.sum())
    # Sums of the same numbers in another order differ by crumbs; they are ties.
    crumb = 1e-12 * float(np.abs(sizes).sum())
    if n >= MANY:
        p = float(ndtr(-total / math.sqrt(float(np.sum(sizes**2)))))
        return p if one_sided else min(1.0, 2 * min(p, 1 - p))
    observed = total if one_sided else abs(total)
    if n <= EXACT_FLIPS_UP_TO:
        sums = (2.0 * _subsets(n) - 1.0) @ sizes
        return float(np.mean((sums if one_sided else np.abs(sums)) >= observed - crumb))
    rng, extreme = np.random.default_rng(seed), 1
    at_once = max(1, DRAWS_AT_ONCE // n)
    for done in range(0, flips, at_once):
        signs = rng.integers(0, 2, size=(min(at_once, flips - done), n)) * 2.0 - 1.0
        sums = signs @ sizes
        extreme += int(np.sum((sums if one_sided else np.abs(sums)) >= observed - crumb))
    return extreme / (flips + 1)


def _subsets(n: int) -> NDArray[np.int64]:
    """Return every subset of n things, one a row of 0 and 1; the empty one first."""
    if n > EXACT_FLIPS_UP_TO:
        raise ValueError(f"{n} values have too many subsets to list; at most {EXACT_FLIPS_UP_TO}")
    return (np.arange(2**n)[:, None] >> np.arange(n)) & 1
