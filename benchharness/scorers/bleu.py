"""BLEU of one answer: how many of its word sequences stand in a reference."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any, ClassVar

from benchharness.records.example import Example
from benchharness.records.score import Score, Unparsable, Unscored
from benchharness.scorers.accepting import accepted_texts, incomparable
from benchharness.scorers.extras import require

__all__ = ["BleuScorer", "Options", "Tokenizer", "make"]


class Tokenizer(StrEnum):
    """How a text becomes words; those that would download something are left out."""

    MTEVAL_13A = "13a"
    INTERNATIONAL = "intl"
    CHINESE = "zh"
    LETTERS = "char"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Options of `bleu`."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid"}

    tokenize: Tokenizer = Tokenizer.MTEVAL_13A
    """`13a` as WMT does it, `intl`, `zh`, `char`, or `none` for a text that's split already."""
    lowercase: bool = False
    """Whether case matters not."""


def make(options: Options, name: str, _labels: tuple[str, ...]) -> "BleuScorer":
    """Return the scorer; SetupError without the extra `text`."""
    require("text", "bleu", "sacrebleu")
    return BleuScorer(options, name)


class BleuScorer:
    """Sentence BLEU (Papineni et al. 2002) by sacrebleu, with its effective order, by 100; every accepted answer is a reference.

    The mean over examples is no corpus BLEU: that counts all sequences of all answers together.
    """

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
        metric = _metric(str(self._options.tokenize), self._options.lowercase)
        return Score(value=min(1.0, float(metric.sentence_score(answer, list(accepted)).score) / 100), parsed=answer)


@cache
def _metric(tokenize: str, lowercase: bool) -> Any:
    from sacrebleu.metrics import BLEU

    return BLEU(effective_order=True, tokenize=tokenize, lowercase=lowercase)
