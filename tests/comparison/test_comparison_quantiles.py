"""A percentile's interval holds what it promises, and has no end that so few values can't bound."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchharness.comparison.quantiles import quantile, quantile_interval


def test_a_95th_percentile_has_no_upper_end_below_72_values() -> None:
    assert quantile_interval(list(range(71)), 0.95)[1] is None
    assert quantile_interval(list(range(72)), 0.95)[1] == 71


def test_the_median_of_a_hundred_values_lies_between_the_40th_and_the_61st() -> None:
    # Hahn & Meeker (1991), table A.15a: ranks 40 and 61 hold the median of 100 at 95% or more.
    assert quantile_interval(list(range(1, 101)), 0.5) == (40, 61)


def test_a_single_value_bounds_nothing() -> None:
    assert quantile_interval([1.0], 0.5) == (None, None)


@given(st.lists(st.floats(0, 100), min_size=1, max_size=60), st.sampled_from([0.05, 0.5, 0.95]))
def test_a_quantile_lies_within_its_values_and_its_interval(values: list[float], share: float) -> None:
    ordered = sorted(values)
    found = quantile(ordered, share)
    low, high = quantile_interval(ordered, share)
    assert ordered[0] <= found <= ordered[-1]
    assert low is None or low <= found + 1e-9
    assert high is None or high >= found - 1e-9


@pytest.mark.parametrize(("share", "n"), [(0.5, 30), (0.95, 100)])
def test_the_interval_holds_the_true_quantile_as_often_as_it_says(share: float, n: int) -> None:
    generator = random.Random(7)
    held = 0
    for _ in range(2000):
        low, high = quantile_interval(sorted(generator.random() for _ in range(n)), share)
        held += (low is None or low <= share) and (high is None or share <= high)
    assert held / 2000 >= 0.945
