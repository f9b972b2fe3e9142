"""The ratio of two rates on the same examples: does the prompt keep 90% of the fine-tune's rate?"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from benchharness.comparison.distributions import ndtri
from benchharness.comparison.paired_exact import FURTHER_CORRECTION, LEAST_CORRECTION
from benchharness.comparison.trinomial import likely_rates, most_probable, region_of
from benchharness.records.comparison import Proof
from benchharness.records.outcomes import Floats, Whole

__all__ = ["Ratio", "keeps_p", "tang", "tang_share", "tang_z"]

# The ends of the search for a ratio, as logarithms: beyond them a ratio counts as 0 or infinite.
LOWEST, HIGHEST = math.log(1e-9), math.log(1e9)
BISECTIONS = 80
# See `paired_exact`: a part of a count is taken off the lead first, and tables as near as a cell count as equally strong.
CELL, CRUMB, FARTHEST = 0.01, 1e-9, 40.0
KEPT = 65_536


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


def keeps_p(both: int, only_first: int, only_second: int, ratio: float = 0.90) -> float:
    """Return the exact one-sided p-value of H0: the first has at most `ratio` of the second's rate; 1 where nothing matched.

    Examples that neither matched say nothing of a ratio, and Tang's statistic doesn't read them, so the test is made given how many
    either matched. Of those, three kinds are left and one rate that nobody knows, that of both: the p-value is the largest
    probability over it of a table with Tang's statistic at least as large (as Sidik 2003 does for a difference).
    """
    any_right = both + only_first + only_second
    if any_right == 0:
        return 1.0
    z = float(_scores(np.array([both]), np.array([only_first]), any_right, ratio)[0])
    cell = math.floor(min(FARTHEST, max(-FARTHEST, z)) / CELL + CRUMB)
    return _keeps_p(any_right, cell, likely_rates(both, any_right), round(ratio, 12))


@lru_cache(maxsize=KEPT)
def _keeps_p(any_right: int, cell: int, seen: tuple[float, float], ratio: float) -> float:
    low, high = seen[0], min(seen[1], ratio, 1 / ratio)
    # Where more are matched by both than the edge allows, the first keeps more than its share however the rest falls out.
    low = min(low, high)
    # One that only the first matched is at least as strong as one that both did.
    region = region_of(lambda both, first: _scores(both, first, any_right, ratio) >= cell * CELL - CRUMB, any_right, low, high, slope=-1)

    def then(rates: Floats) -> Floats:
        return (ratio - rates) / ((1 + ratio) * np.maximum(1 - rates, CRUMB))

    return most_probable(region, then, low, high)


def _scores(both: Whole, only_first: Whole, any_right: int, ratio: float) -> Floats:
    """Return Tang's statistic with its correction, for arrays of counts among examples that either matched."""
    only_second = any_right - both - only_first
    first, second = both + only_first, both + only_second
    linear = second * ratio**2 - (first + 2 * only_second)
    constant = only_second * (1 - ratio) * any_right
    square = 1 + ratio
    nuisance = (-linear + np.sqrt(np.maximum(0.0, linear * linear - 4 * square * constant))) / (2 * square)
    variance = square * nuisance + any_right * (ratio - 1)
    distance = first - second * ratio - LEAST_CORRECTION - FURTHER_CORRECTION * (1 - both / any_right) ** 2
    found: Floats = distance / np.sqrt(np.maximum(variance, CRUMB))
    return found


def tang_share(both: int, only_first: int, only_second: int, share: float = 0.90, *, confidence: float = 0.95) -> Proof:
    """Return whether the first keeps at least `share` of the second's rate: proven, refuted or undecided, each side exactly at alpha."""
    alpha = round(1 - confidence, 12)
    if keeps_p(both, only_first, only_second, share) <= alpha:
        return Proof.PROVEN
    return Proof.REFUTED if keeps_p(both, only_second, only_first, 1 / share) <= alpha else Proof.UNDECIDED


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
