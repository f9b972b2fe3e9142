import numpy as np

from benchharness.comparison.missing import bar_scenarios, paired_scenarios, tables
from benchharness.records.comparison import Proof


def test_what_is_missing_can_change_the_answer_and_then_the_scenarios_disagree() -> None:
    found = bar_scenarios(96, 100, 10, 0.90)
    assert (found.complete, found.as_miss, found.worst) == (Proof.PROVEN, Proof.UNDECIDED, Proof.UNDECIDED)
    assert not found.agree


def test_little_missing_leaves_a_clear_answer_alone() -> None:
    assert bar_scenarios(990, 1000, 2, 0.90).agree


def test_for_a_claim_below_the_bar_the_worst_is_that_all_missing_match() -> None:
    found = bar_scenarios(40, 50, 10, 0.90, reaches=False)
    assert (found.complete, found.as_miss, found.worst) == (Proof.REFUTED, Proof.REFUTED, Proof.UNDECIDED)


def test_nothing_measured_is_undecided_on_the_measured_alone() -> None:
    assert bar_scenarios(0, 0, 50, 0.90).complete is Proof.UNDECIDED


def test_the_three_tables_count_every_kind_of_pair() -> None:
    first = np.array([1, 1, 0, 0, -1, -1, 1, 0, -1], dtype=np.int8)
    second = np.array([1, 0, 1, 0, 1, 0, -1, -1, -1], dtype=np.int8)
    found = tables(first, second)
    complete, as_miss, worst = found.complete, found.as_miss, found.worst
    assert (complete.both, complete.only_first, complete.only_second, complete.neither) == (1, 1, 1, 1)
    assert (as_miss.both, as_miss.only_first, as_miss.only_second, as_miss.neither) == (1, 2, 2, 4)
    assert (worst.both, worst.only_first, worst.only_second, worst.neither) == (2, 1, 4, 2)
    assert (complete.n, as_miss.n, worst.n) == (4, 9, 9)


def test_a_lead_made_by_the_others_missing_answers_is_no_lead() -> None:
    first = np.array([1] * 60 + [0] * 40, dtype=np.int8)
    second = np.array([1] * 50 + [-1] * 40 + [0] * 10, dtype=np.int8)
    found = paired_scenarios(first, second)
    assert found.as_miss is Proof.PROVEN
    assert found.worst is Proof.REFUTED
    assert not found.agree


def test_complete_pairs_agree_in_all_three() -> None:
    first, second = np.array([1] * 90 + [0] * 10, dtype=np.int8), np.array([1] * 60 + [0] * 40, dtype=np.int8)
    found = paired_scenarios(first, second)
    assert found.agree
    assert found.complete is Proof.PROVEN
    assert paired_scenarios(second, first, margin=-0.40).complete is Proof.PROVEN


def test_no_pairs_at_all_are_undecided() -> None:
    nothing = np.array([], dtype=np.int8)
    assert paired_scenarios(nothing, nothing).complete is Proof.UNDECIDED
