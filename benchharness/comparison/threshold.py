"""Is a rate at or above a bar? Exact, three-way, with the number of examples that would settle it."""

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import bdtr, bdtrc, ndtri

from benchharness.records.comparison import BarTest, Proof

__all__ = ["bar_test", "examples_needed", "p_below", "p_reaches", "three_way"]

# The exact critical count lies within this many of its normal approximation.
WINDOW = 8
LARGEST_CACHE = 100_000


def p_reaches(matched: int, n: int, bar: float) -> float:
    """Return P(X >= matched | n, bar): small when the true rate can hardly be below the bar (exact binomial test)."""
    return 1.0 if matched == 0 else float(bdtrc(matched - 1, n, bar))


def p_below(matched: int, n: int, bar: float) -> float:
    """Return P(X <= matched | n, bar): small when the true rate can hardly be at or above the bar (exact binomial test)."""
    return 1.0 if matched == n else float(bdtr(matched, n, bar))


def three_way(reaches: float, below: float, alpha: float) -> Proof:
    """Return proven, refuted or undecided, each side at error `alpha`."""
    if reaches <= alpha:
        return Proof.PROVEN
    return Proof.REFUTED if below <= alpha else Proof.UNDECIDED


def bar_test(matched: int, n: int, bar: float, *, confidence: float, power: float, cap: int, plan: bool = True) -> BarTest:
    """Return the test of `matched` of `n` against a bar; with `plan` also the examples that would settle it."""
    if n == 0:
        return BarTest(bar=bar, met=None, proof=Proof.UNDECIDED, p_reaches=None, p_below=None)
    alpha = 1 - confidence
    reaches, below = p_reaches(matched, n, bar), p_below(matched, n, bar)
    proof = three_way(reaches, below, alpha)
    needed = examples_needed(matched / n, bar, alpha=alpha, power=power, cap=cap) if plan and proof is Proof.UNDECIDED else None
    return BarTest(
        bar=bar,
        # 85.5% of 200 is 171 matches, though 0.95 * 0.9 * 200 is 171.00000000000003 in floating point.
        met=matched >= bar * n - 1e-9,
        proof=proof,
        p_reaches=reaches,
        p_below=below,
        examples_needed=None if needed is None else max(needed, n + 1),
        on_the_line=plan and proof is Proof.UNDECIDED and needed is None,
    )


@lru_cache(maxsize=LARGEST_CACHE)
def examples_needed(rate: float, bar: float, *, alpha: float = 0.05, power: float = 0.80, cap: int = 5000) -> int | None:
    """Return the fewest examples that settle on which side of `bar` a true `rate` lies, with the stated power.

    Exact, and safe against the saw-tooth of the binomial: the power holds at this n and at every larger one up to `cap`.
    None when more than `cap` would be needed: the rate is on the line.
    """
    if not 0 < bar < 1 or rate == bar:
        return None
    # P(X <= x | bar) is P(X >= n - x | 1 - bar): the lower side is the upper side of the misses.
    rate, bar = (rate, bar) if rate > bar else (1 - rate, 1 - bar)
    sizes = np.arange(1, cap + 1)
    holds = bdtrc(_critical(sizes, bar, alpha) - 1, sizes, rate) >= power
    if not holds[-1]:
        return None
    fails = np.flatnonzero(~holds)
    return 1 if len(fails) == 0 else int(sizes[fails[-1]] + 1)


def _critical(sizes: NDArray[np.int64], bar: float, alpha: float) -> NDArray[np.int64]:
    """Return, for each n, the fewest matches x with P(X >= x | bar) <= alpha; n + 1 where none is enough."""
    z = float(ndtri(1 - alpha))
    guess = np.floor(sizes * bar + z * np.sqrt(sizes * bar * (1 - bar))).astype(np.int64)
    counts = np.clip(guess[:, None] + np.arange(-WINDOW, WINDOW + 1), 0, sizes[:, None] + 1)
    with np.errstate(invalid="ignore"):
        tail = np.where(
            counts > sizes[:, None], 0.0, np.where(counts == 0, 1.0, bdtrc(np.minimum(counts, sizes[:, None]) - 1, sizes[:, None], bar))
        )
    first = np.argmax(tail <= alpha, axis=1)
    critical: NDArray[np.int64] = counts[np.arange(len(sizes)), first]
    return critical


def approximate_examples(rate: float, bar: float, *, alpha: float = 0.05, power: float = 0.80) -> float:
    """Return the normal approximation of `examples_needed` (Fleiss, Levin & Paik 2003, eq. 2.13 without continuity correction)."""
    reach = float(ndtri(1 - alpha)) * math.sqrt(bar * (1 - bar)) + float(ndtri(power)) * math.sqrt(rate * (1 - rate))
    return (reach / (rate - bar)) ** 2
