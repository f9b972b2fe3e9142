"""BLEU of one answer: how many of its word sequences stand in a reference."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any, ClassVar

from benchharness.records.scorer_traits import ScorerTraits
from benchharness.scorers.extras import require
from benchharness.scorers.sentence_metric import SentenceMetricScorer
from benchharness.scorers.words import spaced

__all__ = ["Options", "Tokenizer", "make"]


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
    traits: ClassVar[ScorerTraits] = ScorerTraits(literal=True, slow=True)

    tokenize: Tokenizer = Tokenizer.MTEVAL_13A
    """`13a` as WMT does it, letter by letter in scripts without blanks; `intl`, `zh`, `char`, or `none` for a text that's split already."""
    lowercase: bool = False
    """Whether case matters not."""


def make(options: Options, name: str, _labels: tuple[str, ...]) -> SentenceMetricScorer:
    """Return sentence BLEU (Papineni et al. 2002) by sacrebleu, with its effective order; SetupError without the extra `text`.

    Every accepted answer is a reference. The mean over examples is no corpus BLEU: that counts all sequences of all answers
    together.
    """
    require("text", "bleu", "sacrebleu")
    prepare = spaced if options.tokenize == Tokenizer.MTEVAL_13A else str
    return SentenceMetricScorer(name, lambda: _metric(str(options.tokenize), options.lowercase), prepare)


@cache
def _metric(tokenize: str, lowercase: bool) -> Any:
    from sacrebleu.metrics import BLEU

    return BLEU(effective_order=True, tokenize=tokenize, lowercase=lowercase)
