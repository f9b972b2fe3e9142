import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchharness.comparison.tang_ratio import keeps_p, tang, tang_share, tang_z
from benchharness.records.comparison import Proof

CAVO = (59, 6, 16, 80)
BANKING77 = (2487, 59, 326, 208)
TABLES = st.tuples(*[st.integers(0, 60)] * 4).filter(lambda table: table[0] + table[1] > 0 and table[0] + table[2] > 0)


@pytest.mark.parametrize(
    ("table", "confidence", "low", "high", "digits"),
    [
        (CAVO, 0.95, 0.74757906, 0.98761493, 8),  # contingencytables
        ((446, 5, 16, 690), 0.90, 0.95809345, 0.99190930, 8),  # Tang 2003, by way of ratesci
        ((43, 0, 1, 0), 0.90, 0.90433757, 1.03876235, 8),
        ((1, 1, 7, 12), 0.95, 0.065, 0.907, 3),  # Fagerland 2014
        (BANKING77, 0.95, 0.8917, 0.9178, 4),
    ],
)
def test_tang_gives_the_published_digits(table: tuple[int, ...], confidence: float, low: float, high: float, digits: int) -> None:
    both, ahead, behind, neither = table
    found = tang(both, ahead, behind, both + ahead + behind + neither, confidence)
    assert found.high is not None
    assert (round(found.low, digits), round(found.high, digits)) == (low, high)


def test_a_fine_tune_clearly_better_can_leave_within_ninety_percent_undecided() -> None:
    both, ahead, behind, neither = BANKING77
    n = both + ahead + behind + neither
    assert round(tang(both, ahead, behind, n).estimate or 0, 4) == 0.9051
    assert tang_share(both, ahead, behind, 0.90) is Proof.UNDECIDED
    assert tang_share(both, ahead, behind, 1.0) is Proof.REFUTED
    assert tang_share(both, ahead, behind, 0.85) is Proof.PROVEN


def test_where_one_side_never_matches_the_ratio_has_an_open_end() -> None:
    never_second = tang(0, 5, 0, 20)
    assert (never_second.estimate, never_second.high) == (None, None)
    assert never_second.low > 1
    never_first = tang(0, 0, 5, 20)
    assert (never_first.estimate, never_first.low) == (0.0, 0.0)
    assert never_first.high is not None
    assert 0 < never_first.high < 1


def test_where_nothing_matches_nothing_is_known() -> None:
    found = tang(0, 0, 0, 20)
    assert (found.estimate, found.low, found.high, found.method) == (None, 0.0, None, "no data")
    assert tang_share(0, 0, 0) is Proof.UNDECIDED
    assert keeps_p(0, 0, 0) == 1.0


def test_equal_answers_say_nothing_against_a_ratio_of_one() -> None:
    assert tang_z(30, 0, 0, 50, 1.0) == 0.0
    assert keeps_p(30, 0, 0, 1.0) > 0.5


@settings(max_examples=60, deadline=None)
@given(TABLES)
def test_swapping_the_candidates_gives_the_reciprocal(table: tuple[int, int, int, int]) -> None:
    both, ahead, behind, _ = table
    n = sum(table)
    one, other = tang(both, ahead, behind, n), tang(both, behind, ahead, n)
    assert one.high is not None
    assert other.high is not None
    assert other.low * one.high == pytest.approx(1, rel=1e-6)
    assert one.low * other.high == pytest.approx(1, rel=1e-6)


@settings(max_examples=60, deadline=None)
@given(TABLES)
def test_the_interval_holds_the_estimate_and_agrees_with_the_test(table: tuple[int, int, int, int]) -> None:
    both, ahead, behind, _ = table
    n = sum(table)
    found = tang(both, ahead, behind, n, 0.90)
    assert found.estimate is not None
    assert found.high is not None
    assert found.low <= found.estimate * (1 + 1e-6)
    assert found.high >= found.estimate * (1 - 1e-6)
    proof = tang_share(both, ahead, behind, 0.90)
    # The proof is exact and the interval Tang's approximation, so what the interval leaves out needn't be proven.
    if proof is Proof.PROVEN:
        assert found.low >= 0.90 - 1e-2
    elif proof is Proof.REFUTED:
        assert found.high <= 0.90 + 1e-2
