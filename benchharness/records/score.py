"""What a scorer makes of an answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from benchharness.records.answer import AnswerStatus

__all__ = ["Grades", "Mark", "Parsed", "Score", "Unparsable", "Unscored"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """The answer found in an output."""

    text: str
    """What is scored."""
    how: str
    """How it was found, e.g. `the whole output` or `after "Answer:"`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unparsable:
    """That no answer could be found in an output; counts as a miss and is shown."""

    reason: str
    """What was looked for and not found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """How right an answer is."""

    value: float
    """From 0 (wrong) to 1 (right)."""
    parsed: Any = None
    """What was compared, after normalisation."""
    parts: dict[str, float] = field(default_factory=dict)
    """Scores of parts, such as JSON fields, each from 0 to 1."""
    why: str = ""
    """One short sentence, when the value alone doesn't say it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unscored:
    """That an answer can't be scored through no fault of the candidate, e.g. the example has no target."""

    reason: str
    """Why not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What all scorers together make of one answer."""

    status: AnswerStatus
    """The answer's own status, or `unparsable` when no answer was found in it."""
    scores: dict[str, float] = field(default_factory=dict)
    """Every score by its name."""
    score: float | None = None
    """The primary score; 0 for a refusal, a filtered, cut off, empty or unparsable answer; None when unscored."""
    matched: bool | None = None
    """Whether the primary score reaches `match_at`; None when unscored."""
    parsed: str | None = None
    """What was found and compared."""
    why: str | None = None
    """Why it's unparsable or unscored."""
    how: str | None = None
    """How the answer was found in the output, e.g. `after 'Answer:'`."""


# What judges gave, by scorer, example and answer.
Grades = Mapping[tuple[str, str, str], Score | Unscored]
