"""Levenshtein: how few letters would have to change."""

from dataclasses import dataclass
from typing import Any, ClassVar

from benchharness.records.example import Example
from benchharness.records.score import Score, Unparsable, Unscored
from benchharness.records.scorer_traits import ScorerTraits
from benchharness.scorers.accepting import accepted_texts, best_of, incomparable
from benchharness.scorers.extras import require
from benchharness.scorers.normalising import Normalisation, normaliser

__all__ = ["LevenshteinScorer", "Options", "make"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Options of `levenshtein`."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid"}
    traits: ClassVar[ScorerTraits] = ScorerTraits(literal=True)

    normalise: tuple[Normalisation, ...] = (Normalisation.STRIP,)
    """What may differ at no cost."""


def make(options: Options, name: str, _labels: tuple[str, ...]) -> "LevenshteinScorer":
    """Return the scorer; SetupError without the extra `text`."""
    require("text", "levenshtein", "rapidfuzz")
    return LevenshteinScorer(options, name)


class LevenshteinScorer:
    """1 minus the edit distance (Levenshtein 1966) by the longer text's length; the nearest accepted answer counts."""

    version = 2

    def __init__(self, options: Options, name: str) -> None:
        self.name = name
        self._normalise = normaliser(options.normalise)

    def score(self, answer: str, example: Example) -> Score | Unparsable | Unscored:
        """Compare the answer with every accepted one; one longer than 20,000 letters is unparsable."""
        from rapidfuzz.distance import Levenshtein

        accepted = accepted_texts(example)
        text = self._normalise(answer)
        reason = incomparable(text, [self._normalise(each) for each in accepted])
        if reason is not None:
            return reason

        def alike(wanted: str) -> float:
            plain = self._normalise(wanted)
            return float(Levenshtein.normalized_similarity(text, plain) if plain else answer.strip() == wanted.strip())

        return Score(value=best_of(answer, accepted, alike), parsed=text)
