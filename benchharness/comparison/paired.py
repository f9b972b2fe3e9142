"""Two candidates on the same examples: Tango's and Newcombe's intervals, exact McNemar and mid-p, non-inferiority."""

import math
from collections.abc import Callable
from functools import lru_cache

from benchharness.comparison.distributions import bdtr, ndtr, ndtri
from benchharness.comparison.power import connor_examples
from benchharness.comparison.rates import wilson
from benchharness.records.comparison import Interval, Proof

__all__ = [
    "mcnemar_exact",
    "mcnemar_examples",
    "mcnemar_mid_p",
    "newcombe",
    "noninferior",
    "tango",
    "tango_bound",
    "tango_p",
    "tango_z",
]

EDGE = 1 - 1e-12
BISECTIONS = 60


def mcnemar_exact(only_first: int, only_second: int) -> float:
    """Return the two-sided exact McNemar p-value of the discordant counts; 1 when there are none (McNemar 1947)."""
    discordant = only_first + only_second
    if discordant == 0:
        return 1.0
    return min(1.0, 2 * float(bdtr(min(only_first, only_second), discordant, 0.5)))


def mcnemar_mid_p(only_first: int, only_second: int) -> float:
    """Return the two-sided mid-p McNemar p-value (Fagerland, Lydersen & Laake 2013)."""
    discordant = only_first + only_second
    if discordant == 0 or only_first == only_second:
        return 1.0
    fewer = min(only_first, only_second)
    at = float(bdtr(fewer, discordant, 0.5))
    before = float(bdtr(fewer - 1, discordant, 0.5)) if fewer else 0.0
    return before + at


def tango_z(only_first: float, only_second: float, n: float, difference: float) -> float:
    """Return Tango's score statistic of H0: rate of the first minus rate of the second equals `difference` (Tango 1998)."""
    big = 2 * n
    linear = -only_first - only_second + (2 * n - only_first + only_second) * difference
    constant = -only_second * difference * (1 - difference)
    root = math.sqrt(max(0.0, linear * linear - 4 * big * constant))
    nuisance = (root - linear) / (2 * big)
    variance = n * (2 * nuisance + difference * (1 - difference))
    distance = only_first - only_second - n * difference
    if variance <= 0:
        return 0.0 if distance == 0 else math.copysign(math.inf, distance)
    return distance / math.sqrt(variance)


def tango(only_first: int, only_second: int, n: int, confidence: float = 0.95) -> Interval:
    """Return Tango's two-sided score interval of the difference of paired rates, as shares; [-1, 1] of nothing."""
    one_sided = (1 + confidence) / 2
    return Interval(
        low=tango_bound(only_first, only_second, n, one_sided, lower=True),
        high=tango_bound(only_first, only_second, n, one_sided, lower=False),
        confidence=confidence,
        method="tango",
    )


@lru_cache(maxsize=4096)
def tango_bound(only_first: float, only_second: float, n: float, confidence: float = 0.95, *, lower: bool) -> float:
    """Return one one-sided bound of the difference of paired rates by inverting Tango's score test."""
    if n == 0:
        return -1.0 if lower else 1.0
    if not lower:
        # Swapping the candidates turns the upper bound into a lower one, so that both are the same number but for its sign.
        return -tango_bound(only_second, only_first, n, confidence, lower=True)
    z = float(ndtri(confidence))
    estimate = (only_first - only_second) / n
    return _falling_to(lambda value: tango_z(only_first, only_second, n, value) - z, -EDGE, min(estimate, EDGE))


def _falling_to(function: Callable[[float], float], low: float, high: float) -> float:
    """Return where a falling function crosses zero between `low` and `high`, by bisection; the end it doesn't cross at."""
    if function(low) <= 0:
        return -1.0
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        if function(middle) > 0:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def mcnemar_examples(only_first: int, only_second: int, n: int, *, alpha: float = 0.05, power: float = 0.80) -> int | None:
    """Return the examples that would prove the observed one-sided difference, if it's the true one (Connor 1987).

    None when there is no difference to prove.
    """
    if n == 0 or only_first <= only_second:
        return None
    return connor_examples(only_first / n, only_second / n, alpha=alpha, power=power)


def tango_p(only_first: int, only_second: int, n: int, difference: float = 0.0) -> float:
    """Return the one-sided p-value of H0: the first is ahead by at most `difference` (Tango 1998); 1 of nothing."""
    if n == 0 or difference >= 1:
        return 1.0
    return float(ndtr(-tango_z(only_first, only_second, n, difference)))


def noninferior(only_first: int, only_second: int, n: int, margin: float, *, confidence: float = 0.95) -> Proof:
    """Return whether the first is behind the second by less than `margin`, a share fixed before the results exist.

    Proven when the one-sided lower bound of the difference is above -margin, refuted when the upper one is below it
    (Tango 1998): 43 both, 1 only the second, of 44: not behind by 10 points, but by 9 it may be.
    """
    if tango_bound(only_first, only_second, n, confidence, lower=True) > -margin:
        return Proof.PROVEN
    return Proof.REFUTED if tango_bound(only_first, only_second, n, confidence, lower=False) < -margin else Proof.UNDECIDED


def newcombe(both: int, only_first: int, only_second: int, neither: int, confidence: float = 0.95) -> Interval:
    """Return Newcombe's square-and-add interval of the paired difference, as shares (Newcombe 1998, method 10).

    Closed form, from Wilson's intervals of both rates and their correlation with continuity correction. Of nothing it's [-1, 1].
    """
    n = both + only_first + only_second + neither
    if n == 0:
        return Interval(low=-1.0, high=1.0, confidence=confidence, method="no data")
    first, second = both + only_first, both + only_second
    p, q = first / n, second / n
    one, two = wilson(first, n, confidence), wilson(second, n, confidence)
    phi = _correlation(both, only_first, only_second, neither)
    below = _added(p - one.low, two.high - q, phi)
    above = _added(one.high - p, q - two.low, phi)
    low, high = max(-1.0, p - q - below), min(1.0, p - q + above)
    return Interval(low=low, high=high, confidence=confidence, method="newcombe 10")


def _added(first: float, second: float, phi: float) -> float:
    return math.sqrt(max(0.0, first * first - 2 * phi * first * second + second * second))


def _correlation(both: int, only_first: int, only_second: int, neither: int) -> float:
    margins = (both + only_first) * (only_second + neither) * (both + only_second) * (only_first + neither)
    if margins == 0:
        return 0.0
    excess: float = both * neither - only_first * only_second
    if excess > 0:
        excess = max(0.0, excess - (both + only_first + only_second + neither) / 2)
    return excess / math.sqrt(margins)
