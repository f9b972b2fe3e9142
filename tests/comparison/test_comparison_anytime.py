import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchharness.comparison.anytime import (
    anytime_bar,
    anytime_difference,
    anytime_interval,
    bar_evidence,
    difference_evidence,
    paired_evidence,
)
from benchharness.comparison.rates import exact_lower, exact_upper
from benchharness.errors import UsageError
from benchharness.records.comparison import Proof


@pytest.mark.parametrize(("bar", "evidence"), [(0.80, 1.6071197), (0.75, 6.2498798), (0.70, 36.8358866)])
def test_the_evidence_against_a_bar_is_the_published_one(bar: float, evidence: float) -> None:
    assert bar_evidence(44, 50, bar) == pytest.approx(evidence, rel=2e-7)


@pytest.mark.parametrize(("ahead", "behind", "evidence"), [(0, 0, 1), (5, 0, 5.3333333), (6, 16, 2.44409209), (2, 9, 3.1030303)])
def test_the_evidence_against_no_difference_is_the_published_one(ahead: int, behind: int, evidence: float) -> None:
    assert paired_evidence(ahead, behind) == pytest.approx(evidence, abs=1e-7)


@pytest.mark.parametrize(
    ("matched", "n", "planned", "low", "high"),
    [
        (700, 1000, 100, 0.651629, 0.745949),  # confseq's golden values
        (15, 50, 50, 0.129556, 0.511896),
        (1, 50, 50, 0, 0.13489),
        (0, 1, 50, 0, 1),
        (1, 2, 50, 0, 1),
        (44, 50, 50, 0.702859, 0.978923),
        (880, 1000, 200, 0.845346, 0.910331),
    ],
)
def test_the_anytime_interval_gives_the_published_digits(matched: int, n: int, planned: int, low: float, high: float) -> None:
    found = anytime_interval(matched, n, planned=planned)
    assert (found.low, found.high) == pytest.approx((low, high), abs=2e-6)


def test_of_nothing_there_is_no_evidence() -> None:
    assert bar_evidence(0, 0, 0.8) == pytest.approx(1)
    assert difference_evidence(0, 0, 0) == pytest.approx(1)
    assert (anytime_interval(0, 0, planned=50).low, anytime_interval(0, 0, planned=50).high) == (0.0, 1.0)
    nothing = anytime_difference(0, 0, 0)
    assert (nothing.low, nothing.high) == (-1.0, 1.0)


def test_a_clear_case_is_proven_and_an_unclear_one_is_not() -> None:
    assert anytime_bar(78, 80, 0.855).proof is Proof.PROVEN
    assert anytime_bar(35, 55, 0.855).proof is Proof.REFUTED
    assert anytime_bar(44, 50, 0.855).proof is Proof.UNDECIDED
    assert difference_evidence(40, 5, 155) >= 20
    assert difference_evidence(5, 40, 155, above=False) >= 20
    assert difference_evidence(20, 20, 960, 0.05, above=False) >= 20
    assert max(difference_evidence(20, 18, 100, above=above) for above in (True, False)) < 20


def test_a_huge_count_neither_overflows_nor_turns_to_nothing() -> None:
    assert bar_evidence(1_000_000, 1_000_000, 0.5) == pytest.approx(1e300)
    assert bar_evidence(0, 1_000_000, 0.5) == 0.0
    assert paired_evidence(100_000, 0) == pytest.approx(1e300)
    assert difference_evidence(100_000, 0, 0) == pytest.approx(1e300)


def test_what_cannot_be_tested_is_refused() -> None:
    with pytest.raises(UsageError, match=r"bar of 1 "):
        bar_evidence(1, 2, 1.0)
    with pytest.raises(UsageError, match="difference of -1 "):
        difference_evidence(1, 1, 2, -1.0)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 200))
def test_the_anytime_difference_holds_the_estimate_and_turns_with_the_sides(ahead: int, behind: int, ties: int) -> None:
    found, turned = anytime_difference(ahead, behind, ties), anytime_difference(behind, ahead, ties)
    assert (found.low, found.high) == (-turned.high, -turned.low)
    if ahead + behind + ties:
        assert found.low <= (ahead - behind) / (ahead + behind + ties) <= found.high


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 400), st.data())
def test_the_anytime_interval_holds_the_estimate_and_is_wider_than_that_of_one_look(n: int, data: st.DataObject) -> None:
    matched = data.draw(st.integers(0, n))
    found = anytime_interval(matched, n, planned=100)
    assert 0 <= found.low <= matched / n <= found.high <= 1
    assert found.low <= exact_lower(matched, n, 0.95) + 1e-9
    assert found.high >= exact_upper(matched, n, 0.95) - 1e-9


def test_one_more_step_multiplies_the_evidence_by_one_on_average() -> None:
    # A martingale's promise, at the edge of the hypothesis: this is what makes looking free.
    for ahead, behind, ties in ((0, 0, 0), (7, 3, 20), (30, 10, 60)):
        now = difference_evidence(ahead, behind, ties, 0.1)
        chances = (0.2, 0.1, 0.7)  # a difference of exactly 0.1
        then = (
            chances[0] * difference_evidence(ahead + 1, behind, ties, 0.1)
            + chances[1] * difference_evidence(ahead, behind + 1, ties, 0.1)
            + chances[2] * difference_evidence(ahead, behind, ties + 1, 0.1)
        )
        assert then == pytest.approx(now)
    for matched, n in ((0, 0), (8, 10), (44, 50)):
        stepped = 0.8 * bar_evidence(matched + 1, n + 1, 0.8) + 0.2 * bar_evidence(matched, n + 1, 0.8)
        assert stepped == pytest.approx(bar_evidence(matched, n, 0.8))


def test_looking_after_every_example_errs_less_often_than_promised() -> None:
    rng = np.random.default_rng(7)
    wrong = 0
    for _ in range(200):
        matched = np.cumsum(rng.random(100) < 0.8)
        wrong += any(anytime_bar(int(matched[n - 1]), n, 0.8).proof is not Proof.UNDECIDED for n in range(5, 101, 5))
    # Two sides of 5% each.
    assert wrong / 200 < 0.10 + 0.04
