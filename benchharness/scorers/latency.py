"""Latency: the answer came in time."""

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from annotated_types import Gt

from benchharness.records.answer import Answer
from benchharness.records.example import Example
from benchharness.records.score import Score, Unscored
from benchharness.records.scorer_traits import ScorerTraits

__all__ = ["LatencyScorer", "Options", "make"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Options of `latency`."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid"}
    traits: ClassVar[ScorerTraits] = ScorerTraits(beside_rightness=True, reads_time_or_cost=True)

    most_s: Annotated[float, Gt(0)]
    """The longest it may take, in seconds."""


def make(options: Options, name: str, _labels: tuple[str, ...]) -> "LatencyScorer":
    """Return the scorer."""
    return LatencyScorer(options, name)


class LatencyScorer:
    """1 when the answer took no longer, else 0; unscored for a stored answer, which tells no latency of today. Needs no target."""

    version = 1

    def __init__(self, options: Options, name: str) -> None:
        self.name = name
        self._most_s = options.most_s

    def score_answer(self, answer: Answer, _example: Example) -> Score | Unscored:
        """Compare the seconds with the limit."""
        if answer.latency_s is None:
            return Unscored(reason="how long it took wasn't measured")
        return Score(value=float(answer.latency_s <= self._most_s))
