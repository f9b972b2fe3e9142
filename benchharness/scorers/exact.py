"""Exact: the answer equals the target, but for the named normalisations."""

from dataclasses import dataclass
from typing import Any, ClassVar

from benchharness.records.example import Example
from benchharness.records.score import Score, Unscored
from benchharness.records.scorer_traits import ScorerTraits
from benchharness.scorers.accepting import accepted_texts, is_same
from benchharness.scorers.normalising import Normalisation, normaliser

__all__ = ["ExactScorer", "Options", "make"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Options of `exact`."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid"}
    traits: ClassVar[ScorerTraits] = ScorerTraits(literal=True, says_right=True)

    normalise: tuple[Normalisation, ...] = (Normalisation.STRIP,)
    """What may differ, in the order given: `strip`, `casefold`, `collapse-spaces`, `strip-punctuation`, `nfkc`, `thousands`, `squad`.

    `thousands` makes 1,234 and 1234 one; `squad` is the exact match of SQuAD's official script: case, punctuation, articles
    and blanks may differ.
    """


def make(options: Options, name: str, _labels: tuple[str, ...]) -> "ExactScorer":
    """Return the scorer."""
    return ExactScorer(options, name)


class ExactScorer:
    """1 when the answer equals an accepted answer, else 0. Not forgiven: words around the answer."""

    version = 2

    def __init__(self, options: Options, name: str) -> None:
        self.name = name
        self._normalise = normaliser(options.normalise)
        # SQuAD's script has it that "the" is "a": of both nothing is left.
        self._official = Normalisation.SQUAD in options.normalise

    def score(self, answer: str, example: Example) -> Score | Unscored:
        """Compare the answer with every accepted one."""
        accepted = accepted_texts(example)
        if not accepted:
            return Unscored(reason="the example has no target")
        found = self._normalise(answer)
        return Score(value=float(any(self._right(answer, found, each) for each in accepted)), parsed=found)

    def _right(self, answer: str, found: str, wanted: str) -> bool:
        if self._official and wanted.strip():
            return found == self._normalise(wanted)
        return is_same(answer, wanted, self._normalise)
