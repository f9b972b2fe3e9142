import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.contingency_tables import mcnemar

from benchharness.comparison.paired import (
    mcnemar_exact,
    mcnemar_examples,
    mcnemar_mid_p,
    tango,
    tango_bound,
    tango_z,
)

TABLES = st.tuples(*[st.integers(0, 60)] * 4).filter(lambda table: sum(table) > 0)


@pytest.mark.parametrize(
    ("table", "confidence", "low", "high", "digits"),
    [
        ((59, 6, 16, 80), 0.95, -0.12402343, -0.00543340, 8),  # contingencytables, test-ch8 (Cavo 2012)
        ((4, 9, 3, 16), 0.95, -0.027, 0.390, 3),  # Tango 1998
        ((43, 0, 1, 0), 0.90, -0.096, 0.037, 3),  # Tango 1998
        ((53, 16, 8, 9), 0.95, -0.020, 0.207, 3),  # Agresti & Min 2005
        ((1, 1, 7, 12), 0.95, -0.517, -0.026, 3),  # Bentur 2009
        ((0, 3, 0, 0), 0.95, -0.1230, 1, 4),
    ],
)
def test_tango_gives_the_published_digits(table: tuple[int, ...], confidence: float, low: float, high: float, digits: int) -> None:
    found = tango(table[1], table[2], sum(table), confidence)
    assert (round(found.low, digits), round(found.high, digits)) == (low, high)


@pytest.mark.parametrize(
    ("only_first", "only_second", "p_value", "digits"),
    [
        (6, 16, 0.0524787903, 10),
        (7, 1, 0.0703125, 7),
        (25, 2, 0.0000056475, 10),
        (5, 16, 0.0266036987, 10),
        (2, 9, 0.06543, 5),
        (121, 59, 0.000004, 6),
        (70, 59, 0.378688, 6),
        (80, 59, 0.089452, 6),
        (30, 60, 0.00206, 5),
        (10, 30, 0.002221, 6),
        (10, 10, 1.0, 6),
        (0, 0, 1.0, 6),
    ],
)
def test_exact_mcnemar_gives_the_published_digits(only_first: int, only_second: int, p_value: float, digits: int) -> None:
    assert round(mcnemar_exact(only_first, only_second), digits) == p_value


def test_mid_p_mcnemar_gives_the_published_digits() -> None:
    assert round(mcnemar_mid_p(6, 16), 10) == 0.0346896648
    assert mcnemar_mid_p(0, 0) == 1.0
    assert mcnemar_mid_p(4, 4) == 1.0


def test_a_retrieval_prompt_far_behind_on_many_examples_has_a_tiny_p_value() -> None:
    assert mcnemar_exact(59, 326) == pytest.approx(7e-46, rel=0.1)


@settings(deadline=None)
@given(TABLES)
def test_statsmodels_gives_the_same_exact_mcnemar(table: tuple[int, int, int, int]) -> None:
    both, ahead, behind, neither = table
    oracle = mcnemar([[both, ahead], [behind, neither]], exact=True).pvalue
    assert mcnemar_exact(ahead, behind) == pytest.approx(oracle, abs=1e-12)


@settings(deadline=None)
@given(TABLES)
def test_swapping_the_candidates_turns_every_sign(table: tuple[int, int, int, int]) -> None:
    _, ahead, behind, _ = table
    n = sum(table)
    one, other = tango(ahead, behind, n), tango(behind, ahead, n)
    assert (one.low, one.high) == pytest.approx((-other.high, -other.low), abs=1e-9)
    assert mcnemar_exact(ahead, behind) == mcnemar_exact(behind, ahead)
    assert mcnemar_mid_p(ahead, behind) == mcnemar_mid_p(behind, ahead)


@settings(deadline=None)
@given(TABLES)
def test_intervals_hold_the_estimate_stay_in_range_and_are_numbers(table: tuple[int, int, int, int]) -> None:
    n, estimate = sum(table), (table[1] - table[2]) / sum(table)
    found = tango(table[1], table[2], n)
    assert -1 <= found.low <= estimate + 1e-9
    assert estimate - 1e-9 <= found.high <= 1
    assert not math.isnan(found.low + found.high)


@settings(deadline=None)
@given(TABLES)
def test_at_its_own_bound_tangos_statistic_is_the_normal_quantile(table: tuple[int, int, int, int]) -> None:
    n = sum(table)
    lower = tango_bound(table[1], table[2], n, lower=True)
    if lower > -1:
        assert tango_z(table[1], table[2], n, lower) == pytest.approx(1.6448536, abs=1e-4)


@settings(max_examples=50, deadline=None)
@given(TABLES)
def test_one_more_win_raises_both_of_tangos_bounds(table: tuple[int, int, int, int]) -> None:
    both, ahead, behind, neither = table
    n = both + ahead + behind + neither + 1
    before, after = tango(ahead, behind, n), tango(ahead + 1, behind, n)
    assert after.low > before.low - 1e-12
    assert after.high > before.high - 1e-12


@settings(deadline=None)
@given(TABLES)
def test_mid_p_is_never_larger_than_exact(table: tuple[int, int, int, int]) -> None:
    assert 0 <= mcnemar_mid_p(table[1], table[2]) <= mcnemar_exact(table[1], table[2]) + 1e-12


def test_of_nothing_every_difference_is_possible() -> None:
    assert (tango(0, 0, 0).low, tango(0, 0, 0).high) == (-1.0, 1.0)


def test_no_discordant_pair_leaves_a_finite_interval_around_zero() -> None:
    found = tango(0, 0, 50)
    assert -0.1 < found.low < 0 < found.high < 0.1
    assert found.low == -found.high


def test_the_examples_for_a_gap_are_none_where_there_is_no_gap() -> None:
    assert mcnemar_examples(3, 3, 50) is None
    assert mcnemar_examples(2, 5, 50) is None
    assert mcnemar_examples(0, 0, 0) is None
    assert mcnemar_examples(27, 15, 200) == pytest.approx(200 * 1.8, rel=0.2)


def test_tango_covers_near_its_promise_where_the_normal_interval_does_not() -> None:
    rng = np.random.default_rng(7)
    counts = rng.multinomial(50, (0.90, 0.05, 0.03, 0.02), size=1000)
    cells: dict[tuple[int, int], bool] = {}
    for _, ahead, behind, _ in counts.tolist():
        found = tango(ahead, behind, 50)
        cells[ahead, behind] = found.low <= 0.02 <= found.high
    assert np.mean([cells[ahead, behind] for _, ahead, behind, _ in counts.tolist()]) > 0.935
