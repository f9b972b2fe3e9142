"""A few human labels and many judged answers: a mean that owes its truth to the labels and its width to the judge."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchharness.comparison.distributions import ndtri
from benchharness.records.comparison import Interval

__all__ = ["FEWEST_LABELS", "PoweredMean", "ppi_mean"]

Values = NDArray[np.float64]
# Fewer labels carry no normal limit, so nothing may be gated on them (the bound evalstats sets too).
FEWEST_LABELS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class PoweredMean:
    """A mean corrected by labels."""

    mean: float
    """The corrected mean."""
    interval: Interval
    """Its two-sided interval."""
    trust: float
    """Lambda, how much weight the judge got: 0 none, 1 full."""
    labels: int
    """Labelled answers."""
    gates: bool
    """Whether there are labels enough to decide anything on it."""


def ppi_mean(
    truth: Values, judged: Values, unlabelled: Values, confidence: float = 0.95, *, trust: float | None = 1.0
) -> PoweredMean | None:
    """Return the mean of `truth` over all answers (Angelopoulos et al. 2023, PPI; `trust=None` tunes lambda: PPI++).

    `truth` and `judged` are the human's and the judge's marks of the same answers, drawn at random from the same run;
    `unlabelled` the judge's marks of the others. None under two labels or without judged answers.
    Raises ValueError when `truth` and `judged` differ in length.
    """
    if len(truth) != len(judged):
        raise ValueError(f"{len(truth)} labels for {len(judged)} judged answers")
    n, others = len(truth), len(unlabelled)
    if n < 2 or others == 0:  # noqa: PLR2004 - one label has no spread
        return None
    weight = _tuned(truth, judged, unlabelled) if trust is None else trust
    errors = truth - weight * judged
    mean = weight * float(unlabelled.mean()) + float(errors.mean())
    variance = weight**2 * float(unlabelled.var()) / others + float(errors.var()) / n
    reach = float(ndtri((1 + confidence) / 2)) * math.sqrt(variance)
    interval = Interval(low=mean - reach, high=mean + reach, confidence=confidence, method="prediction-powered")
    return PoweredMean(mean=mean, interval=interval, trust=weight, labels=n, gates=n >= FEWEST_LABELS)


def _tuned(truth: Values, judged: Values, unlabelled: Values) -> float:
    """Return the lambda of the least variance, from 0 to 1 (Angelopoulos, Duchi & Zrnic 2023, eq. 6)."""
    every = np.concatenate([judged, unlabelled])
    spread = float(every.var(ddof=1))
    if spread == 0:
        return 0.0
    together = float(np.mean((truth - truth.mean()) * (judged - judged.mean())))
    return min(1.0, max(0.0, together / ((1 + len(truth) / len(unlabelled)) * spread)))
