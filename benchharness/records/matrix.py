"""The decision matrix: seven criteria, scored from 1 to 5 for each path and weighted; it informs and outvotes nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, Literal

from annotated_types import Ge, Le

__all__ = ["CRITERIA", "Matrix", "MatrixPlan", "MatrixRow", "PathScores"]

STRICT: dict[str, Any] = {"extra": "forbid"}
Criterion = Literal["accuracy", "data", "time", "budget", "skills", "differentiation", "regulation"]
CRITERIA: tuple[Criterion, ...] = ("accuracy", "data", "time", "budget", "skills", "differentiation", "regulation")
Score = Annotated[int, Ge(1), Le(5)]
Weight = Annotated[float, Ge(0), Le(100)]


@dataclass(frozen=True, slots=True, kw_only=True)
class PathScores:
    """What the team scores a path at, 1 worst to 5 best."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    prompt: Score | None = None
    """Prompting an API."""
    fine_tuned: Score | None = None
    """The fine-tune."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixPlan:
    """How the seven criteria are weighted, and scores for those no run can measure."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    weights: dict[Criterion, Weight] = field(default_factory=dict)
    """By criterion; 1 where unset."""
    scores: dict[Criterion, PathScores] = field(default_factory=dict)
    """The team's own scores; they stand where nothing was measured, and never instead of a measurement."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixRow:
    """One criterion."""

    criterion: str
    """Its name."""
    weight: float
    """As stated, else 1."""
    prompt: int | None
    """Score of prompting; None: nobody knows."""
    fine_tuned: int | None
    """Score of the matrix's own path; None: nobody knows."""
    measured: bool
    """Whether the evidence gave the scores; else the team did."""
    why: str
    """What they rest on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """All criteria and their weighted totals."""

    own: str = "fine-tune"
    """Whose the second scores are: the fine-tune's or the self-hosted model's."""
    rows: tuple[MatrixRow, ...]
    """In the source's order."""
    totals: Mapping[str, tuple[float, float]]
    """Weighted mean by path, from all unknown scores at 1 to all at 5: one number where nothing is unknown."""
