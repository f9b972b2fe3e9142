"""Confidence intervals and bounds of one rate: Wilson for tables, Clopper-Pearson for whatever gates."""

import math

from benchharness.comparison.distributions import betaincinv, ndtri
from benchharness.records.comparison import Interval

__all__ = ["exact_lower", "exact_upper", "wilson"]

BISECTIONS = 60


def wilson(matched: int, n: int, confidence: float = 0.95) -> Interval:
    """Return Wilson's score interval of `matched` of `n`, as shares (Wilson 1927; Brown, Cai & DasGupta 2001, eq. 4).

    Of nothing it's [0, 1]: no data, no knowledge.
    """
    if n == 0:
        return Interval(low=0.0, high=1.0, confidence=confidence, method="no data")
    z = float(ndtri((1 + confidence) / 2))
    rate = matched / n
    spread = z * math.sqrt(rate * (1 - rate) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    centre = rate + z * z / (2 * n)
    # The ends are exactly 0 and 1 at the corners; floating point would leave a crumb.
    low = 0.0 if matched == 0 else max(0.0, (centre - spread) / scale)
    high = 1.0 if matched == n else min(1.0, (centre + spread) / scale)
    return Interval(low=low, high=high, confidence=confidence, method="wilson")


def exact_lower(matched: float, n: float, confidence: float = 0.95) -> float:
    """Return the exact one-sided lower bound of a rate: 44 of 50 proves at least 0.7768 at 95% (Clopper & Pearson 1934).

    Fractions are allowed, for sizes that account for clusters (Korn & Graubard 1998).
    """
    return 0.0 if matched <= 0 else float(betaincinv(matched, n - matched + 1, 1 - confidence))


def exact_upper(matched: float, n: float, confidence: float = 0.95) -> float:
    """Return the exact one-sided upper bound of a rate; fractions are allowed as in `exact_lower`."""
    return 1.0 if matched >= n else float(betaincinv(matched + 1, n - matched, confidence))
