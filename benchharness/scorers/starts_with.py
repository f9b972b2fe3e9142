"""Starts with: the answer begins with the target."""

from dataclasses import dataclass
from typing import Any, ClassVar

from benchharness.records.example import Example
from benchharness.records.score import Score, Unscored
from benchharness.records.scorer_traits import ScorerTraits
from benchharness.scorers.accepting import accepted_texts
from benchharness.scorers.normalising import Normalisation, normaliser

__all__ = ["Options", "StartsWithScorer", "make"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Options of `starts-with`."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid"}
    traits: ClassVar[ScorerTraits] = ScorerTraits(literal=True, never_empty=True, says_right=True)

    normalise: tuple[Normalisation, ...] = (Normalisation.STRIP, Normalisation.CASEFOLD)
    """What may differ."""


def make(options: Options, name: str, _labels: tuple[str, ...]) -> "StartsWithScorer":
    """Return the scorer."""
    return StartsWithScorer(options, name)


class StartsWithScorer:
    """1 when the answer begins with an accepted answer, else 0. Forgiven: whatever follows, so `not` begins `nothing`."""

    version = 2

    def __init__(self, options: Options, name: str) -> None:
        self.name = name
        self._normalise = normaliser(options.normalise)

    def score(self, answer: str, example: Example) -> Score | Unscored:
        """Compare the answer's beginning with every accepted one."""
        # An empty text begins every answer, so it's no answer.
        accepted = [each for each in accepted_texts(example) if each.strip()]
        if not accepted:
            return Unscored(reason="the example has no target that could begin an answer")
        text = self._normalise(answer)
        return Score(value=float(any(self._begins(answer, text, each) for each in accepted)), parsed=text)

    def _begins(self, answer: str, text: str, wanted: str) -> bool:
        plain = self._normalise(wanted)
        # A target of signs alone is compared as it's written.
        return text.startswith(plain) if plain else answer.strip().startswith(wanted.strip())
