"""When the golden set or the metric can't decide, somebody says so."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from outcome_making import make_outcomes

from benchharness.comparison.compare import compare
from benchharness.comparison.metric import metric_warnings
from benchharness.records.comparison import Questions
from benchharness.records.outcomes import Outcomes
from benchharness.records.run_facts import MetricFacts

ASKED = Questions(accuracy_target=0.95)


def candidate(name: str, marks: Sequence[int | None], path: str = "api") -> Outcomes:
    return make_outcomes(candidate=name, path=path, matched=marks)


def first(k: int, n: int = 100) -> list[int]:
    return [int(at < k) for at in range(n)]


def last(k: int, n: int = 100) -> list[int]:
    return first(k, n)[::-1]


def warned(outcomes: Sequence[Outcomes], known: MetricFacts | None = None) -> tuple[str, ...]:
    return metric_warnings(MetricFacts() if known is None else known, outcomes, compare(outcomes, ASKED), 0.02)


@pytest.mark.parametrize(("rate", "told"), [(0.79, False), (0.83, True), (0.95, True), (0.0, False), (None, False)])
@pytest.mark.parametrize("baseline", ["majority", "empty"])
def test_a_baseline_within_the_best_candidates_interval_decides_nothing(baseline: str, rate: float | None, *, told: bool) -> None:
    found = warned([candidate("a", first(90)), candidate("b", last(60))], MetricFacts(baselines={baseline: rate}))
    assert len(found) == int(told)
    assert not told or ("best candidate (a) matches 90.0%" in found[0] and "can't decide" in found[0])


def test_candidates_that_match_the_same_examples_cannot_be_told_apart() -> None:
    (alike,) = warned([candidate("a", first(60)), candidate("b", first(60)), candidate("c", first(60))])
    assert alike.startswith("All 3 candidates match the same 60 of 100 examples")
    assert not warned([candidate("a", first(60)), candidate("b", first(60)), candidate("c", last(60))])
    assert not warned([candidate("a", first(60))])


def test_the_fine_tune_and_the_prompt_alike_is_told_though_others_differ() -> None:
    found = warned([candidate("a", first(60)), candidate("b", last(20)), candidate("tuned", first(60), "fine-tuned")])
    assert len(found) == 1
    assert "tuned and a match the same 60 of 100 examples" in found[0]


def test_only_examples_both_were_measured_on_are_held_against_each_other() -> None:
    partly: list[int | None] = [None, *first(60)[1:]]
    (alike,) = warned([candidate("a", partly), candidate("b", first(60))])
    assert "59 of 99" in alike
    nowhere = [candidate("a", [1, None]), candidate("b", [None, 1])]
    assert warned(nowhere) == ()


def test_a_classical_model_as_good_as_the_best_language_model_is_told_where_both_miss_the_bar() -> None:
    found = warned([candidate("llm", last(60)), candidate("tfidf", first(59), "classical")])
    assert len(found) == 1
    assert "-1.0 points against llm" in found[0]
    assert not warned([candidate("llm", last(60)), candidate("tfidf", first(57), "classical")])
    # With the bar met its own rule says so, and ships it.
    assert not warned([candidate("llm", last(96)), candidate("tfidf", first(95), "classical")])


def test_scorers_that_disagree_by_more_than_the_interval_move_the_number() -> None:
    both = [candidate("a", first(857, 1000)), candidate("b", last(300, 1000))]
    scores = {"a": {"last": 0.889, "exact": 0.86}, "b": {"last": 0.31}, "gone": {"last": 0.0}}
    known = MetricFacts(primary="strict", scores=scores)
    (moved,) = warned(both, known)
    assert "`strict` and `last` give a 85.7%" in moved
    assert "88.9%" in moved
    assert "exact" not in moved


def test_a_run_that_did_not_look_warns_of_nothing() -> None:
    alike = [candidate("a", first(60)), candidate("b", first(60))]
    assert metric_warnings(None, alike, compare(alike, ASKED), 0.02) == ()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.sampled_from([0, 1]), min_size=8, max_size=8), min_size=2, max_size=4))
def test_alike_is_said_exactly_when_no_example_is_discordant(marks: list[list[int]]) -> None:
    outcomes = [candidate(f"c{at}", each) for at, each in enumerate(marks)]
    said = any(each.startswith("All ") for each in warned(outcomes))
    assert said == bool((np.array(marks) == np.array(marks[0])).all())
