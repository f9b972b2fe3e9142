"""JSON and spans earn credit for the parts that are right."""

import json
from typing import Any

import pytest

from benchharness.interfaces import AnswerScorer
from benchharness.records.example import Example
from benchharness.records.score import Score
from benchharness.records.suite import ScorerEntry
from benchharness.scorers import make_scorer
from benchharness.scorers.pairing_up import best_pairs


def value(kind: str, answer: Any, target: Any, **options: Any) -> float:
    scorer = make_scorer(ScorerEntry(type=kind, options=options))
    assert not isinstance(scorer, AnswerScorer)
    found = scorer.score(json.dumps(answer), Example(id="e", input="q", target=target))
    assert isinstance(found, Score), found
    return found.value


@pytest.mark.parametrize(
    ("answer", "target", "credit"),
    [
        ({"s": ["sql", "python"]}, {"s": ["Python", "SQL"]}, 1.0),
        ({"s": ["sql"]}, {"s": ["python", "sql"]}, 2 / 3),
        ({"s": ["sql", "python", "go", "c"]}, {"s": ["python", "sql"]}, 4 / 6),
        ({"s": []}, {"s": []}, 1.0),
        ({"s": []}, {"s": ["sql"]}, 0.0),
        # Greedy pairing would give the first item away to the second's place.
        ({"s": [{"a": 1, "b": 2}, {"a": 1, "b": 3}]}, {"s": [{"a": 1, "b": 3}, {"a": 1, "b": 2}]}, 1.0),
        ({"s": [{"a": 1, "b": 9}]}, {"s": [{"a": 1, "b": 2}]}, 0.5),
        ({"o": {"x": 1, "y": 0}}, {"o": {"x": 1, "y": 2}}, 0.5),
        ({"s": ["a", "b"], "t": 1}, {"s": ["a", "c"], "t": 1}, 0.75),
    ],
)
def test_a_list_earns_the_share_that_is_right(answer: Any, target: Any, credit: float) -> None:
    assert value("json", answer, target, list_credit=True) == pytest.approx(credit)


def test_without_credit_a_list_is_right_or_wrong_as_before() -> None:
    assert value("json", {"s": ["sql"]}, {"s": ["python", "sql"]}) == 0
    assert value("json", {"s": ["a", "b"], "t": 1}, {"s": ["b", "a"], "t": 1}) == 1


def test_order_counts_where_lists_are_no_sets() -> None:
    assert value("json", {"s": [1, 2, 3]}, {"s": [1, 3, 2]}, list_credit=True, lists_as_sets=False) == pytest.approx(1 / 3)


def test_the_best_pairing_beats_the_greedy_one() -> None:
    worths = {("a", "x"): 0.9, ("a", "y"): 0.8, ("b", "x"): 0.8, ("b", "y"): 0.0}
    assert best_pairs(["a", "b"], ["x", "y"], lambda one, other: worths[one, other]) == pytest.approx(1.6)


@pytest.mark.parametrize(
    ("answer", "exact", "overlap"),
    [
        ({"skill": ["SQL", "team work"]}, 1.0, 1.0),
        ({"skill": ["sql"]}, 2 / 3, 2 / 3),
        ({"skill": ["sql", "work"]}, 0.5, (1 + 2 / 3) / 2),
        ({"tool": ["sql", "team work"]}, 0.0, 0.0),
        ({"skill": []}, 0.0, 0.0),
        ([{"text": "SQL", "label": "skill"}, {"text": "team work", "label": "skill"}], 1.0, 1.0),
        ({"skill": ["sql", "sql", "team work"]}, 0.8, 0.8),
    ],
)
def test_spans_are_found_exactly_or_overlapping(answer: Any, exact: float, overlap: float) -> None:
    target = {"skill": ["sql", "team work"]}
    assert value("spans", answer, target) == pytest.approx(exact)
    assert value("spans", answer, target, match="overlap") == pytest.approx(overlap)


def test_spans_by_place_and_nothing_to_find() -> None:
    target = [{"start": 0, "end": 10, "label": "a"}]
    assert value("spans", [{"start": 0, "end": 10, "label": "a"}], target) == 1
    assert value("spans", [{"start": 5, "end": 15, "label": "a"}], target) == 0
    assert value("spans", [{"start": 5, "end": 15, "label": "a"}], target, match="overlap") == pytest.approx(0.5)
    assert value("spans", [{"start": 0, "end": 10, "label": "b"}], target, labels=False) == 1
    assert value("spans", {"skills": [], "knowledge": []}, {"skills": [], "knowledge": []}) == 1
    assert value("spans", {"skills": ["x"]}, {"skills": []}) == 0
