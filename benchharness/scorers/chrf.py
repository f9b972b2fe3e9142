"""chrF: F-score over sequences of letters, which forgives endings and needs no words."""

from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, ClassVar

from annotated_types import Ge, Le

from benchharness.records.example import Example
from benchharness.records.score import Score, Unparsable, Unscored
from benchharness.scorers.accepting import accepted_texts, incomparable
from benchharness.scorers.extras import require

__all__ = ["ChrfScorer", "Options", "make"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Options of `chrf`."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid"}

    word_order: Annotated[int, Ge(0), Le(4)] = 0
    """Also count sequences of so many words; 2 is chrF++."""
    lowercase: bool = False
    """Whether case matters not."""


def make(options: Options, name: str, _labels: tuple[str, ...]) -> "ChrfScorer":
    """Return the scorer; SetupError without the extra `text`."""
    require("text", "chrf", "sacrebleu")
    return ChrfScorer(options, name)


class ChrfScorer:
    """Sentence chrF2 (Popovic 2015) by sacrebleu, by 100; the best over the accepted answers, as sacrebleu picks it."""

    version = 1

    def __init__(self, options: Options, name: str) -> None:
        self.name = name
        self._options = options

    def score(self, answer: str, example: Example) -> Score | Unparsable | Unscored:
        """Compare the answer with the accepted ones; one longer than 20,000 letters is unparsable."""
        accepted = accepted_texts(example)
        reason = incomparable(answer, accepted)
        if reason is not None:
            return reason
        metric = _metric(self._options.word_order, self._options.lowercase)
        return Score(value=min(1.0, float(metric.sentence_score(answer, list(accepted)).score) / 100), parsed=answer)


@cache
def _metric(word_order: int, lowercase: bool) -> Any:
    from sacrebleu.metrics import CHRF

    return CHRF(word_order=word_order, lowercase=lowercase)
