"""What a scorer makes of an answer."""

from dataclasses import dataclass, field
from typing import Any

__all__ = ["Parsed", "Score", "Unparsable", "Unscored"]


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
