"""Pairwise: a model names the better of two answers, asked in both orders; where the order decides it's a tie."""

from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar

from annotated_types import Ge, MinLen

from benchharness.records.judge import AGAINST_TARGET
from benchharness.records.score import Grades
from benchharness.records.scorer_traits import ScorerTraits
from benchharness.scorers.judged import JudgedScorer
from benchharness.scorers.rubrics import Rubric

__all__ = ["Options", "make_judged", "rubric_of"]

BETTER = "Which answer does the task better?"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Options of `pairwise`; the score is 1 for a win, 0.5 for a tie and 0 for a loss, so `match_at: 0.5` asks for equal or better."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid"}
    traits: ClassVar[ScorerTraits] = ScorerTraits(
        asks_judges=True, needs_target=lambda options: str(options.get("against", AGAINST_TARGET)) == AGAINST_TARGET
    )

    judge: str | Annotated[tuple[str, ...], MinLen(1)]
    """One of the suite's `judges`, or several of them: a panel, whose score is the median."""
    against: str = AGAINST_TARGET
    """What each answer is held against: `target`, or what another candidate answered: `NAME/PROMPT`, or `NAME` where it has one prompt."""
    criteria: Annotated[dict[str, str], MinLen(1)] = field(default_factory=lambda: {"better": BETTER})
    """Each criterion's name and what it asks."""
    instructions: str = ""
    """What else the judge is told."""
    most_characters: Annotated[int, Ge(100)] = 20_000
    """The most of an answer it's shown; of a longer one the middle is left out, and said to be."""


def make_judged(_options: Options, name: str, grades: Grades | None) -> JudgedScorer:
    """Return the scorer."""
    return JudgedScorer(name, grades)


def rubric_of(options: Options) -> Rubric:
    """Return what its judge compares by."""
    return Rubric(criteria=options.criteria, instructions=options.instructions, pairs=True, most_characters=options.most_characters)
