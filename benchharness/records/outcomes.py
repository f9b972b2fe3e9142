"""One candidate's outcomes as arrays, one entry a row; and its answers, one entry an example."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchharness.records.comparison import candidate_key

__all__ = ["NOT_MEASURED", "Floats", "Outcomes", "Recorded", "Whole"]


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
class Recorded:
    """One candidate's answers to the same examples in the same order; arrays of one entry per example."""

    key: str
    """`candidate/prompt`."""
    said: Whole
    """What it answered, as a number: equal for equal answers of anybody, -1 for an answer that couldn't be read."""
    matched: NDArray[np.bool_]
    """Whether that was right."""
    usd: Floats
    """What it cost."""
