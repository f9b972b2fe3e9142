"""One value per example from one candidate's outcomes."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchharness.records.outcomes import Floats, Outcomes, Whole
from benchharness.records.policy_words import TargetIs

__all__ = ["Values", "mean_score", "table_of", "values_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Values:
    """One value per measured example: whether it matched, its score, or the mean over its repeats."""

    codes: Whole
    """Examples measured, ascending."""
    values: Floats
    """From 0 to 1."""
    clusters: Whole | None
    """Their clusters, when examples aren't independent."""
    rows: int
    """Measured rows, repeats counted."""
    binary: bool
    """Whether every value is 0 or 1."""
    graded: bool = False
    """Whether they are scores, which may lie anywhere from 0 to 1, rather than marks."""

    @property
    def plain(self) -> bool:
        """Tell whether these are independent yes-or-no outcomes, so that exact binomial tests hold."""
        return self.clusters is None and self.binary and not self.graded

    def among(self, codes: Whole) -> tuple[Floats, Whole | None]:
        """Return the values of some of the measured examples, and their clusters."""
        if len(codes) == len(self.codes):
            return self.values, self.clusters
        at = np.searchsorted(self.codes, codes)
        return self.values[at], None if self.clusters is None else self.clusters[at]


def values_of(outcomes: Outcomes, target_is: TargetIs = TargetIs.SHARE) -> Values:
    """Return one value per example, whether it matched or, of a mean, its score; repeats are averaged first, never pooled.

    Repeats aren't more questions. An answer without a score isn't measured where scores are asked for.
    """
    graded = target_is is TargetIs.MEAN
    given: NDArray[Any] = outcomes.matched
    measured = outcomes.matched >= 0
    if graded:
        given = np.full(len(outcomes.codes), np.nan) if outcomes.scores is None else outcomes.scores
        measured = measured & ~np.isnan(given)
    # Most often all are, and what would change a verdict is asked of many times as many.
    codes = outcomes.codes if measured.all() else outcomes.codes[measured]
    values = given[measured].astype(np.float64)
    clusters = None if outcomes.clusters is None else outcomes.clusters[measured]
    rows = len(codes)
    binary = True
    if not bool((codes[1:] > codes[:-1]).all()):
        codes, first, values = _averaged(codes, values)
        clusters = None if clusters is None else clusters[first]
        binary = bool(((values == 0) | (values == 1)).all())
    return Values(codes=codes, values=values, clusters=_dependent(clusters, codes), rows=rows, binary=binary and not graded, graded=graded)


def mean_score(outcomes: Outcomes) -> float | None:
    """Return the mean primary score of the measured examples, repeats averaged first; None when there is none."""
    if outcomes.scores is None:
        return None
    known = (outcomes.matched >= 0) & ~np.isnan(outcomes.scores)
    if not known.any():
        return None
    _, _, means = _averaged(outcomes.codes[known], outcomes.scores[known])
    return float(means.mean())


def _averaged(codes: Whole, values: Floats) -> tuple[Whole, Whole, Floats]:
    """Return the codes ascending, the first row of each, and the mean of each one's values."""
    if bool((codes[1:] > codes[:-1]).all()):
        return codes, np.arange(len(codes)), values
    unique, first, inverse, counts = np.unique(codes, return_index=True, return_inverse=True, return_counts=True)
    return unique, first, np.bincount(inverse, weights=values, minlength=len(unique)) / counts


def _dependent(clusters: Whole | None, codes: Whole) -> Whole | None:
    """Return the clusters with each lone example in one of its own; None when every example stands alone."""
    if clusters is None or len(clusters) == 0:
        return None
    alone = clusters < 0
    if alone.any():
        clusters = np.where(alone, clusters.max() + 1 + codes, clusters)
    return clusters if len(np.unique(clusters)) < len(clusters) else None


def table_of(first: Floats, second: Floats) -> tuple[int, int, int, int]:
    """Return (both, only first, only second, neither) of two arrays of 0 and 1."""
    both = int(first @ second)
    mine, theirs = int(first.sum()), int(second.sum())
    return both, mine - both, theirs - both, len(first) - mine - theirs + both
