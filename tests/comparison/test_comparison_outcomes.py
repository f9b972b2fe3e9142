import numpy as np
import pytest
from outcome_making import make_outcomes

from benchharness.comparison.outcomes import mean_score, table_of, values_of
from benchharness.records.outcomes import Outcomes


def _of(matched: list[bool | int | None], **others: object) -> Outcomes:
    return make_outcomes(candidate="gpt", path="api", matched=matched, **others)  # type: ignore[arg-type]


def test_plain_sequences_and_arrays_give_the_same_outcomes() -> None:
    plain = _of([True, False, None], scores=[0.9, 0.2, None])
    arrays = make_outcomes(
        candidate="gpt", path="api", matched=np.array([1, 0, -1], dtype=np.int8), scores=np.array([0.9, 0.2, np.nan]), codes=np.arange(3)
    )
    assert plain.matched.tolist() == arrays.matched.tolist() == [1, 0, -1]
    assert plain.codes.tolist() == arrays.codes.tolist()
    assert mean_score(plain) == mean_score(arrays) == pytest.approx(0.55)
    assert plain.expected == 3


def test_lengths_that_differ_and_marks_that_mean_nothing_are_refused() -> None:
    with pytest.raises(ValueError, match="codes has 2 entries and matched has 3"):
        _of([1, 0, 1], codes=[0, 1])
    with pytest.raises(ValueError, match="something other than"):
        _of([1, 2, 0])


def test_the_key_names_candidate_and_prompt() -> None:
    assert _of([1]).key == "gpt"
    assert _of([1], prompt="few-shot").key == "gpt/few-shot"


def test_what_was_not_measured_has_no_value() -> None:
    values = values_of(_of([1, None, 0]))
    assert values.codes.tolist() == [0, 2]
    assert values.values.tolist() == [1.0, 0.0]
    assert values.plain


def test_repeats_are_averaged_per_example_and_never_pooled() -> None:
    values = values_of(_of([1, 0, 1, 1, None], codes=[7, 7, 7, 3, 3]))
    assert values.codes.tolist() == [3, 7]
    assert values.values.tolist() == [1.0, pytest.approx(2 / 3)]
    assert (values.rows, values.binary, values.plain) == (4, False, False)


def test_repeats_that_all_agree_are_plain_outcomes_again() -> None:
    assert values_of(_of([1, 1, 0, 0], codes=[0, 0, 1, 1])).plain


def test_clusters_of_one_are_no_clusters() -> None:
    assert values_of(_of([1, 0, 1], clusters=[5, 6, 7])).plain
    assert not values_of(_of([1, 0, 1], clusters=[5, 5, 7])).plain


def test_examples_without_a_cluster_stand_alone_and_are_not_one_big_cluster() -> None:
    values = values_of(_of([1, 0, 1, 1], clusters=[0, 0, -1, -1]))
    assert values.clusters is not None
    assert len(np.unique(values.clusters)) == 3
    assert values_of(_of([1, 0, 1], clusters=[-1, -1, -1])).plain


def test_nothing_measured_gives_no_values() -> None:
    values = values_of(_of([None, None], clusters=[0, 0]))
    assert (len(values.codes), values.rows, values.plain) == (0, 0, True)
    assert len(values_of(_of([])).codes) == 0


def test_the_mean_score_leaves_out_what_was_not_measured_and_averages_repeats_first() -> None:
    assert mean_score(_of([1, None], scores=[0.5, 0.9])) == 0.5
    assert mean_score(_of([1, 1, 0], scores=[1.0, 0.0, 0.0], codes=[0, 0, 1])) == 0.25
    assert mean_score(_of([1, 1], scores=[None, None])) is None
    assert mean_score(_of([1, 1])) is None


def test_the_values_of_some_examples_come_with_their_clusters() -> None:
    values = values_of(_of([1, 0, 1, 0], clusters=[4, 4, 9, 9]))
    some, clusters = values.among(np.array([1, 2]))
    assert some.tolist() == [0.0, 1.0]
    assert clusters is not None
    assert clusters.tolist() == [4, 9]


def test_a_table_counts_the_four_kinds() -> None:
    assert table_of(np.array([1.0, 1, 0, 0, 1]), np.array([1.0, 0, 1, 0, 1])) == (2, 1, 1, 1)
    assert table_of(np.array([]), np.array([])) == (0, 0, 0, 0)
