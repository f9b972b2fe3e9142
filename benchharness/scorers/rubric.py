"""Rubric: a model grades the answer by named criteria, reasons first."""

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from annotated_types import Ge, MinLen

from benchharness.records.score import Grades
from benchharness.records.scorer_traits import ScorerTraits
from benchharness.scorers.judged import JudgedScorer
from benchharness.scorers.rubrics import PASS_FAIL, Rubric, Scale

__all__ = ["Options", "checked_scale", "make_judged", "rubric_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Options of `rubric`."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid"}
    traits: ClassVar[ScorerTraits] = ScorerTraits(asks_judges=True, needs_target=lambda options: bool(options.get("show_target")))

    judge: str | Annotated[tuple[str, ...], MinLen(1)]
    """One of the suite's `judges`, or several of them: a panel, whose score is the median."""
    criteria: Annotated[dict[str, str], MinLen(1)]
    """Each criterion's name and what it asks, e.g. `{accurate: Every number stands in the report.}`."""
    scale: Scale = PASS_FAIL
    """`pass-fail`, or the lowest and the highest whole number, e.g. `[1, 5]`."""
    pass_at: float | None = None
    """The grade that every criterion must reach for a score of 1, else 0; without it the score is their mean on the scale."""
    instructions: str = ""
    """What else the judge is told."""
    show_target: bool = False
    """Whether the judge sees the target as a reference."""
    most_characters: Annotated[int, Ge(100)] = 20_000
    """The most of an answer it's shown; of a longer one the middle is left out, and said to be."""

    def __post_init__(self) -> None:
        checked_scale(self.scale, self.pass_at)


def checked_scale(scale: Scale, pass_at: float | None) -> None:
    """Raise ValueError for a scale that is none, or a pass that's off it."""
    if scale == PASS_FAIL:
        if pass_at is not None:
            raise ValueError("pass_at needs a scale of numbers, e.g. scale: [1, 5]")
        return
    low, high = scale
    if not low < high:
        raise ValueError(f"expected the scale's lowest number first, got [{low}, {high}]")
    if pass_at is not None and not low < pass_at <= high:
        raise ValueError(f"expected pass_at to be above {low} and at most {high}, got {pass_at:g}")


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
        shows_target=options.show_target,
        most_characters=options.most_characters,
    )
