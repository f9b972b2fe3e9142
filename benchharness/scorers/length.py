"""Length: the answer is neither too short nor too long."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, ClassVar

from annotated_types import Ge

from benchharness.records.example import Example
from benchharness.records.score import Score
from benchharness.records.scorer_traits import ScorerTraits

__all__ = ["LengthScorer", "Options", "Unit", "make"]


class Unit(StrEnum):
    """What is counted."""

    WORDS = "words"
    CHARACTERS = "characters"
    LINES = "lines"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Options of `length`; give `least`, `most` or both."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid"}
    traits: ClassVar[ScorerTraits] = ScorerTraits(beside_rightness=True)

    unit: Unit = Unit.WORDS
    """`words` (between blanks), `characters` or `lines` (empty ones left out)."""
    least: Annotated[int, Ge(0)] | None = None
    """The fewest allowed."""
    most: Annotated[int, Ge(0)] | None = None
    """The most allowed."""

    def __post_init__(self) -> None:
        if self.least is None and self.most is None:
            raise ValueError("needs least, most or both")
        if self.least is not None and self.most is not None and self.least > self.most:
            raise ValueError(f"no answer has at least {self.least} and at most {self.most}")


def make(options: Options, name: str, _labels: tuple[str, ...]) -> "LengthScorer":
    """Return the scorer."""
    return LengthScorer(options, name)


class LengthScorer:
    """1 when the answer's length is within the limits, else 0. Needs no target; of an output the extracted answer is counted."""

    version = 1

    def __init__(self, options: Options, name: str) -> None:
        self.name = name
        self._options = options

    def score(self, answer: str, _example: Example) -> Score:
        """Count."""
        counts = {
            Unit.WORDS: lambda: len(answer.split()),
            Unit.CHARACTERS: lambda: len(answer),
            Unit.LINES: lambda: sum(bool(line.strip()) for line in answer.splitlines()),
        }
        count = counts[Unit(self._options.unit)]()
        fits = count >= (self._options.least or 0) and (self._options.most is None or count <= self._options.most)
        return Score(value=float(fits), parsed=str(count))
