"""What sacrebleu's sentence scores share: an answer against every accepted one, from 0 to 1."""

from collections.abc import Callable
from typing import Any

from benchharness.records.example import Example
from benchharness.records.score import Score, Unparsable, Unscored
from benchharness.scorers.accepting import accepted_texts, incomparable

__all__ = ["SentenceMetricScorer"]


class SentenceMetricScorer:
    """A sentence score of sacrebleu's by 100; it takes all accepted answers as references."""

    version = 2

    def __init__(self, name: str, metric: Callable[[], Any], prepare: Callable[[str], str] = str) -> None:
        self.name = name
        self._metric = metric
        self._prepare = prepare

    def score(self, answer: str, example: Example) -> Score | Unparsable | Unscored:
        """Compare the answer with the accepted ones; one longer than 20,000 letters is unparsable."""
        accepted = accepted_texts(example)
        reason = incomparable(answer, accepted)
        if reason is not None:
            return reason
        wanted = [self._prepare(each) for each in accepted if each.strip()]
        if len(wanted) < len(accepted) and not answer.strip():
            return Score(value=1.0, parsed=answer)
        if not wanted:
            return Score(value=0.0, parsed=answer)
        return Score(value=min(1.0, float(self._metric().sentence_score(self._prepare(answer), wanted).score) / 100), parsed=answer)
