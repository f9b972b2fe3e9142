"""Outcomes from plain sequences, for tests that have no rows."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchharness.records.outcomes import NOT_MEASURED, Outcomes


def make_outcomes(  # noqa: PLR0913 - the fields of the record, keyword by keyword
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
