"""The most that a nuisance rate can make of a region of counts: what exact unconditional tests are made of.

Of `size` examples some are of a first kind and some of the rest are of a second. A region holds, for each count of the first kind,
every count of the second from `needed` on. Its probability is a sum of binomial tails, smooth in the rate of the first kind, and
an exact test takes the largest over all rates that the hypothesis allows (Suissa & Shuster 1991; Lloyd & Moldovan 2007).
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from benchharness.comparison.rates import exact_lower, exact_upper
from benchharness.records.outcomes import Floats, Whole

Inside = Callable[[Whole, Whole], NDArray[np.bool_]]

__all__ = ["MOST_ENUMERATED", "Inside", "Region", "likely_rates", "most_probable", "region_of"]

# From here on only rates are tried that the data don't exclude, and counts are taken in blocks: all would take half a second and more.
MOST_ENUMERATED = 3_000
EXCLUDED = 1e-5
LISTED = 50
# A block is this part of a standard deviation, and counts as its stronger end: a hundredth of one, always on the careful side.
BLOCKS = 50
# Probabilities of less than this move no p-value that anybody reads.
NEGLIGIBLE = 1e-13
# Rates tried for each root of the size: the probability is smooth on the scale of one root.
PER_ROOT, LEAST_RATES = 4, 16
PEAKS, ZOOMS, BETWEEN = 3, 3, 5
# What lies between the rates tried is less than this more; see tests/comparison/test_comparison_exact.py.
SAFETY = 1 + 5e-4


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """For counts of the first kind, from how many of the second on a table belongs to it."""

    size: int
    """Examples."""
    counts: Whole
    """Counts of the first kind, ascending; every one, or the first of each block."""
    needed: Whole
    """The fewest of the second; `size` + 1 stands for none."""
    step: int
    """How many counts make a block."""
    ways: Floats
    """Logarithm of the number of ways to choose each count, or the middle of its block."""


def region_of(inside: Inside, size: int, low: float, high: float, *, slope: int) -> Region:
    """Return the tables at which `inside` is true, for rates of the first kind from `low` to `high`.

    `inside` takes both counts and must stay true for more of the second. With one more of the first kind at least `slope` more of the
    second are needed, 0 or -1 (Barnard's convexity): the worst case at the hypothesis's edge rests on it, so it's made so.
    """
    counts, step = np.arange(size + 1), 1
    if size > MOST_ENUMERATED:
        spread = math.sqrt(size * max(rate * (1 - rate) for rate in (low, high, min(max(low, 0.5), high))))
        step = max(1, int(spread / BLOCKS))
        counts = np.arange(max(0, math.floor(size * low - 6 * spread - 12)), min(size, math.ceil(size * high + 6 * spread + 12)) + 1, step)
    needed = _listed(inside, size) if size <= LISTED else _searched(inside, size, counts)
    needed = np.minimum.accumulate((needed - slope * counts)[::-1])[::-1] + slope * counts
    needed = np.where(needed > size - counts, size + 1, needed)
    return Region(size=size, counts=counts, needed=needed, step=step, ways=_log_ways(size, counts.astype(np.float64) + (step - 1) / 2))


def _listed(inside: Inside, size: int) -> Whole:
    """Return the fewest of the second kind by looking at every table: in small ones a statistic may fall with one more."""
    first, second = np.divmod(np.arange((size + 1) ** 2), size + 1)
    held = ((first + second <= size) & inside(first, np.minimum(second, size - first))).reshape(size + 1, size + 1)
    return np.where(held.any(axis=1), held.argmax(axis=1), 2 * size + 1)


def _searched(inside: Inside, size: int, counts: Whole) -> Whole:
    fewest, most = np.zeros(len(counts), dtype=np.int64), size - counts + 1
    for _ in range(size.bit_length() + 1):
        middle = (fewest + most) // 2
        held = (middle <= size - counts) & inside(counts, np.minimum(middle, size - counts))
        searching = fewest < most
        most = np.where(searching & held, middle, most)
        fewest = np.where(searching & ~held, middle + 1, fewest)
    return np.where(most > size - counts, 2 * size + 1, most)


def likely_rates(count: int, size: int) -> tuple[float, float]:
    """Return the rates of `count` of `size` that the data don't exclude, and all of them for few examples.

    A p-value that leaves some out is larger by the error of leaving them out, `EXCLUDED` (Berger & Boos 1994).
    """
    if size <= MOST_ENUMERATED:
        return 0.0, 1.0
    return exact_lower(count, size, 1 - EXCLUDED / 2), exact_upper(count, size, 1 - EXCLUDED / 2)


def most_probable(region: Region, then: Callable[[Floats], Floats], low: float, high: float) -> float:
    """Return the largest probability of a region over rates of the first kind from `low` to `high`.

    `then` gives, for rates of the first kind, the share of the rest that is of the second.
    """
    large = region.size > MOST_ENUMERATED
    left_out = EXCLUDED if large else 0.0
    if high < low:
        return left_out

    def at(angles: Floats) -> Floats:
        rates = low + (high - low) * np.sin(angles) ** 2
        return _probabilities(region, rates, np.clip(then(rates), 0.0, 1.0))

    # Both ends are where counts are few and a little changes much; the angle is even there.
    spread = math.asin(math.sqrt(min(1.0, high - low))) / (math.pi / 2)
    count = LEAST_RATES if large else LEAST_RATES + math.ceil(PER_ROOT * math.sqrt(region.size) * max(spread, 0.05))
    angles = np.linspace(0, math.pi / 2, count)
    found = at(angles)
    best, step = float(found.max()), float(angles[1])
    inner = np.concatenate(([-1.0], found, [-1.0]))
    peaks = np.flatnonzero((inner[1:-1] >= inner[:-2]) & (inner[1:-1] >= inner[2:]))
    tops = angles[peaks[np.argsort(found[peaks])[::-1][: 1 if large else PEAKS]]]
    for _ in range(1 if large else ZOOMS):
        near = np.clip(tops[:, None] + np.linspace(-step, step, BETWEEN)[None, :], 0, math.pi / 2)
        values = at(near.ravel()).reshape(near.shape)
        tops, step = near[np.arange(len(tops)), values.argmax(axis=1)], step / (BETWEEN // 2)
        best = max(best, float(values.max()))
    return min(1.0, best * SAFETY + left_out)


def _probabilities(region: Region, rates: Floats, shares: Floats) -> Floats:
    """Return the probability of the region at each rate of the first kind, with the share of the rest that is of the second."""
    return _summed(region, rates, shares) if region.size <= MOST_ENUMERATED else _windowed(region, rates, shares)


def _summed(region: Region, rates: Floats, shares: Floats) -> Floats:
    """Return the same, of every count, by sums alone: importing scipy takes longer than a verdict of a few thousand examples.

    With one less of the first kind one more example may be of the second: P(Bin(m, q) >= k) = P(Bin(m - 1, q) >= k) + q P(Bin(m - 1, q)
    = k - 1). So every tail is the next one and a few terms, from the last count down.
    """
    size, steps = region.size, _steps(region.size, region.needed.tobytes())
    with np.errstate(divide="ignore"):
        logs, others = np.log(shares)[:, None], np.log1p(-shares)[:, None]
        mine, theirs = np.log(rates)[:, None], np.log1p(-rates)[:, None]
    terms: Floats = np.exp(steps.ways + _times(steps.second, logs) + _times(steps.left - steps.second, others)) * steps.sign
    terms[:, steps.shared] *= shares[:, None]
    sums = np.add.reduceat(terms, steps.begins, axis=1)
    tails = np.cumsum(np.concatenate((np.full((len(rates), 1), float(region.needed[-1] <= 0)), sums), axis=1), axis=1)[:, ::-1]
    weights: Floats = np.exp(region.ways + _times(region.counts, mine) + _times(size - region.counts, theirs))
    return np.asarray((weights * np.clip(tails, 0.0, 1.0)).sum(axis=1), dtype=np.float64)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Steps:
    """The terms by which each tail of a region is more than the next one, from the last count of the first kind down."""

    left: Whole
    """Examples of a term."""
    second: Whole
    """How many of them are of the second kind."""
    ways: Floats
    """Logarithm of the number of ways; minus infinity for none."""
    sign: Floats
    """1, or -1 where fewer were needed."""
    shared: Whole
    """Which terms count times the share of the second kind."""
    begins: Whole
    """Where each count's terms begin."""


@lru_cache(maxsize=256)
def _steps(size: int, packed: bytes) -> _Steps:
    needed = np.frombuffer(packed, dtype=np.int64)
    # Beyond what is left no count is enough, whatever the region says of it.
    fewest = np.clip(needed, 0, size - np.arange(size + 1) + 1)
    left: list[int] = []
    second: list[int] = []
    sign: list[float] = []
    shared: list[int] = []
    begins: list[int] = []
    for count in range(size - 1, -1, -1):
        rest, mine, following = size - count - 1, int(fewest[count]), int(fewest[count + 1])
        begins.append(len(left))
        shared.append(len(left))
        between = range(min(mine, following), max(mine, following))
        left += [rest] * (1 + len(between))
        second += [mine - 1, *between]
        sign += [1.0, *([1.0 if following > mine else -1.0] * len(between))]
    remaining, chosen = np.array(left, dtype=np.int64), np.array(second, dtype=np.int64)
    possible = (chosen >= 0) & (chosen <= remaining)
    factorials = _log_factorials(size)
    safe = np.where(possible, chosen, 0)
    ways = np.where(possible, factorials[remaining] - factorials[safe] - factorials[remaining - safe], -math.inf)
    return _Steps(left=remaining, second=safe, ways=ways, sign=np.array(sign), shared=np.array(shared), begins=np.array(begins))


@lru_cache(maxsize=64)
def _log_factorials(size: int) -> Floats:
    found: Floats = np.concatenate(([0.0], np.cumsum(np.log(np.arange(1, size + 1)))))
    return found


def _windowed(region: Region, rates: Floats, shares: Floats) -> Floats:
    """Return the same of the counts, or blocks of them, within reach of each rate."""
    size, step, counts = region.size, region.step, region.counts
    middles = counts + (step - 1) / 2
    reach = 7.5 * np.sqrt(size * rates * (1 - rates)) + 12
    # Within reach, and not beyond the last block of which anything is in the region.
    possible = np.flatnonzero(region.needed <= size)
    first = np.searchsorted(counts, size * rates - reach)
    last = np.minimum(np.searchsorted(counts, size * rates + reach), possible[-1] + 1 if len(possible) else 0)
    lengths = np.maximum(0, last - first)
    rows = np.repeat(np.arange(len(rates)), lengths)
    columns = np.arange(int(lengths.sum())) + np.repeat(first - (np.cumsum(lengths) - lengths), lengths)
    rate, middle = rates[rows], middles[columns]
    with np.errstate(divide="ignore", invalid="ignore"):
        weights = step * np.exp(region.ways[columns] + _times(middle, np.log(rate)) + _times(size - middle, np.log1p(-rate)))
    kept = weights > NEGLIGIBLE
    rows, columns, weights = rows[kept], columns[kept], weights[kept]
    tails = _tails(region, columns, shares[rows])
    if step > 1:
        # The block counts as its likelier end.
        tails = np.maximum(tails, _tails(region, np.minimum(columns + 1, len(counts) - 1), shares[rows]))
    return np.bincount(rows, weights=weights * tails, minlength=len(rates)).astype(np.float64)


def _tails(region: Region, columns: Whole, shares: Floats) -> Floats:
    """Return the probability of at least as many of the second kind as needed, among what the first kind leaves."""
    from scipy.special import betainc

    needed, left = region.needed[columns], region.size - region.counts[columns]
    tails = np.where(needed <= 0, 1.0, 0.0)
    some = (needed > 0) & (needed <= left)
    # P(Bin(left, share) >= needed).
    tails[some] = betainc(needed[some], left[some] - needed[some] + 1.0, shares[some])
    return tails


def _times(counts: Floats | Whole, logs: Floats) -> Floats:
    """Return the product, 0 for a count of 0: a certain event's rate of 0 says nothing of what never happened."""
    found: Floats = np.where(counts == 0, 0.0, counts * np.where(counts == 0, 0.0, logs))
    return found


def _log_ways(size: int, counts: Floats) -> Floats:
    """Return the logarithm of the number of ways, between whole counts along a straight line."""
    factorials, low = _log_factorials(size), np.floor(counts).astype(np.int64)
    high = np.minimum(low + 1, size)
    part = counts - low
    ways: Floats = factorials[size] - factorials[low] - factorials[size - low]
    following: Floats = factorials[size] - factorials[high] - factorials[size - high]
    return (1 - part) * ways + part * following
