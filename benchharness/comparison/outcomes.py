"""One candidate's outcomes as arrays, and one value per example from them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchharness.records.comparison import candidate_key

__all__ = ["Floats", "Outcomes", "Values", "Whole", "mean_score", "outcomes_of", "table_of", "values_of"]

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

NOT_MEASURED = -1


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
    scores: Floats | None = None
    """Primary score from 0 to 1; NaN where not measured. None when there are no scores."""
    clusters: Whole | None = None
    """Which cluster, as a number from 0; -1 for an example that stands alone. None when all of them do."""
    statuses: Mapping[str, int] = field(default_factory=dict)
    """Rows by status."""
    expected: int
    """Examples that were to be measured."""
    missing_examples: tuple[str, ...] = ()
    """Ids of examples not measured, the first few, for whoever asks again."""
    planned: int | None = None
    """Examples planned, when the run stopped asking before them."""

    @property
    def key(self) -> str:
        """Return `candidate/prompt`."""
        return candidate_key(self.candidate, self.prompt)

    def rows(self, at: Any, *, expected: int | None = None) -> "Outcomes":
        """Return some rows: those of a mask, or those at some places, in their order."""
        return replace(
            self,
            codes=self.codes[at],
            matched=self.matched[at],
            scores=None if self.scores is None else self.scores[at],
            clusters=None if self.clusters is None else self.clusters[at],
            expected=self.expected if expected is None else expected,
        )


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


def outcomes_of(  # noqa: PLR0913 - the fields of the record, keyword by keyword
    *,
    candidate: str,
    path: str,
    matched: Sequence[bool | int | None] | NDArray[Any],
    prompt: str = "",
    codes: Sequence[int] | NDArray[Any] | None = None,
    scores: Sequence[float | None] | NDArray[Any] | None = None,
    clusters: Sequence[int] | NDArray[Any] | None = None,
    statuses: Mapping[str, int] | None = None,
    expected: int | None = None,
) -> Outcomes:
    """Return outcomes from plain sequences, in which None means not measured, or from arrays, which aren't walked.

    Without `codes` row i is example i; without `expected` the examples in the rows were all that were to be measured.
    Raises ValueError when the lengths differ or `matched` holds anything but 1, 0 and -1 (or None).
    """
    marks = matched if isinstance(matched, np.ndarray) else np.array([NOT_MEASURED if each is None else int(each) for each in matched])
    marks = marks.astype(np.int8)
    rows = len(marks)
    which = np.arange(rows) if codes is None else np.asarray(codes, dtype=np.int64)
    # numpy reads None as NaN where a float is asked for.
    graded = None if scores is None else np.asarray(scores, dtype=np.float64)
    groups = None if clusters is None else np.asarray(clusters, dtype=np.int64)
    for name, each in (("codes", which), ("scores", graded), ("clusters", groups)):
        if each is not None and len(each) != rows:
            raise ValueError(f"{name} has {len(each)} entries and matched has {rows}")
    if rows and not (marks.min() >= NOT_MEASURED and marks.max() <= 1):
        raise ValueError("matched holds something other than 1, 0 and -1")
    return Outcomes(
        candidate=candidate,
        prompt=prompt,
        path=path,
        codes=which,
        matched=marks,
        scores=graded,
        clusters=groups,
        statuses=dict(statuses or {}),
        expected=len(np.unique(which)) if expected is None else expected,
    )


def values_of(outcomes: Outcomes, target_is: str = "share") -> Values:
    """Return one value per example, whether it matched or with `mean` its score; repeats are averaged first, never pooled.

    (facts/stats.md 1.9.) An answer without a score isn't measured where scores are asked for.
    """
    graded = target_is == "mean"
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
