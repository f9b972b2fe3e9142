"""ROUGE: how much of a reference text an answer has, by words, pairs of words or the longest common sequence."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any, ClassVar

from benchharness.records.example import Example
from benchharness.records.score import Score, Unparsable, Unscored
from benchharness.records.scorer_traits import ScorerTraits
from benchharness.scorers.accepting import accepted_texts, incomparable
from benchharness.scorers.extras import require

__all__ = ["Measure", "Options", "RougeScorer", "Variant", "make"]


class Variant(StrEnum):
    """What is counted."""

    ROUGE_1 = "rouge1"
    ROUGE_2 = "rouge2"
    ROUGE_L = "rougeL"
    ROUGE_LSUM = "rougeLsum"


class Measure(StrEnum):
    """What of it is the score."""

    F1 = "f1"
    PRECISION = "precision"
    RECALL = "recall"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Options of `rouge`."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid"}
    traits: ClassVar[ScorerTraits] = ScorerTraits(slow=True)

    variant: Variant = Variant.ROUGE_L
    """`rouge1` words, `rouge2` pairs of words, `rougeL` longest common sequence, `rougeLsum` the same by lines."""
    measure: Measure = Measure.F1
    """`f1`, `precision` or `recall`."""
    stemmer: bool = False
    """Whether Porter's stemmer makes `walks` and `walked` one word; English only."""


def make(options: Options, name: str, _labels: tuple[str, ...]) -> "RougeScorer":
    """Return the scorer; SetupError without the extra `text`."""
    require("text", "rouge", "rouge_score", "rapidfuzz")
    return RougeScorer(options, name)


class RougeScorer:
    """ROUGE (Lin 2004) by the package rouge-score, the best over the accepted answers. Letters and digits of English only count."""

    version = 1

    def __init__(self, options: Options, name: str) -> None:
        self.name = name
        self._options = options

    def score(self, answer: str, example: Example) -> Score | Unparsable | Unscored:
        """Compare the answer with every accepted one; one longer than 20,000 letters is unparsable."""
        accepted = accepted_texts(example)
        reason = incomparable(answer, accepted)
        if reason is not None:
            return reason
        if self._options.variant == Variant.ROUGE_L:
            values = [self._longest_sequence(each, answer) for each in accepted]
        else:
            variant = str(self._options.variant)
            scorer = _scorer(variant, self._options.stemmer)
            values = [scorer.score(each, answer)[variant] for each in accepted]
        field = "fmeasure" if self._options.measure == Measure.F1 else str(self._options.measure)
        return Score(value=max(float(getattr(each, field)) for each in values), parsed=answer)

    def _longest_sequence(self, target: str, answer: str) -> Any:
        """Return ROUGE-L as rouge-score has it, with its words; its loop over both texts in Python takes ten times as long."""
        from rapidfuzz.distance import LCSseq
        from rouge_score import scoring

        wanted, found = _words(target, self._options.stemmer), _words(answer, self._options.stemmer)
        if not wanted or not found:
            return scoring.Score(precision=0, recall=0, fmeasure=0)
        shared = LCSseq.similarity(wanted, found)
        precision, recall = shared / len(found), shared / len(wanted)
        return scoring.Score(precision=precision, recall=recall, fmeasure=scoring.fmeasure(precision, recall))


def _words(text: str, stemmer: bool) -> list[str]:
    words: list[str] = _tokenizer(stemmer).tokenize(text)
    return words


@cache
def _tokenizer(stemmer: bool) -> Any:
    from rouge_score.tokenizers import DefaultTokenizer

    return DefaultTokenizer(stemmer)


@cache
def _scorer(variant: str, stemmer: bool) -> Any:
    from rouge_score.rouge_scorer import RougeScorer as Reference

    return Reference([variant], use_stemmer=stemmer)
