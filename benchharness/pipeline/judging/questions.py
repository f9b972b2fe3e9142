"""From a run's rows to what judges are asked of them, and back from their grades to scores."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from benchharness.digests import output_hash
from benchharness.records.answer import AnswerStatus
from benchharness.records.comparison import candidate_key
from benchharness.records.example import Example, several
from benchharness.records.judge import AGAINST_TARGET, JudgeQuestion, question_name
from benchharness.records.row import Row
from benchharness.records.score import Grades, Parsed, Score, Unscored
from benchharness.records.suite import Extract, ScorerEntry
from benchharness.scorers import make_rubric
from benchharness.scorers.extracting import extract
from benchharness.scorers.rubrics import Rubric

__all__ = ["Docket", "Given", "docket_of", "grades_of", "question_id", "target_text"]

Key = tuple[str, str, str]
TIE = 0.5
# A tie of identical answers needs no judge.
SAME = Score(value=TIE, why="both answers are the same")


@dataclass(slots=True, kw_only=True)
class Docket:
    """What judges are to be asked, and what needs no judge."""

    questions: dict[str, JudgeQuestion] = field(default_factory=dict)
    """By the name under which a question stands in judgements."""
    settled: dict[Key, Score | Unscored] = field(default_factory=dict)
    """By scorer, example and answer: a tie of equals, or why it can't be judged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What one judge made of one question."""

    judge: str
    """Whose."""
    score: Score | None
    """None without a grade."""
    error: str
    """Why not."""


def docket_of(
    rows: Iterable[Row], entries: Iterable[ScorerEntry], examples: Mapping[str, Example], extracts: Mapping[str, Extract | None]
) -> Docket:
    """Return what the judges of some scorers are asked about some rows: the same answer to the same example once.

    Answers that are misses by their status aren't asked about.
    """
    judged = tuple(entries)
    docket = Docket()
    kept = [(row, text) for row in rows if (text := _text_of(row, examples, extracts)) is not None]
    for entry in judged:
        rubric = make_rubric(entry)
        against = str(entry.options.get("against", AGAINST_TARGET)) if rubric.pairs else ""
        others = _others(kept, against)
        for row, text in kept:
            key = (entry.label, row.example_id, text)
            if key not in docket.settled and question_id(*key) not in docket.questions:
                _enter(docket, rubric, key, examples[row.example_id], against=against, others=others)
    return docket


def question_id(scorer: str, example_id: str, answer: str, *, swapped: bool = False) -> str:
    """Return the name of a question about an answer."""
    return question_name(scorer, example_id, output_hash(answer), swapped=swapped)


def _text_of(row: Row, examples: Mapping[str, Example], extracts: Mapping[str, Extract | None]) -> str | None:
    rightly_empty = row.status is AnswerStatus.EMPTY and examples[row.example_id].target == ""
    if row.output is None or not (row.status is AnswerStatus.ANSWERED or rightly_empty):
        return None
    found = extract(row.output, extracts.get(row.prompt))
    return found.text if isinstance(found, Parsed) else None


def _others(kept: Iterable[tuple[Row, str]], against: str) -> dict[str, str]:
    """Return what the candidate answered that others are held against, by example."""
    return {
        row.example_id: text
        for row, text in kept
        if row.repeat == 0 and against in (row.candidate, candidate_key(row.candidate, row.prompt)) and against != AGAINST_TARGET
    }


def _enter(docket: Docket, rubric: Rubric, key: Key, example: Example, *, against: str, others: Mapping[str, str]) -> None:
    label, example_id, text = key
    target = target_text(example.target)
    wants_target = rubric.shows_target or against == AGAINST_TARGET
    if wants_target and target is None:
        docket.settled[key] = Unscored(reason="the example has no target")
        return
    other = None
    if rubric.pairs:
        other = target if against == AGAINST_TARGET else others.get(example_id)
        if other is None:
            docket.settled[key] = Unscored(reason=f"{against} has no answer to hold it against")
            return
        if other == text:
            docket.settled[key] = SAME
            return
    for swapped in (False, True) if other is not None else (False,):
        docket.questions[question_id(*key, swapped=swapped)] = JudgeQuestion(
            scorer=label, example_id=example_id, task=example.text, answer=text, target=target, other=other, swapped=swapped
        )


def target_text(target: Any) -> str | None:
    """Return a target as a judge is shown it; None when there is none."""
    if target is None or isinstance(target, str):
        return target
    texts = several(target)
    return "\nor: ".join(texts) if texts else json.dumps(target, ensure_ascii=False) if target != [] else None


def grades_of(docket: Docket, given: Mapping[str, Iterable[Given]]) -> Grades:
    """Return the grade of every answer: of both orders the one that agrees, or a tie; of a panel the median.

    An answer that one of its judges gave no grade is unscored, with the reason.
    """
    found: dict[Key, Score | Unscored] = dict(docket.settled)
    by_answer: dict[Key, list[str]] = defaultdict(list)
    for name, question in docket.questions.items():
        by_answer[question.scorer, question.example_id, question.answer].append(name)
    for key, names in by_answer.items():
        by_judge: dict[str, list[Given]] = defaultdict(list)
        for name in names:
            for each in given.get(name, ()):
                by_judge[each.judge].append(each)
        found[key] = _panel(list(_each_judge(by_judge, orders=len(names))))
    return found


def _each_judge(by_judge: Mapping[str, list[Given]], *, orders: int) -> Iterator[Score | Unscored]:
    for judge, mine in by_judge.items():
        missing = next((each for each in mine if each.score is None), None)
        if missing is not None or len(mine) < orders:
            yield Unscored(reason=f"judge {judge}: {'not asked in both orders' if missing is None else missing.error}")
            continue
        scores = [each.score for each in mine if each.score is not None]
        values = {each.value for each in scores}
        first = scores[0]
        yield first if len(values) == 1 else Score(value=TIE, parsed=first.parsed, why="a tie: the order decides whom it prefers")


def _panel(each: list[Score | Unscored]) -> Score | Unscored:
    if not each:
        return Unscored(reason="not judged")
    missing = next((one for one in each if isinstance(one, Unscored)), None)
    if missing is not None:
        return missing
    scores = [one for one in each if isinstance(one, Score)]
    if len(scores) == 1:
        return scores[0]
    names = scores[0].parts
    parts = {name: median(one.parts[name] for one in scores) for name in names}
    return Score(value=float(median(one.value for one in scores)), parsed=[one.parsed for one in scores], parts=parts, why=scores[0].why)
