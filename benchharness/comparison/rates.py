"""Confidence intervals and bounds of one rate: Wilson for tables, Clopper-Pearson for whatever gates."""

import math

from benchharness.comparison.distributions import bdtrc, betaincinv, betaln, ndtri
from benchharness.records.comparison import Interval

__all__ = ["clopper_pearson", "exact_lower", "exact_upper", "mid_p", "wilson"]

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


def clopper_pearson(matched: int, n: int, confidence: float = 0.95) -> Interval:
    """Return the exact two-sided interval of `matched` of `n`, as shares (Clopper & Pearson 1934)."""
    one_sided = (1 + confidence) / 2
    low, high = exact_lower(matched, n, one_sided), exact_upper(matched, n, one_sided)
    return Interval(low=low, high=high, confidence=confidence, method="clopper-pearson" if n else "no data")


def exact_lower(matched: float, n: float, confidence: float = 0.95) -> float:
    """Return the exact one-sided lower bound of a rate: 44 of 50 proves at least 0.7768 at 95% (Clopper & Pearson 1934).

    Fractions are allowed, for sizes that account for clusters (Korn & Graubard 1998).
    """
    return 0.0 if matched <= 0 else float(betaincinv(matched, n - matched + 1, 1 - confidence))


def exact_upper(matched: float, n: float, confidence: float = 0.95) -> float:
    """Return the exact one-sided upper bound of a rate; fractions are allowed as in `exact_lower`."""
    return 1.0 if matched >= n else float(betaincinv(matched + 1, n - matched, confidence))


def mid_p(matched: int, n: int, confidence: float = 0.95) -> Interval:
    """Return the two-sided mid-p interval of `matched` of `n`, as shares (Lancaster 1961; Berry & Armitage 1995).

    Nearer to its nominal confidence than Clopper-Pearson and so no proof: for tables only.
    """
    if n == 0:
        return Interval(low=0.0, high=1.0, confidence=confidence, method="no data")
    alpha = (1 - confidence) / 2
    low = _mid_p_lower(matched, n, alpha)
    return Interval(low=low, high=1 - _mid_p_lower(n - matched, n, alpha), confidence=confidence, method="mid-p")


def _mid_p_lower(matched: int, n: int, alpha: float) -> float:
    """Return the rate at which P(X > matched) + P(X = matched) / 2 is `alpha`, by bisection."""
    if matched == 0:
        return 0.0
    if matched == n:
        return float((2 * alpha) ** (1 / n))
    low, high = 0.0, matched / n
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        low, high = (low, middle) if _mid_tail(matched, n, middle) > alpha else (middle, high)
    return (low + high) / 2


def _mid_tail(matched: int, n: int, rate: float) -> float:
    ways = -float(betaln(matched + 1, n - matched + 1)) - math.log(n + 1)
    point = math.exp(ways + matched * math.log(rate) + (n - matched) * math.log1p(-rate))
    return float(bdtrc(matched, n, rate)) + point / 2
