"""Is a rate at or above a bar? Exact, three-way, with the number of examples that would settle it."""

import math
from dataclasses import replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from benchharness.comparison.distributions import bdtr, bdtrc, ndtri
from benchharness.records.comparison import BarTest, Proof

__all__ = [
    "approximate_examples",
    "bar_test",
    "error_of",
    "examples_needed",
    "least_to_prove",
    "most_to_refute",
    "p_below",
    "p_reaches",
    "planned",
    "three_way",
]

# The exact critical count usually lies within this many of its approximation; the search widens itself where it doesn't.
WINDOW = 2
# The last n without the power lies between these multiples of the normal approximation, plus some at small n; where
# it doesn't, every n is tried.
NEAR, FAR, SLACK = 0.85, 1.5, 60
LARGEST_CACHE = 100_000
CRUMB = 1e-9
# One miss of one at a bar of 0.95 has a p of 0.05, and floating point may make it a crumb more: it counts as 0.05 all the same.
UP_TO = 1 + 1e-9


def error_of(confidence: float) -> float:
    """Return alpha, 1 - confidence, without floating point's crumbs: 1 - 0.95 is 0.05, not 0.050000000000000044."""
    return round(1 - confidence, 12)


def p_reaches(matched: int, n: int, bar: float) -> float:
    """Return P(X >= matched | n, bar): small when the true rate can hardly be below the bar (exact binomial test)."""
    return 1.0 if matched == 0 else float(bdtrc(matched - 1, n, bar))


def p_below(matched: int, n: int, bar: float) -> float:
    """Return P(X <= matched | n, bar): small when the true rate can hardly be at or above the bar (exact binomial test)."""
    return 1.0 if matched == n else float(bdtr(matched, n, bar))


def three_way(reaches: float, below: float, alpha: float) -> Proof:
    """Return proven, refuted or undecided, each side at error `alpha`."""
    if reaches <= alpha * UP_TO:
        return Proof.PROVEN
    return Proof.REFUTED if below <= alpha * UP_TO else Proof.UNDECIDED


def bar_test(matched: int, n: int, bar: float, *, confidence: float, power: float, cap: int, tried: int = 1, plan: bool = True) -> BarTest:
    """Return the test of `matched` of `n` against a bar; with `plan` also the examples that would settle it.

    `tried` candidates were tried and this one may be the best of them, so the examples that would prove it are counted at
    an error of alpha / `tried`. The proof itself is of this candidate alone: `compare` takes the correction over all.
    """
    if n == 0:
        return BarTest(bar=bar, met=None, proof=Proof.UNDECIDED, p_reaches=None, p_below=None)
    alpha = error_of(confidence)
    reaches, below = p_reaches(matched, n, bar), p_below(matched, n, bar)
    # 85.5% of 200 is 171 matches, though 0.95 * 0.9 * 200 is 171.00000000000003 in floating point.
    met = matched >= bar * n - CRUMB
    test = BarTest(bar=bar, met=met, proof=three_way(reaches, below, alpha), p_reaches=reaches, p_below=below)
    return planned(test, matched / n, n, confidence=confidence, power=power, cap=cap, tried=tried) if plan else test


def planned(
    test: BarTest, rate: float, n: int, *, confidence: float, power: float, cap: int, tried: int = 1, effect: float = 1.0
) -> BarTest:
    """Return a test with the examples that would settle it, when it's undecided and they are at most `cap`.

    `effect` is the design effect (Kish 1965): how many examples in clusters are worth one independent example.
    """
    if test.proof is not Proof.UNDECIDED:
        return replace(test, examples_needed=None, on_the_line=False)
    # Refuting all of the tried needs no correction; proving the best of them does.
    alpha = error_of(confidence) / (tried if rate > test.bar else 1)
    independent = examples_needed(rate, test.bar, alpha=alpha, power=power, cap=math.ceil(cap / effect))
    needed = None if independent is None else math.ceil(independent * effect - CRUMB)
    if needed is None or needed > cap:
        return replace(test, examples_needed=None, on_the_line=True)
    return replace(test, examples_needed=max(needed, n + 1), on_the_line=False)


def least_to_prove(n: int, bar: float, *, alpha: float = 0.05) -> int | None:
    """Return the fewest matches of `n` that prove a rate of at least `bar` with error `alpha`; None when even all don't."""
    if n == 0 or not 0 < bar < 1:
        return None
    found = int(_critical(np.array([n]), bar, alpha)[0])
    return found if found <= n else None


def most_to_refute(n: int, bar: float, *, alpha: float = 0.05) -> int | None:
    """Return the most matches of `n` that still prove a rate below `bar` with error `alpha`; None when even none doesn't."""
    misses = least_to_prove(n, 1 - bar, alpha=alpha)
    return None if misses is None else n - misses


@lru_cache(maxsize=LARGEST_CACHE)
def examples_needed(rate: float, bar: float, *, alpha: float = 0.05, power: float = 0.80, cap: int = 5000) -> int | None:
    """Return the fewest examples that settle on which side of `bar` a true `rate` lies, with the stated power.

    Exact, and safe against the saw-tooth of the binomial: the power holds at this n and at every larger one.
    None when more than `cap` would be needed: the rate is on the line.
    """
    if not 0 < bar < 1 or abs(rate - bar) < CRUMB:
        return None
    # P(X <= x | bar) is P(X >= n - x | 1 - bar): the lower side is the upper side of the misses.
    rate, bar = (rate, bar) if rate > bar else (1 - rate, 1 - bar)
    guess = approximate_examples(rate, bar, alpha=alpha, power=power)
    if guess > FAR * cap:
        return None
    found = _last_failure(math.floor(guess * NEAR), math.ceil(guess * FAR) + SLACK, rate, bar, alpha=alpha, power=power)
    if found is None:
        found = _last_failure(1, math.ceil(cap * FAR) + SLACK, rate, bar, alpha=alpha, power=power) or 0
    return found + 1 if found + 1 <= cap else None


def _last_failure(first: int, last: int, rate: float, bar: float, *, alpha: float, power: float) -> int | None:
    """Return the last n from `first` to `last` without the power; None when all of them have it."""
    from scipy.special import bdtrc as tails

    sizes = np.arange(max(1, first), last + 1)
    fails = np.flatnonzero(tails(_critical(sizes, bar, alpha) - 1, sizes, rate) < power)
    return int(sizes[fails[-1]]) if len(fails) else None


def _critical(sizes: NDArray[np.int64], bar: float, alpha: float) -> NDArray[np.int64]:
    """Return, for each n, the fewest matches x with P(X >= x | bar) <= alpha; n + 1 where none is enough."""
    z = float(ndtri(1 - alpha))
    # The normal approximation with its correction for skewness (Cornish & Fisher 1938) lands within a few counts.
    skew = (z * z - 1) * (1 - 2 * bar) / 6
    guess = np.floor(sizes * bar + z * np.sqrt(sizes * bar * (1 - bar)) + skew).astype(np.int64)
    reach = WINDOW
    while True:
        counts = guess[:, None] + np.arange(-reach, reach + 1)
        tail = _tail(counts, sizes[:, None], bar)
        if bool((tail[:, -1] <= alpha * UP_TO).all() and (tail[:, 0] > alpha * UP_TO).all()):
            break
        reach *= 2
    critical: NDArray[np.int64] = counts[np.arange(len(sizes)), np.argmax(tail <= alpha * UP_TO, axis=1)]
    return critical


def _tail(counts: NDArray[np.int64], sizes: NDArray[np.int64], bar: float) -> NDArray[np.float64]:
    """Return P(X >= count | n, bar), defined beyond both ends of 0 to n."""
    below = np.clip(counts, 1, sizes) - 1
    inside: NDArray[np.float64]
    if len(sizes) == 1:
        # What every run asks of its own n, and importing scipy takes longer and 27 MB.
        inside = np.array([[bdtrc(count, int(sizes[0, 0]), bar) for count in below[0].tolist()]])
    else:
        from scipy.special import bdtrc as tails

        inside = tails(below, sizes, bar)
    return np.where(counts > sizes, 0.0, np.where(counts <= 0, 1.0, inside))


def approximate_examples(rate: float, bar: float, *, alpha: float = 0.05, power: float = 0.80) -> float:
    """Return the normal approximation of `examples_needed` (Fleiss, Levin & Paik 2003, eq. 2.13 without continuity correction)."""
    reach = float(ndtri(1 - alpha)) * math.sqrt(bar * (1 - bar)) + float(ndtri(power)) * math.sqrt(rate * (1 - rate))
    return (reach / (rate - bar)) ** 2
