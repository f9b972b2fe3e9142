"""A judge held against people: its shares, its leaning to length, and how many labels would settle whether it's good enough."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from benchharness.comparison.distributions import ndtri
from benchharness.comparison.kappa import Agreement
from benchharness.comparison.prediction_powered import FEWEST_LABELS
from benchharness.comparison.rates import wilson
from benchharness.records.comparison import Interval
from benchharness.records.judge import Share

__all__ = ["confusion", "length_bias", "settled_by", "share"]

Flags = NDArray[np.bool_]
# Fewer answers in a half tell nothing of a leaning.
LEAST_IN_HALF = 5
# Nobody marks more answers than this to settle a judge.
MOST_LABELS = 5_000


def share(k: int, n: int, confidence: float = 0.95) -> Share:
    """Return a share with Wilson's interval; none of nothing."""
    return Share(k=k, n=n, interval=wilson(k, n, confidence) if n else None)


def confusion(human: Flags, judged: Flags) -> list[list[int]]:
    """Return the counts: rows what people say (pass, fail), columns what the judge says."""
    return [[int((human & judged).sum()), int((human & ~judged).sum())], [int((~human & judged).sum()), int((~human & ~judged).sum())]]


def length_bias(human: Flags, judged: Flags, lengths: Sequence[int], confidence: float = 0.95) -> tuple[float, Interval] | None:
    """Return how much more the judge overrates longer answers than shorter ones, as a share, with its interval.

    Overrating is the judge's mark less the people's; the halves are those above and below the median length, and their
    difference has a normal interval. None with fewer than five answers in a half.
    """
    sizes = np.asarray(lengths)
    over = judged.astype(np.float64) - human.astype(np.float64)
    middle = float(np.median(sizes)) if len(sizes) else 0.0
    long, short = over[sizes > middle], over[sizes <= middle]
    if min(len(long), len(short)) < LEAST_IN_HALF:
        return None
    difference = float(long.mean() - short.mean())
    error = math.sqrt(float(long.var(ddof=1)) / len(long) + float(short.var(ddof=1)) / len(short))
    reach = float(ndtri((1 + confidence) / 2)) * error
    return difference, Interval(
        low=max(-2.0, difference - reach), high=min(2.0, difference + reach), confidence=confidence, method="normal"
    )


def settled_by(agreement: Agreement, *, least: float, low: float, fewest: int = FEWEST_LABELS) -> tuple[int | None, str]:
    """Return how many labels in all would settle whether a judge agrees well enough, and what they'd settle; None when it's settled.

    Good enough is a kappa of `least` whose interval stays above `low`, on at least `fewest` labels. An interval shrinks with
    the root of the labels, if kappa stays what it is.
    """
    kappa, error, n = agreement.kappa, agreement.error, agreement.n
    if kappa is None or error is None:
        return max(2 * n, fewest), "what its kappa is: one kind of mark alone tells none, so label answers of the other kind as well"
    z = float(ndtri((1 + agreement.confidence) / 2))
    if kappa >= least:
        needed, what = _shrunk(n, z * error, kappa - low), f"that its kappa isn't below {low:g}"
    else:
        needed, what = _shrunk(n, z * error, least - kappa), f"that its kappa is below {least:g}"
    if needed > MOST_LABELS:
        return None, "its kappa lies on the bar, so treat it as not reached"
    needed = max(needed, fewest)
    if needed > n:
        return int(needed), what
    return None, "it agrees well enough" if kappa >= least else "it doesn't agree well enough"


def _shrunk(n: int, reach: float, distance: float) -> float:
    """Return the labels at which an interval that reaches so far from `n` of them reaches only so far."""
    return n if distance > reach else math.floor(n * (reach / distance) ** 2) + 1 if distance > 0 else math.inf
