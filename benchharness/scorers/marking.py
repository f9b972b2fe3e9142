"""Put extraction and all scorers of a suite together into one mark."""

import json
from collections.abc import Callable, Sequence
from typing import Any

from benchharness.interfaces import Scorer
from benchharness.records.answer import Answer, AnswerStatus
from benchharness.records.example import Example
from benchharness.records.score import Mark, Score, Unparsable, Unscored
from benchharness.records.suite import Extract, ScorerEntry
from benchharness.scorers import make_scorer
from benchharness.scorers.extracting import extract

__all__ = ["Marker", "make_marker"]

Marker = Callable[[Example, Extract | None, Answer], Mark]


def make_marker(entries: Sequence[ScorerEntry], *, match_at: float, labels: Sequence[str] = ()) -> Marker:
    """Return what marks an answer; with no entries the scorer is `exact`.

    A refusal, a filtered, cut off or empty answer and one that can't be parsed are the candidate's own doing: score 0, no match,
    shown by their status. Where the target is empty itself, an empty answer is scored like any other. What can't be scored
    through no fault of the candidate has no score.
    """
    listed = list(entries) or [ScorerEntry(type="exact", primary=True)]
    scorers = [make_scorer(entry, labels=labels) for entry in listed]
    primary = next((at for at, entry in enumerate(listed) if entry.primary), 0)

    def mark(example: Example, how: Extract | None, answer: Answer) -> Mark:
        if answer.status is not AnswerStatus.ANSWERED and not _rightly_empty(answer, example):
            return _miss(answer.status, scorers, why=None)
        found = extract(answer.output, how)
        if isinstance(found, Unparsable):
            return _miss(AnswerStatus.UNPARSABLE, scorers, why=found.reason)
        results = [scorer.score(found.text, example) for scorer in scorers]
        decisive = results[primary]
        if isinstance(decisive, Unparsable):
            return _miss(AnswerStatus.UNPARSABLE, scorers, why=decisive.reason)
        scores = {scorer.name: _value(result) for scorer, result in zip(scorers, results, strict=True) if not isinstance(result, Unscored)}
        if isinstance(decisive, Unscored):
            return Mark(status=AnswerStatus.ANSWERED, scores=scores, why=decisive.reason)
        return Mark(
            status=AnswerStatus.ANSWERED,
            scores=scores,
            score=decisive.value,
            matched=decisive.value >= match_at,
            parsed=_text(decisive.parsed),
        )

    return mark


def _rightly_empty(answer: Answer, example: Example) -> bool:
    return answer.status is AnswerStatus.EMPTY and isinstance(example.target, str) and not example.target.strip()


def _miss(status: AnswerStatus, scorers: Sequence[Scorer], *, why: str | None) -> Mark:
    return Mark(status=status, scores={scorer.name: 0.0 for scorer in scorers}, score=0.0, matched=False, why=why)


def _value(result: Score | Unparsable | Unscored) -> float:
    return result.value if isinstance(result, Score) else 0.0


def _text(parsed: Any) -> str | None:
    return parsed if parsed is None or isinstance(parsed, str) else json.dumps(parsed, ensure_ascii=False)
