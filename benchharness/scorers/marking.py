"""Put extraction and all scorers of a suite together into one mark."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchharness.interfaces import AnswerScorer, Scorer
from benchharness.records.answer import Answer, AnswerStatus
from benchharness.records.example import Example, answers_of
from benchharness.records.score import Grades, Mark, Parsed, Score, Unparsable, Unscored
from benchharness.records.suite import Extract, ScorerEntry
from benchharness.scorers import make_scorer
from benchharness.scorers.extracting import found_in, without_reasoning
from benchharness.scorers.thinking import NEVER_ENDED

__all__ = ["Marker", "deciding_scorer", "listed_scorers", "make_marker"]

Marker = Callable[[Example, Extract | None, Answer], Mark]
Result = Score | Unparsable | Unscored

NOTHING_BEHIND = "nothing follows the reasoning"


def listed_scorers(entries: Sequence[ScorerEntry]) -> tuple[ScorerEntry, ...]:
    """Return a suite's scorers; with none the scorer is `exact`."""
    return tuple(entries) or (ScorerEntry(type="exact", primary=True),)


def deciding_scorer(entries: Sequence[ScorerEntry]) -> ScorerEntry:
    """Return the scorer of a suite that decides: the primary one, else the first."""
    listed = listed_scorers(entries)
    return next((each for each in listed if each.primary), listed[0])


def make_marker(
    entries: Sequence[ScorerEntry], *, match_at: float, labels: Sequence[str] = (), folder: Path = Path(), grades: Grades | None = None
) -> Marker:
    """Return what marks an answer; with no entries the scorer is `exact`. `folder` is the suite file's, `grades` are the judges'.

    A refusal, a filtered, cut off or empty answer and one that can't be parsed are the candidate's own doing: score 0, no match,
    shown by their status. Where the target is empty itself, an empty answer is scored like any other. What can't be scored
    through no fault of the candidate has no score. No scorer sees what was thought before the answer. Where the deciding one can
    find nothing, the others keep what they found. Raises SetupError when a scorer needs what isn't there.
    """
    listed = listed_scorers(entries)
    scorers = [make_scorer(entry, labels=labels, folder=folder, grades=grades) for entry in listed]
    asked = [(scorer.name, _asker(scorer)) for scorer in scorers]
    primary = next((at for at, entry in enumerate(listed) if entry.primary), 0)

    def mark(example: Example, how: Extract | None, answer: Answer) -> Mark:
        told = without_reasoning(answer.output, how)
        whole = told == answer.output
        seen = answer if whole else replace(answer, output=told or "")
        status, why = _ending(seen, example, told=told, thought=not whole)
        if status is not AnswerStatus.ANSWERED:
            return _miss(seen, scorers, example, status=status, why=why)
        found = found_in(seen.output, how, whole=whole)
        if isinstance(found, Unparsable):
            return _miss(seen, scorers, example, status=AnswerStatus.UNPARSABLE, why=found.reason)
        if isinstance(found, Unscored):
            return Mark(status=AnswerStatus.ANSWERED, why=found.reason)
        results = [(name, ask(seen, found, example)) for name, ask in asked]
        decisive = results[primary][1]
        scores = {name: _value(result) for name, result in results if not isinstance(result, Unscored)}
        if isinstance(decisive, Unparsable):
            return Mark(status=AnswerStatus.UNPARSABLE, scores=scores, score=0.0, matched=False, why=decisive.reason)
        if isinstance(decisive, Unscored):
            return Mark(status=AnswerStatus.ANSWERED, scores=scores, why=decisive.reason, how=found.how)
        return Mark(
            status=AnswerStatus.ANSWERED,
            scores=scores,
            score=decisive.value,
            matched=decisive.value >= match_at,
            parsed=_text(decisive.parsed),
            how=found.how if not decisive.why else f"{found.how}; {decisive.why}",
        )

    return mark


def _ending(seen: Answer, example: Example, *, told: str | None, thought: bool) -> tuple[AnswerStatus, str | None]:
    """Return how an answer ended and why, its reasoning left out (None: never ended); an empty one is right where the target is empty."""
    if seen.status is AnswerStatus.ANSWERED and told is None:
        return AnswerStatus.UNPARSABLE, NEVER_ENDED
    behind = seen.status is AnswerStatus.ANSWERED and thought and not seen.output.strip()
    if seen.status is not AnswerStatus.EMPTY and not behind:
        return seen.status, None
    if any(not each.strip() for each in answers_of(example.target)):
        return AnswerStatus.ANSWERED, None
    return (AnswerStatus.UNPARSABLE, NOTHING_BEHIND) if behind else (AnswerStatus.EMPTY, None)


def _asker(scorer: Scorer | AnswerScorer) -> Callable[[Answer, Parsed, Example], Result]:
    """Return how a scorer is asked; found out once, as telling the two kinds apart takes longer than many a score."""
    if isinstance(scorer, AnswerScorer):
        return lambda answer, _found, example: scorer.score_answer(answer, example)
    return lambda _answer, found, example: scorer.score(found.text, example)


def _miss(answer: Answer, scorers: Sequence[Scorer | AnswerScorer], example: Example, *, status: AnswerStatus, why: str | None) -> Mark:
    """Return the mark of an answer that's a miss by its status; its form, time and cost are what they are."""
    results = [(each.name, each.score_answer(answer, example) if isinstance(each, AnswerScorer) else None) for each in scorers]
    scores = {name: 0.0 if each is None else _value(each) for name, each in results if not isinstance(each, Unscored)}
    return Mark(status=status, scores=scores, score=0.0, matched=False, why=why)


def _value(result: Score | Unparsable) -> float:
    return result.value if isinstance(result, Score) else 0.0


def _text(parsed: Any) -> str | None:
    return parsed if parsed is None or isinstance(parsed, str) else json.dumps(parsed, ensure_ascii=False)
