"""What `bench score` tells beside the verdict: how consistent repeats are, and how answers were found."""

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["Consistency", "FoundAnswer"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Consistency:
    """One candidate over repeats of the same questions."""

    candidate: str
    """`candidate/prompt`."""
    examples: int
    """Examples with more than one measured answer."""
    same_answer: float
    """The share of repeats that give the example's most frequent parsed answer, the mean over examples, from 0 to 1."""
    readable: float
    """The share of repeats in which an answer could be found, the mean over examples, from 0 to 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundAnswer:
    """One answer, what was found in it, how, and what it scored."""

    candidate: str
    """`candidate/prompt`."""
    example_id: str
    """Whose answer."""
    output: str
    """What was said."""
    target: str | None
    """The reference."""
    status: str
    """How it ended."""
    parsed: str | None
    """What was found in it and compared."""
    how: str
    """How it was found, or why it wasn't."""
    scores: Mapping[str, float] = field(default_factory=dict)
    """Every score by name."""
    matched: bool | None = None
    """Whether it matches now."""
    was: bool | None = None
    """Whether it matched before it was scored again."""
