"""The ratio of two rates on the same examples: does the prompt keep 90% of the fine-tune's rate?"""

import math
from collections.abc import Callable
from dataclasses import dataclass

from benchharness.comparison.distributions import ndtr, ndtri
from benchharness.records.comparison import Proof

__all__ = ["Ratio", "bonett_price", "tang", "tang_p", "tang_share", "tang_z"]

# The ends of the search for a ratio, as logarithms: beyond them a ratio counts as 0 or infinite.
LOWEST, HIGHEST = math.log(1e-9), math.log(1e9)
BISECTIONS = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """A ratio of rates with its interval."""

    estimate: float | None
    """First rate by second rate; None when the second never matched."""
    low: float
    """Lower end, at least 0."""
    high: float | None
    """Upper end; None when it's unbounded."""
    confidence: float
    """Two-sided confidence."""
    method: str
    """How it was made."""


def tang_z(both: int, only_first: int, only_second: int, n: int, ratio: float) -> float:
    """Return the score statistic of H0: first rate / second rate = `ratio` (Tang, Tang & Chan 2003; Nam & Blackwelder 2002)."""
    first, second, any_right = both + only_first, both + only_second, both + only_first + only_second
    distance = first - second * ratio
    square = n * (1 + ratio)
    linear = second * ratio**2 - (first + 2 * only_second)
    constant = only_second * (1 - ratio) * any_right / n
    nuisance = (-linear + math.sqrt(max(0.0, linear * linear - 4 * square * constant))) / (2 * square)
    variance = square * nuisance + any_right * (ratio - 1)
    if variance <= 1e-12 * max(1, n):
        return 0.0 if abs(distance) <= 1e-12 * max(1, n) else math.copysign(math.inf, distance)
    return distance / math.sqrt(variance)


def tang_p(both: int, only_first: int, only_second: int, n: int, ratio: float = 0.90) -> float:
    """Return the one-sided p-value of H0: the first has at most `ratio` of the second's rate; 1 where nothing matched."""
    if both + only_first + only_second == 0:
        return 1.0
    return float(ndtr(-tang_z(both, only_first, only_second, n, ratio)))


def tang_share(both: int, only_first: int, only_second: int, n: int, share: float = 0.90, *, confidence: float = 0.95) -> Proof:
    """Return whether the first keeps at least `share` of the second's rate: proven, refuted or undecided, each side at alpha."""
    if both + only_first + only_second == 0:
        return Proof.UNDECIDED
    z, critical = tang_z(both, only_first, only_second, n, share), float(ndtri(confidence))
    return Proof.PROVEN if z >= critical else Proof.REFUTED if z <= -critical else Proof.UNDECIDED


def tang(both: int, only_first: int, only_second: int, n: int, confidence: float = 0.95) -> Ratio:
    """Return Tang's score interval of the ratio of paired rates, by inverting the score test."""
    first, second = both + only_first, both + only_second
    estimate = None if second == 0 else first / second
    if first == 0 and second == 0:
        return Ratio(estimate=None, low=0.0, high=None, confidence=confidence, method="no data")
    z = float(ndtri((1 + confidence) / 2))

    def statistic(log_ratio: float) -> float:
        return tang_z(both, only_first, only_second, n, math.exp(log_ratio))

    low = 0.0 if first == 0 else _where(lambda at: statistic(at) - z)
    high = None if second == 0 else _where(lambda at: statistic(at) + z)
    return Ratio(estimate=estimate, low=low, high=high, confidence=confidence, method="tang")


def _where(falling: Callable[[float], float]) -> float:
    """Return the ratio at which a function that falls with its logarithm crosses zero."""
    low, high = LOWEST, HIGHEST
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        low, high = (middle, high) if falling(middle) > 0 else (low, middle)
    return math.exp((low + high) / 2)


def bonett_price(both: int, only_first: int, only_second: int, confidence: float = 0.95) -> Ratio:
    """Return the closed-form hybrid Wilson interval of the ratio of paired rates (Bonett & Price 2006), as a check on Tang's."""
    first, second, any_right = both + only_first, both + only_second, both + only_first + only_second
    if any_right == 0:
        return Ratio(estimate=None, low=0.0, high=None, confidence=confidence, method="no data")
    z = float(ndtri((1 + confidence) / 2))
    joint = math.sqrt((only_first + only_second + 2) / ((first + 1) * (second + 1)))
    parts = [math.sqrt((1 - (count + 1) / (any_right + 2)) / (count + 1)) for count in (first, second)]
    scaled = joint / sum(parts) * z
    (low, high), (other_low, other_high) = _wilson(first, any_right, scaled), _wilson(second, any_right, scaled)
    return Ratio(
        estimate=None if second == 0 else first / second,
        low=low / other_high,
        high=None if second == 0 else high / other_low,
        confidence=confidence,
        method="bonett-price",
    )


def _wilson(count: int, n: int, z: float) -> tuple[float, float]:
    middle, spread, scale = 2 * count + z * z, z * math.sqrt(z * z + 4 * count * (1 - count / n)), 2 * (n + z * z)
    return (middle - spread) / scale, (middle + spread) / scale
