"""Read what a judge replied: the last valid grade binds."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from benchharness.records.judge import JudgeQuestion
from benchharness.records.score import Score
from benchharness.scorers.rubrics import PASS_FAIL, WINNERS, Rubric

__all__ = ["read_grade"]

# A reply is a model's text: read from its end, and no more of it than a judge needs.
LONGEST_REPLY = 50_000
# Letters read in vain, so that a reply full of braces can't take minutes; such a reply has no grade.
MOST_EFFORT = 20_000_000
PER_START = 100
# What may not follow the grade that binds: it would be the verdict, and the one before it a quotation.
ANOTHER_ATTEMPT = re.compile(r"[{}]|\bgrades?\b|\bwinner\b", re.IGNORECASE)
LONGEST_REASONS = 2_000


def read_grade(rubric: Rubric, question: JudgeQuestion, reply: str) -> Score | None:
    """Return the last valid grade in a reply, 0 to 1; None when there is none.

    A judge that quotes the answer's own claim before it grades is understood; a grade off the scale is none. What a judge says
    after it may be no other attempt at a grade: then nobody can tell a quotation from the verdict, and there is none. Of a
    pair: 1 when the answer wins, 0.5 for a tie, 0 when it loses.
    """
    text = reply[-LONGEST_REPLY:]
    for value, end in _objects_from_the_end(text):
        found = _pair(question, value) if rubric.pairs else _graded(rubric, value)
        if found is not None:
            return None if ANOTHER_ATTEMPT.search(text, end) else found
    return None


def _objects_from_the_end(text: str) -> Iterator[tuple[Mapping[str, Any], int]]:
    """Yield the JSON objects of a text and where each ends, the last one first; not those within another.

    None at all when reading them takes too long: what wasn't read could be the verdict.
    """
    decoder = json.JSONDecoder(object_pairs_hook=_once_each)
    found: list[tuple[Mapping[str, Any], int]] = []
    at = 0
    effort = MOST_EFFORT
    while (at := text.find("{", at)) >= 0:
        started = at
        try:
            value, at = decoder.raw_decode(text, at)
            found.append((value, at))
        except RecursionError:
            return
        except ValueError as error:
            at += 1
            effort -= getattr(error, "pos", len(text)) - started + PER_START
        if effort < 0:
            return
    yield from reversed(found)


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object; ValueError when it says the same key twice: which of both is meant nobody can tell."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice")
    return found


def _graded(rubric: Rubric, value: Mapping[str, Any]) -> Score | None:
    given = value.get("grades")
    if not isinstance(given, Mapping):
        return None
    parts: dict[str, float] = {}
    passes = True
    for name in rubric.criteria:
        grade = _on_scale(rubric, given.get(name))
        if grade is None:
            return None
        parts[name], reached = grade
        passes = passes and reached
    mean = sum(parts.values()) / len(parts)
    whole = float(passes) if rubric.scale == PASS_FAIL or rubric.pass_at is not None else mean
    return Score(value=whole, parsed={name: given[name] for name in rubric.criteria}, parts=parts, why=_reasons(value))


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
