"""One candidate's outcomes as arrays, and one value per example from them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Outcomes", "Values", "values_of"]

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcomes:
    """The rows of one candidate with one prompt; the arrays have one entry per row."""

    candidate: str
    """Its name."""
    prompt: str
    """Its prompt; empty for none."""
    path: str
    """`api`, `fine-tuned`, `self-hosted` or `classical`."""
    codes: Whole
    """Which example, as a number from 0; the same number for the same example in every candidate."""
    matched: NDArray[np.int8]
    """1 matched, 0 didn't, -1 not measured."""
    scores: Floats
    """Primary score from 0 to 1; NaN where not measured."""
    clusters: Whole | None = None
    """Which cluster, as a number from 0; None when examples are independent."""
    statuses: Mapping[str, int] = field(default_factory=dict)
    """Rows by status."""
    expected: int
    """Examples that were to be measured."""

    @property
    def key(self) -> str:
        """Return `candidate/prompt`."""
        return f"{self.candidate}/{self.prompt}" if self.prompt else self.candidate


@dataclass(frozen=True, slots=True, kw_only=True)
class Values:
    """One value per measured example: whether it matched, or the mean over its repeats."""

    codes: Whole
    """Examples measured, ascending."""
    values: Floats
    """From 0 to 1."""
    clusters: Whole | None
    """Their clusters, when examples aren't independent."""

    @property
    def plain(self) -> bool:
        """Tell whether these are independent yes-or-no outcomes, so that exact binomial tests hold."""
        return self.clusters is None and bool(np.isin(self.values, (0.0, 1.0)).all())

    def at(self, codes: Whole) -> Floats:
        """Return the values of some of the measured examples."""
        chosen: Floats = self.values[np.searchsorted(self.codes, codes)]
        return chosen


def values_of(outcomes: Outcomes) -> Values:
    """Return one value per example; repeats of one example are averaged first, never pooled (facts/stats.md 1.9)."""
    measured = outcomes.matched >= 0
    rows, matches = outcomes.codes[measured], outcomes.matched[measured].astype(np.float64)
    codes, first, inverse, counts = np.unique(rows, return_index=True, return_inverse=True, return_counts=True)
    values = np.bincount(inverse, weights=matches, minlength=len(codes)) / np.maximum(counts, 1)
    clusters = None if outcomes.clusters is None else outcomes.clusters[measured][first]
    return Values(codes=codes, values=values, clusters=clusters)


def table_of(first: Any, second: Any) -> tuple[int, int, int, int]:
    """Return (both, only first, only second, neither) of two arrays of 0 and 1."""
    both = int(np.sum((first == 1) & (second == 1)))
    return both, int(np.sum(first)) - both, int(np.sum(second)) - both, int(np.sum((first == 0) & (second == 0)))
