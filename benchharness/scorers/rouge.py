"""ROUGE: how much of a reference text an answer has, by words, pairs of words or the longest common sequence."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any, ClassVar

from benchharness.records.example import Example
from benchharness.records.score import Score, Unscored
from benchharness.scorers.accepting import accepted_texts
from benchharness.scorers.extras import require

__all__ = ["Measure", "Options", "RougeScorer", "Variant", "make"]

# ROUGE-L's time grows with the product of both lengths; 20,000 letters on both sides take some seconds.
LONGEST_TEXT = 20_000


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

    variant: Variant = Variant.ROUGE_L
    """`rouge1` words, `rouge2` pairs of words, `rougeL` longest common sequence, `rougeLsum` the same by lines."""
    measure: Measure = Measure.F1
    """`f1`, `precision` or `recall`."""
    stemmer: bool = False
    """Whether Porter's stemmer makes `walks` and `walked` one word; English only."""


def make(options: Options, name: str, _labels: tuple[str, ...]) -> "RougeScorer":
    """Return the scorer; SetupError without the extra `text`."""
    require("text", "rouge", "rouge_score")
    return RougeScorer(options, name)


class RougeScorer:
    """ROUGE (Lin 2004) by the package rouge-score, the best over the accepted answers. Letters and digits of English only count."""

    version = 1

    def __init__(self, options: Options, name: str) -> None:
        self.name = name
        self._options = options

    def score(self, answer: str, example: Example) -> Score | Unscored:
        """Compare the answer with every accepted one; texts beyond 20,000 letters are unscored."""
        accepted = accepted_texts(example)
        if not accepted:
            return Unscored(reason="the example has no target")
        if max(len(answer), *map(len, accepted)) > LONGEST_TEXT:
            return Unscored(reason=f"longer than {LONGEST_TEXT:,} letters")
        variant, scorer = self._options.variant.value, _scorer(self._options.variant.value, self._options.stemmer)
        field = "fmeasure" if self._options.measure == Measure.F1 else self._options.measure.value
        value = max(float(getattr(scorer.score(each, answer)[variant], field)) for each in accepted)
        return Score(value=value, parsed=answer)


@cache
def _scorer(variant: str, stemmer: bool) -> Any:
    from rouge_score.rouge_scorer import RougeScorer as Reference

    return Reference([variant], use_stemmer=stemmer)
