"""Contains: the target stands somewhere in the answer."""

from dataclasses import dataclass
from typing import Any, ClassVar

from benchharness.records.example import Example
from benchharness.records.score import Score, Unscored
from benchharness.records.scorer_traits import ScorerTraits
from benchharness.scorers.accepting import accepted_texts
from benchharness.scorers.normalising import Normalisation, normaliser

__all__ = ["ContainsScorer", "Options", "make"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Options of `contains`."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid"}
    traits: ClassVar[ScorerTraits] = ScorerTraits(literal=True, never_empty=True, says_right=True)

    all_of: bool = False
    """With a list of targets: whether all of them must stand in the answer, or any."""
    normalise: tuple[Normalisation, ...] = (Normalisation.COLLAPSE_SPACES, Normalisation.CASEFOLD)
    """What may differ."""


def make(options: Options, name: str, _labels: tuple[str, ...]) -> "ContainsScorer":
    """Return the scorer."""
    return ContainsScorer(options, name)


class ContainsScorer:
    """1 when the target stands in the answer, else 0. Forgiven: anything around it, so `not X` contains X.

    An empty target stands in an empty answer alone; beside others that must all be there it asks for nothing.
    """

    version = 2

    def __init__(self, options: Options, name: str) -> None:
        self.name = name
        self._all_of = options.all_of
        self._normalise = normaliser(options.normalise)

    def score(self, answer: str, example: Example) -> Score | Unscored:
        """Look for the target in the answer."""
        # An empty text stands in every answer, so it's no answer.
        accepted = [each for each in accepted_texts(example) if each.strip()]
        if not accepted:
            return Unscored(reason="the example has no target that could stand in an answer")
        text = self._normalise(answer)
        hits = [self._holds(answer, text, each) for each in accepted]
        return Score(value=float(all(hits) if self._all_of else any(hits)), parsed=text)

    def _holds(self, answer: str, text: str, wanted: str) -> bool:
        plain = self._normalise(wanted)
        # A target of signs alone is looked for as it's written.
        return plain in text if plain else wanted.strip() in answer
