"""How a graded score comes about: a distribution from 0 to 1 with exactly the mean it is asked for."""

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray
from scipy.special import bdtr, betaincinv

__all__ = ["GRADES", "graded"]

Floats = NDArray[np.float64]
LEVELS = 4
# The highest mean of a world, so that what falls to zero leaves room for it.
TOP = 0.95
RARE = (0.005, 0.0125, 0.05)


def _beta(luck: Floats, mean: float, weight: float) -> Floats:
    return np.asarray(betaincinv(mean * weight, (1 - mean) * weight, luck), dtype=np.float64)


def _levels(luck: Floats, mean: float) -> Floats:
    """Return grades of 0, 1/4, 2/4, 3/4 and 1."""
    edges = np.array([bdtr(at, LEVELS, mean) for at in range(LEVELS)])
    return np.searchsorted(edges, luck) / LEVELS


def _inflated(luck: Floats, mean: float) -> Floats:
    """Return zero for the share of answers that miss altogether, else scores that vary a little around 0.95."""
    share = mean / TOP
    rest = np.clip((luck - (1 - share)) / share, 1e-9, 1 - 1e-9)
    return np.where(luck < 1 - share, 0.0, _beta(rest, TOP, 60.0))


def _fall(share: float) -> Callable[[Floats, float], Floats]:
    """Return scores that are all alike, but for a small share of zeros: few samples see one."""
    return lambda luck, mean: np.where(luck < share, 0.0, mean / (1 - share))


def _jackpot(share: float) -> Callable[[Floats, float], Floats]:
    """Return scores that are all alike, but for a small share of ones."""
    return lambda luck, mean: np.where(luck > 1 - share, 1.0, (mean - share) / (1 - share))


GRADES: Mapping[str, Callable[[Floats, float], Floats]] = {
    "graded": lambda luck, mean: _beta(luck, mean, 8.0),
    "skewed": lambda luck, mean: _beta(luck, mean, 1.2),
    "nearly alike": lambda luck, mean: _beta(luck, mean, 300.0),
    "five grades": _levels,
    "zero-inflated": _inflated,
    **{f"{share:.2%} fall to zero": _fall(share) for share in RARE},
    **{f"{share:.2%} hit the top": _jackpot(share) for share in RARE},
}


def graded(kind: str, luck: Floats, mean: float) -> Floats:
    """Return scores of this kind and mean from numbers spread evenly over 0 to 1; more luck is never a lower score."""
    return np.clip(GRADES[kind](luck, mean), 0.0, 1.0)
