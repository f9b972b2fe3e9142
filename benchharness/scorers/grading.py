"""Read what a judge replied: the last valid grade binds."""

import re
from collections.abc import Mapping
from typing import Any

from benchharness.records.judge import JudgeQuestion
from benchharness.records.score import Score
from benchharness.scorers.json_finding import values_in
from benchharness.scorers.rubrics import PASS_FAIL, WINNERS, Rubric
from benchharness.scorers.thinking import said

__all__ = ["read_grade"]

# A reply is a model's text: read from its end, and no more of it than a judge needs.
LONGEST_REPLY = 50_000
# What may not follow the grade that binds: it would be the verdict, and the one before it a quotation.
ANOTHER_ATTEMPT = re.compile(r"[{}]|\bgrades?\b|\bwinner\b", re.IGNORECASE)
LONGEST_REASONS = 2_000


def read_grade(rubric: Rubric, question: JudgeQuestion, reply: str) -> Score | None:
    """Return the last valid grade in a reply, 0 to 1; None when there is none.

    A judge that quotes the answer's own claim before it grades is understood; a grade off the scale is none, and neither is one
    that stands in its thoughts. A comma too many, a raw line break and the case of a key are forgiven. What a judge says
    after it may be no other attempt at a grade: then nobody can tell a quotation from the verdict, and there is none. Of a
    pair: 1 when the answer wins, 0.5 for a tie, 0 when it loses.
    """
    told = said(reply).answer
    if told is None:
        return None
    values, text = values_in(told[-LONGEST_REPLY:], lenient=True)
    objects = [(one, each.end) for each in values for one in (each.value if isinstance(each.value, list) else [each.value])]
    for one, end in reversed(objects):
        value = _folded(one) if isinstance(one, Mapping) else None
        found = None if value is None else _pair(question, value) if rubric.pairs else _graded(rubric, value)
        if found is not None:
            return None if ANOTHER_ATTEMPT.search(text, end) else found
    return None


def _folded(value: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return an object by its keys' small letters; None when two keys are one so: which of both is meant nobody can tell."""
    found = {key.strip().casefold(): each for key, each in value.items()}
    return found if len(found) == len(value) else None


def _graded(rubric: Rubric, value: Mapping[str, Any]) -> Score | None:
    given = value.get("grades")
    given = _folded(given) if isinstance(given, Mapping) else None
    if given is None:
        return None
    parts: dict[str, float] = {}
    passes = True
    for name in rubric.criteria:
        grade = _on_scale(rubric, given.get(name.strip().casefold()))
        if grade is None:
            return None
        parts[name], reached = grade
        passes = passes and reached
    mean = sum(parts.values()) / len(parts)
    whole = float(passes) if rubric.scale == PASS_FAIL or rubric.pass_at is not None else mean
    return Score(value=whole, parsed={name: given[name.strip().casefold()] for name in rubric.criteria}, parts=parts, why=_reasons(value))


def _on_scale(rubric: Rubric, grade: Any) -> tuple[float, bool] | None:
    """Return a grade from 0 to 1 and whether it passes; None for what is none on this scale."""
    if rubric.scale == PASS_FAIL:
        word = grade.strip().casefold() if isinstance(grade, str) else None
        return (float(word == "pass"), word == "pass") if word in ("pass", "fail") else None
    low, high = rubric.scale
    if isinstance(grade, str) and grade.strip().lstrip("-").isdecimal() and len(grade) < len(str(high)) + 3:
        grade = int(grade)
    if isinstance(grade, bool) or not isinstance(grade, int | float) or not low <= grade <= high:
        return None
    return (grade - low) / (high - low), rubric.pass_at is None or grade >= rubric.pass_at


def _pair(question: JudgeQuestion, value: Mapping[str, Any]) -> Score | None:
    word = value.get("winner")
    word = word.strip().casefold() if isinstance(word, str) else ""
    if word not in WINNERS:
        return None
    mine = "second" if question.swapped else "first"
    worth = 0.5 if word == "tie" else float(word == mine)
    return Score(value=worth, parsed={"winner": word}, why=_reasons(value))


def _reasons(value: Mapping[str, Any]) -> str:
    told = value.get("reasons")
    return told[:LONGEST_REASONS] if isinstance(told, str) else ""
