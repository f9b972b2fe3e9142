"""Reference: a model says whether the answer says what the target says."""

from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar

from annotated_types import Ge, MinLen

from benchharness.records.score import Grades
from benchharness.records.scorer_traits import ScorerTraits
from benchharness.scorers.judged import JudgedScorer
from benchharness.scorers.rubric import checked_scale
from benchharness.scorers.rubrics import PASS_FAIL, Rubric, Scale

__all__ = ["Options", "make_judged", "rubric_of"]

CORRECT = "The answer says what the reference says, in whatever words, and nothing that contradicts it."


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Options of `reference`."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid"}
    traits: ClassVar[ScorerTraits] = ScorerTraits(asks_judges=True, says_right=True)

    judge: str | Annotated[tuple[str, ...], MinLen(1)]
    """One of the suite's `judges`, or several of them: a panel, whose score is the median."""
    criteria: Annotated[dict[str, str], MinLen(1)] = field(default_factory=lambda: {"correct": CORRECT})
    """Each criterion's name and what it asks; that the answer says what the target says, when unset."""
    scale: Scale = PASS_FAIL
    """`pass-fail`, or the lowest and the highest whole number, e.g. `[1, 5]`."""
    pass_at: float | None = None
    """The grade that every criterion must reach for a score of 1, else 0; without it the score is their mean on the scale."""
    instructions: str = ""
    """What else the judge is told."""
    most_characters: Annotated[int, Ge(100)] = 20_000
    """The most of an answer or target it's shown; of a longer one the middle is left out, and said to be."""

    def __post_init__(self) -> None:
        checked_scale(self.scale, self.pass_at)


def make_judged(_options: Options, name: str, grades: Grades | None) -> JudgedScorer:
    """Return the scorer."""
    return JudgedScorer(name, grades)


def rubric_of(options: Options) -> Rubric:
    """Return what its judge grades by."""
    return Rubric(
        criteria=options.criteria,
        scale=options.scale,
        pass_at=options.pass_at,
        instructions=options.instructions,
        shows_target=True,
        most_characters=options.most_characters,
    )
