"""ROUGE: how much of a reference text an answer has, by words, pairs of words or the longest common sequence."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any, ClassVar

from benchharness.records.example import Example
from benchharness.records.score import Score, Unparsable, Unscored
from benchharness.records.scorer_traits import ScorerTraits
from benchharness.scorers.accepting import accepted_texts, best_of, incomparable
from benchharness.scorers.extras import require
from benchharness.scorers.words import split_words

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
    traits: ClassVar[ScorerTraits] = ScorerTraits(literal=True, slow=True)

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
    """ROUGE (Lin 2004) by the package rouge-score, the best over the accepted answers.

    Its own words are of English letters and digits; a text with any others is cut into Unicode's words, and letter by letter in
    scripts without blanks. Texts without a word are 1 when they are the same.
    """

    version = 2

    def __init__(self, options: Options, name: str) -> None:
        self.name = name
        self._options = options

    def score(self, answer: str, example: Example) -> Score | Unparsable | Unscored:
        """Compare the answer with every accepted one; one longer than 20,000 letters is unparsable."""
        accepted = accepted_texts(example)
        reason = incomparable(answer, accepted)
        if reason is not None:
            return reason
        field = "fmeasure" if self._options.measure == Measure.F1 else str(self._options.measure)
        return Score(value=best_of(answer, accepted, lambda each: float(getattr(self._measured(each, answer), field))), parsed=answer)

    def _measured(self, target: str, answer: str) -> Any:
        """Return precision, recall and F1; ROUGE-L by a faster loop than rouge-score's, which takes ten times as long."""
        from rapidfuzz.distance import LCSseq
        from rouge_score import scoring

        stemmer, variant = self._options.stemmer, str(self._options.variant)
        if target.strip() == answer.strip() and not (target.isascii() and _words(target, stemmer)):
            return scoring.Score(precision=1, recall=1, fmeasure=1)
        if self._options.variant != Variant.ROUGE_L:
            return _scorer(variant, stemmer).score(target, answer)[variant]
        wanted, found = _words(target, stemmer), _words(answer, stemmer)
        if not wanted or not found:
            return scoring.Score(precision=0, recall=0, fmeasure=0)
        shared = LCSseq.similarity(wanted, found)
        precision, recall = shared / len(found), shared / len(wanted)
        return scoring.Score(precision=precision, recall=recall, fmeasure=scoring.fmeasure(precision, recall))


def _words(text: str, stemmer: bool) -> list[str]:
    words: list[str] = _tokenizer(stemmer).tokenize(text)
    return words


class _Words:
    """rouge-score's words where a text is ASCII, else Unicode's; those of English letters are stemmed as it does."""

    def __init__(self, stemmer: bool) -> None:
        from rouge_score.tokenizers import DefaultTokenizer

        self._stemmed = stemmer
        self._reference = DefaultTokenizer(stemmer)

    def tokenize(self, text: str) -> list[str]:
        """Return a text's words."""
        if text.isascii():
            own: list[str] = self._reference.tokenize(text)
            return own
        words = split_words(text)
        return [part for word in words for part in (self._reference.tokenize(word) if self._stemmed and word.isascii() else [word])]


@cache
def _tokenizer(stemmer: bool) -> _Words:
    return _Words(stemmer)


@cache
def _scorer(variant: str, stemmer: bool) -> Any:
    from rouge_score.rouge_scorer import RougeScorer as Reference

    return Reference([variant], tokenizer=_tokenizer(stemmer))
