"""Form, refusals, length, time and money: what isn't measured isn't scored."""

from typing import Any

import pytest

from benchharness.interfaces import AnswerScorer
from benchharness.records.answer import Answer, AnswerStatus
from benchharness.records.example import Example
from benchharness.records.score import Score, Unscored
from benchharness.records.suite import Extract, ScorerEntry
from benchharness.scorers import make_scorer
from benchharness.scorers.marking import make_marker

EXAMPLE = Example(id="e", input="q", target="a")


def value(kind: str, answer: Answer, **options: Any) -> float | None:
    scorer = make_scorer(ScorerEntry(type=kind, options=options))
    assert isinstance(scorer, AnswerScorer)
    found = scorer.score_answer(answer, EXAMPLE)
    assert isinstance(found, Score | Unscored)
    return found.value if isinstance(found, Score) else None


@pytest.mark.parametrize(
    ("output", "options", "right"),
    [
        (' {"a": 1} ', {"json": True}, 1),
        ('Sure: {"a": 1}', {"json": True}, 0),
        ("[" * 100_000, {"json": True}, 0),
        ("no-result\n", {"pattern": "[a-z-]+"}, 1),
        ("It's no-result", {"pattern": "[a-z-]+"}, 0),
        ('{"a": 1}', {"response_schema": {"required": ["a"]}}, 1),
        ('{"b": 1}', {"response_schema": {"required": ["a"]}}, 0),
    ],
)
def test_the_whole_output_has_the_form_or_not(output: str, options: dict[str, Any], right: int) -> None:
    assert value("form", Answer(output=output), **options) == right


@pytest.mark.parametrize(
    ("output", "status", "right"),
    [
        ("Paris.", AnswerStatus.ANSWERED, 1),
        ("I\u2019m sorry, but I can\u2019t help with that.", AnswerStatus.ANSWERED, 0),
        ("I  cannot\nassist with this request", AnswerStatus.ANSWERED, 0),
        ("Paris.", AnswerStatus.REFUSED, 0),
        ("The cat says: " + "x" * 400 + " I can't help", AnswerStatus.ANSWERED, 1),
    ],
)
def test_a_refusal_is_the_providers_word_or_an_answers_first_words(output: str, status: AnswerStatus, right: int) -> None:
    assert value("refusal", Answer(output=output, status=status)) == right


def test_latency_and_cost_are_unscored_where_nobody_measured() -> None:
    assert value("latency", Answer(output="a", latency_s=0.5), most_s=0.5) == 1
    assert value("latency", Answer(output="a", latency_s=0.6), most_s=0.5) == 0
    assert value("latency", Answer(output="a"), most_s=0.5) is None
    assert value("cost", Answer(output="a", cost_usd=0.0), most_usd=0.001) == 1
    assert value("cost", Answer(output="a", cost_usd=0.002), most_usd=0.001) == 0
    assert value("cost", Answer(output="a"), most_usd=0.001) is None


@pytest.mark.parametrize(
    ("options", "right"),
    [({"most": 3}, 0), ({"least": 4, "most": 4}, 1), ({"unit": "characters", "most": 7}, 0), ({"unit": "lines", "least": 3}, 0)],
)
def test_length_is_within_its_limits(options: dict[str, Any], right: int) -> None:
    scorer = make_scorer(ScorerEntry(type="length", options=options))
    assert not isinstance(scorer, AnswerScorer)
    found = scorer.score("a b\n\nc d", EXAMPLE)
    assert isinstance(found, Score)
    assert found.value == right


def test_a_miss_by_status_keeps_its_form_its_time_and_its_cost() -> None:
    entries = [
        ScorerEntry(type="exact", primary=True),
        ScorerEntry(type="latency", options={"most_s": 1.0}),
        ScorerEntry(type="cost", options={"most_usd": 1.0}),
        ScorerEntry(type="refusal"),
    ]
    mark = make_marker(entries, match_at=1.0)
    cut = mark(EXAMPLE, None, Answer(output="a", status=AnswerStatus.TRUNCATED, latency_s=0.1))
    assert (cut.matched, cut.scores) == (False, {"exact": 0.0, "latency": 1.0, "refusal": 1.0})
    lost = mark(EXAMPLE, Extract(after="Answer:"), Answer(output="a", cost_usd=2.0))
    assert (lost.status, lost.scores) == (AnswerStatus.UNPARSABLE, {"exact": 0.0, "cost": 0.0, "refusal": 1.0})


def test_a_mark_says_how_the_answer_was_found() -> None:
    mark = make_marker([], match_at=1.0)(EXAMPLE, Extract(after="Answer:"), Answer(output="Hm. Answer: a"))
    assert (mark.matched, mark.parsed, mark.how) == (True, "a", "after 'Answer:'")
