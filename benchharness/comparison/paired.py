"""Two candidates on the same examples: Tango's and Newcombe's intervals, exact McNemar and mid-p, non-inferiority."""

import math
from collections.abc import Callable
from functools import lru_cache

from benchharness.comparison.distributions import bdtr, ndtri
from benchharness.comparison.power import connor_examples
from benchharness.records.comparison import Interval

__all__ = [
    "mcnemar_exact",
    "mcnemar_examples",
    "mcnemar_mid_p",
    "tango",
    "tango_bound",
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
