"""A text or a schema made to hang, to fetch or to fill memory does none of it."""

import json
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchharness.errors import MistakesError
from benchharness.interfaces import AnswerScorer
from benchharness.pipeline.loading.policy import read_suite_text
from benchharness.records.answer import Answer
from benchharness.records.example import Example
from benchharness.records.score import Score, Unparsable, Unscored
from benchharness.records.suite import Extract, ScorerEntry
from benchharness.scorers import make_scorer
from benchharness.scorers.extracting import extract
from benchharness.scorers.marking import make_marker


def score(kind: str, answer: str, target: Any = "x", **options: Any) -> Score | Unparsable | Unscored:
    scorer = make_scorer(ScorerEntry(type=kind, options=options))
    example = Example(id="e", input="q", target=target)
    return scorer.score_answer(Answer(output=answer), example) if isinstance(scorer, AnswerScorer) else scorer.score(answer, example)


def test_a_pattern_that_would_take_years_ends_and_is_unscored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchharness.scorers.patterns.LIMIT_S", 0.1)
    bait, slow = "a" * 60 + "!", r"^(a|aa|aaa)+$"
    started = time.monotonic()
    assert isinstance(score("regex", bait, pattern=slow), Unscored)
    assert isinstance(score("form", bait, pattern=slow), Unscored)
    assert isinstance(extract(bait, Extract(regex=slow)), Unscored)
    schema = {"properties": {"a": {"type": "string", "pattern": slow}}}
    found = score("json", f'{{"a": "{bait}"}}', {"a": "x"}, response_schema=schema)
    assert isinstance(found, Unparsable)
    assert "took longer" in found.reason
    mark = make_marker([], match_at=1.0)(Example(id="e", input="q", target="x"), Extract(regex=slow), Answer(output=bait))
    assert (mark.score, mark.matched, mark.status.value) == (None, None, "answered")
    assert time.monotonic() - started < 5


@pytest.mark.parametrize("pointer", ["http://127.0.0.1:9/x.json", "file:///etc/passwd", "other.json#/a"])
def test_a_schema_that_points_elsewhere_is_a_mistake_and_nothing_is_fetched(pointer: str) -> None:
    for kind in ("json", "form"):
        text = (
            "name: x\ncandidates: [{name: a, model: rehearsal/a}]\ndecision: {accuracy_target: 0.9}\n"
            f"scorers: [{{type: {kind}, response_schema: {{$ref: '{pointer}'}}}}]\n"
        )
        with pytest.raises(MistakesError, match="1 mistake") as caught:
            read_suite_text(text, Path("s.yaml"))
        assert "nothing is fetched" in str(caught.value.mistakes[0])


def test_a_schema_that_points_at_nothing_within_says_so() -> None:
    found = score("json", '{"a": 1}', {"a": 1}, response_schema={"$ref": "#/$defs/gone"})
    assert isinstance(found, Unparsable)
    assert "isn't there" in found.reason


def test_unique_items_of_a_long_list_are_quick() -> None:
    schema = {"type": "array", "uniqueItems": True}
    many = "[" + ",".join(f'{{"a":{at}}}' for at in range(15_000)) + "]"
    started = time.monotonic()
    assert isinstance(score("json", many, [1], response_schema=schema), Score)
    assert time.monotonic() - started < 2
    for twice in ("[1, 1.0]", '[{"a": 1, "b": 2}, {"b": 2, "a": 1}]'):
        assert isinstance(score("json", twice, [1], response_schema=schema), Unparsable)
    assert isinstance(score("json", '[1, true, "1"]', [1], response_schema=schema), Score)


def test_a_recursive_schema_and_a_deep_answer_end() -> None:
    schema = {"$defs": {"n": {"type": "array", "items": {"$ref": "#/$defs/n"}}}, "$ref": "#/$defs/n"}
    assert isinstance(score("json", "[" * 900 + "]" * 900, [], response_schema=schema), Score | Unparsable)


def test_lists_too_long_to_be_paired_are_unscored_and_told() -> None:
    many = list(range(301))
    text = "[" + ",".join(map(str, many)) + "]"
    found = score("json", text, many, list_credit=True)
    assert isinstance(found, Unscored)
    assert "300" in found.reason
    spans = "[" + ",".join(f'"{at}"' for at in many) + "]"
    assert isinstance(score("spans", spans, ["1"], match="overlap"), Unscored)
    assert isinstance(score("spans", spans, ["1"]), Score)


@pytest.mark.parametrize(
    "answer", ["[[1]]", '{"a": {"b": []}}', '[{"x": 1}]', '[{"start": 5, "end": 2}]', '[{"start": true, "end": 2}]', "3", "null", "[" * 900]
)
def test_what_holds_no_spans_is_unparsable(answer: str) -> None:
    assert isinstance(score("spans", answer, ["a"]), Unparsable)


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["text", "start", "end", "label", "a"]), inner, max_size=4)
        ),
        max_leaves=12,
    )
)
def test_any_json_is_scored_or_unparsable(value: Any) -> None:
    for kind in ("spans", "json"):
        for options in ({}, {"match": "overlap"} if kind == "spans" else {"list_credit": True}):
            found = score(
                kind, json.dumps(value), ["a", {"text": "b"}] if kind == "spans" else {"a": [1, "x"], "text": {"a": 1}}, **options
            )
            assert not isinstance(found, Score) or 0 <= found.value <= 1
