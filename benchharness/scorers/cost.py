"""Cost: the answer was cheap enough."""

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from annotated_types import Ge

from benchharness.records.answer import Answer
from benchharness.records.example import Example
from benchharness.records.score import Score, Unscored
from benchharness.records.scorer_traits import ScorerTraits

__all__ = ["CostScorer", "Options", "make"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Options of `cost`."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid"}
    traits: ClassVar[ScorerTraits] = ScorerTraits(beside_rightness=True, reads_time_or_cost=True)

    most_usd: Annotated[float, Ge(0)]
    """The most one answer may cost, in US dollars."""


def make(options: Options, name: str, _labels: tuple[str, ...]) -> "CostScorer":
    """Return the scorer."""
    return CostScorer(options, name)


class CostScorer:
    """1 when the answer cost no more, else 0; unscored where the price isn't known, which is not 0. Needs no target."""

    version = 1

    def __init__(self, options: Options, name: str) -> None:
        self.name = name
        self._most_usd = options.most_usd

    def score_answer(self, answer: Answer, _example: Example) -> Score | Unscored:
        """Compare the dollars with the limit."""
        if answer.cost_usd is None:
            return Unscored(reason="what it cost isn't known")
        return Score(value=float(answer.cost_usd <= self._most_usd))
