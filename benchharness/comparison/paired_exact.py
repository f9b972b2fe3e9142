"""Two candidates on the same examples, one-sided and exact: no rates make a false proof likelier than its error.

Tango's score statistic decides which tables count as stronger evidence; how strong is then counted, not approximated: a p-value is
the largest probability, over all rates the hypothesis allows, of this table or a stronger one (Suissa & Shuster 1991; Sidik 2003 for
margins). Bounds order the tables by Tango's own bound, once for all differences, so that they move smoothly and one way (Buehler
1957; Lloyd & Moldovan 2007, "Exact one-sided confidence limits for the difference between two correlated proportions").
"""

import math
from collections.abc import Callable
from functools import lru_cache

import numpy as np

from benchharness.comparison.distributions import ndtri
from benchharness.comparison.paired import tango_bound
from benchharness.comparison.rates import exact_lower, exact_upper
from benchharness.comparison.threshold import UP_TO
from benchharness.comparison.trinomial import MOST_ENUMERATED, Region, likely_rates, most_probable, region_of
from benchharness.records.outcomes import Floats, Whole

__all__ = ["deciding_bound", "exact_bound", "p_exceeds"]

# A part of a count is taken off the lead first, as a correction for continuity does. Without it tables come too early where few pairs
# differ, or where all do and a lead moves by two counts at a time; the worst case lies there, and being exact everywhere would cost
# power in between. With it the mean size at 200 pairs is 4.6% instead of 3.9%.
LEAST_CORRECTION, FURTHER_CORRECTION = 0.25, 0.75
# Tables as near as this on the statistic's scale count as equally strong: half a hundredth of a standard error costs nothing.
CELL = 0.01
CRUMB = 1e-9
# Of a standard error: a bound stays below its root by less.
NEAR_ENOUGH = 1e-3
# Of 1 / sqrt(n), about two standard errors' worth: beyond it both orders of tables agree, so the second needn't be asked.
FAR = 0.15
STEPS = 60
FARTHEST = 40.0
KEPT = 65_536


def p_exceeds(only_first: int, only_second: int, n: int, difference: float = 0.0) -> float:
    """Return the exact one-sided p-value of H0: the first's rate is ahead by at most `difference`, a share from -1 to 1.

    Counts of pairs that only one side got right, of `n`; 1 of nothing. For non-inferiority `difference` is minus the margin.
    """
    if n == 0 or difference >= 1:
        return 1.0
    if difference <= -1:
        return 0.0 if only_second < n else 1.0
    difference = round(difference, 12)
    z = float(_score(np.array([only_first]), np.array([only_second]), n, difference)[0])
    cell = math.floor(min(FARTHEST, max(-FARTHEST, z)) / CELL + CRUMB)
    return _p_at(n, cell, _seen(only_first, only_second, n), difference)


def exact_bound(
    only_first: int, only_second: int, n: int, confidence: float = 0.95, *, lower: bool, asked: tuple[float, ...] = (0.0,)
) -> float:
    """Return the exact one-sided bound of the first's rate minus the second's; -1 or 1 of nothing.

    Growing with the first's wins, falling with the second's. Of the differences in `asked`, those that a verdict asks about, a lower
    bound is above exactly those whose `p_exceeds` is at most 1 - confidence; an upper one is the same with sides and signs swapped.
    """
    if n == 0:
        return -1.0 if lower else 1.0
    if not lower:
        return -exact_bound(only_second, only_first, n, confidence, lower=True, asked=tuple(-each for each in asked))
    return _lower(only_first, only_second, n, round(1 - confidence, 12), tuple(sorted(asked)))


# Whoever asks what would change a verdict asks of the same tables again and again.
@lru_cache(maxsize=KEPT)
def deciding_bound(
    only_first: int, only_second: int, n: int, confidence: float = 0.95, *, lower: bool, asked: tuple[float, ...] = (0.0,)
) -> float:
    """Return a bound that lies on the same side of each difference in `asked` as the exact one, and is found sooner.

    For whoever asks only what is proven: two Clopper-Pearson bounds at half the error each prove what is far beyond (Bonferroni), and
    what Tango's approximation doesn't come near at twice the error isn't proven at the whole one. Between, each difference is tested.
    """
    if n == 0:
        return -1.0 if lower else 1.0
    if not lower:
        return -deciding_bound(only_second, only_first, n, confidence, lower=True, asked=tuple(-each for each in asked))
    half = (1 + confidence) / 2
    sure = exact_lower(only_first, n, half) - exact_upper(only_second, n, half)
    if sure > max(asked):
        return sure
    near = tango_bound(only_first, only_second, n, 1 - 2 * (1 - confidence), lower=True)
    found = max(-1.0, min(near, *asked))
    for each in sorted(asked):
        # Between the two a test of each difference is a third of the bound's own work.
        if each >= sure and (near <= each or p_exceeds(only_first, only_second, n, each) > round(1 - confidence, 12) * UP_TO):
            break
        found = each + CRUMB
    return found


@lru_cache(maxsize=KEPT)
def _lower(only_first: int, only_second: int, n: int, alpha: float, asked: tuple[float, ...]) -> float:
    found = _bound_of(n, _bound_cell(only_first, only_second, n, alpha), _seen(only_first, only_second, n), alpha)
    for each in asked:
        if abs(each - found) > FAR / math.sqrt(n):
            continue
        # The test of one difference orders tables by its own statistic, which is a little different from the bound's order.
        if p_exceeds(only_first, only_second, n, each) > alpha * UP_TO:
            return min(found, each)
        found = max(found, each + CRUMB)
    return found


def _seen(only_first: int, only_second: int, n: int) -> tuple[float, float]:
    """Return the shares of pairs that differ which the data don't exclude."""
    return likely_rates(only_first + only_second, n)


def _score(first: Whole, second: Whole, n: int, difference: float) -> Floats:
    """Return Tango's score statistic with its correction, for arrays of counts (Tango 1998)."""
    if difference <= -1:
        return np.full(len(first), math.inf)
    linear = (2 * n - first + second) * difference - first - second
    constant = -second * difference * (1 - difference)
    nuisance = (np.sqrt(np.maximum(0.0, linear * linear - 8 * n * constant)) - linear) / (4 * n)
    variance = n * (2 * nuisance + difference * (1 - difference))
    distance = first - second - n * difference - LEAST_CORRECTION - FURTHER_CORRECTION * ((first + second) / n) ** 2
    found: Floats = distance / np.sqrt(np.maximum(variance, CRUMB))
    return found


@lru_cache(maxsize=1024)
def _region(n: int, z: float, difference: float, low: float, high: float) -> Region:
    """Return the tables whose statistic is at least `z`; the first kind is what only the second candidate matched."""
    return region_of(lambda second, first: _score(first, second, n, difference) >= z - CRUMB, n, low, high, slope=0)


@lru_cache(maxsize=KEPT)
def _p_at(n: int, cell: int, seen: tuple[float, float], difference: float) -> float:
    return _worst(n, cell * CELL, difference, seen, difference)


def _worst(n: int, z: float, ordered: float, seen: tuple[float, float], difference: float) -> float:
    """Return the largest probability of the tables with a statistic of at least `z` where the first is ahead by `difference`.

    `ordered` is the difference of the statistic. Where the first is less ahead, the tables are less likely.
    """
    low, high = max(0.0, -difference, (seen[0] - difference) / 2), min(1 - difference, seen[1] - difference) / 2
    window = (0.0, 1.0) if n <= MOST_ENUMERATED else (min(low, max(high, 0.0)), max(high, 0.0))
    region = _region(n, z, ordered, *window)
    if high < 0:
        # All that may differ is less than the difference: the worst case is the second never winning.
        return most_probable(region, lambda rates: np.full(len(rates), seen[1]), 0.0, 0.0)
    return most_probable(region, lambda rates: (rates + difference) / np.maximum(1 - rates, CRUMB), low, high)


@lru_cache(maxsize=KEPT)
def _bound_cell(only_first: int, only_second: int, n: int, alpha: float) -> int:
    """Return how strong a table is, as a number of cells: its corrected Tango bound, rounded down."""
    z, size = -float(ndtri(alpha)), CELL / math.sqrt(n)
    first, second = np.array([only_first]), np.array([only_second])
    low, high = math.floor(-1 / size), math.ceil(1 / size)
    # Only cells are wanted, so only their lower ends are tried.
    while high - low > 1:
        middle = (low + high) // 2
        above = _score(first, second, n, middle * size)[0] >= z - CRUMB
        low, high = (middle, high) if above else (low, middle)
    return low


@lru_cache(maxsize=KEPT)
def _bound_of(n: int, cell: int, seen: tuple[float, float], alpha: float) -> float:
    z, ordered = -float(ndtri(alpha)), cell * CELL / math.sqrt(n)
    return _root(lambda difference: _worst(n, z, ordered, seen, difference), alpha, ordered, 0.4 / math.sqrt(n))


def _root(p_of: Callable[[float], float], alpha: float, start: float, slope: float) -> float:
    """Return the largest difference refuted: the secant's steps on the normal scale, kept within a bracket."""
    target = float(ndtri(alpha))
    low, high, at = -1.0, 1.0, max(-0.999, min(0.999, start))
    least, near = slope / 1000, NEAR_ENOUGH * slope
    before: tuple[float, float] | None = None
    for _ in range(STEPS):
        p = p_of(at)
        low, high = (at, high) if p <= alpha else (low, at)
        if high - low <= near:
            break
        value = float(ndtri(min(max(p, 1e-12), 1 - 1e-12)))
        if before is not None and abs(value - before[1]) > CRUMB:
            slope = max(least, (at - before[0]) / (value - before[1]))
        before = at, value
        # A crumb further than the root, so that the bracket closes from both sides.
        following = at + slope * (target - value) + math.copysign(near / 3, target - value)
        at = following if low < following < high else (low + high) / 2
    return low
