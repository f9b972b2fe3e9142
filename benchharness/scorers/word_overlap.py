"""F1 over words, as SQuAD's official script has it."""

from collections import Counter
from dataclasses import dataclass
from typing import Any, ClassVar

from benchharness.records.example import Example
from benchharness.records.score import Score, Unscored
from benchharness.records.scorer_traits import ScorerTraits
from benchharness.scorers.accepting import accepted_texts, best_of
from benchharness.scorers.normalising import Normalisation, normaliser
from benchharness.scorers.words import spaced

__all__ = ["Options", "WordOverlapScorer", "make"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Options of `f1`."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid"}
    traits: ClassVar[ScorerTraits] = ScorerTraits(literal=True)

    normalise: tuple[Normalisation, ...] = (Normalisation.SQUAD,)
    """What may differ; SQuAD's own rule when unset."""


def make(options: Options, name: str, _labels: tuple[str, ...]) -> "WordOverlapScorer":
    """Return the scorer."""
    return WordOverlapScorer(options, name)


class WordOverlapScorer:
    """The harmonic mean of the share of the answer's words that are the target's, and of the target's that are the answer's.

    The best over all accepted answers (Rajpurkar et al. 2016; with nothing on either side 1 only when both are, as in 2018).
    In scripts without blanks between words each letter is one (as in MLQA, Lewis et al. 2020).
    """

    version = 2

    def __init__(self, options: Options, name: str) -> None:
        self.name = name
        self._normalise = normaliser(options.normalise)

    def score(self, answer: str, example: Example) -> Score | Unscored:
        """Count the words both have."""
        accepted = accepted_texts(example)
        if not accepted:
            return Unscored(reason="the example has no target")
        text = self._normalise(answer)
        words = spaced(text).split()
        return Score(value=best_of(answer, accepted, lambda each: _f1(words, spaced(self._normalise(each)).split())), parsed=text)


def _f1(found: list[str], wanted: list[str]) -> float:
    if not found or not wanted:
        return float(found == wanted)
    shared = sum((Counter(found) & Counter(wanted)).values())
    return 2 * shared / (len(found) + len(wanted))
