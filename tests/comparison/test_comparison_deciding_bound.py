"""What is decided quickly is what the exact test decides."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchharness.comparison.paired_exact import deciding_bound, exact_bound, p_exceeds
from benchharness.comparison.trinomial import MOST_ENUMERATED, Region, _summed, _windowed, region_of

ASKED = (-0.03, 0.0, 0.03)


@settings(deadline=None, max_examples=150)
@given(st.integers(1, 160), st.floats(0, 1), st.floats(0, 1), st.sampled_from([0.95, 0.99, 0.995]))
def test_a_bound_for_decisions_lies_on_the_same_side_of_every_difference_asked_about(n: int, some: float, part: float, sure: float) -> None:
    differing = math.floor(some * n)
    first = math.floor(part * differing)
    for lower in (True, False):
        quick, exact = (each(first, differing - first, n, sure, lower=lower, asked=ASKED) for each in (deciding_bound, exact_bound))
        assert [quick > each for each in ASKED] == [exact > each for each in ASKED] or not lower
        assert [quick < each for each in ASKED] == [exact < each for each in ASKED] or lower


def test_it_is_the_exact_tests_own_decision() -> None:
    for first, second, n in ((20, 6, 150), (19, 6, 150), (40, 2, 150), (5, 5, 150), (14, 9, 100)):
        found = deciding_bound(first, second, n, 0.95, lower=True, asked=ASKED)
        assert [found > each for each in ASKED] == [p_exceeds(first, second, n, each) <= 0.05 for each in ASKED]


def region(size: int, slope: int, seed: int) -> Region:
    random = np.random.default_rng(seed)
    steps = random.integers(0, 3, size + 1) + (min(0, slope))
    needed = np.maximum(0, np.cumsum(steps) - 1)
    return region_of(lambda first, second: second >= needed[first], size, 0.0, 1.0, slope=slope)


@pytest.mark.parametrize("size", [1, 2, 7, 60, 151, 300, MOST_ENUMERATED])
@pytest.mark.parametrize("slope", [0, -1])
def test_sums_and_scipys_tails_agree(size: int, slope: int) -> None:
    rates = np.concatenate(([0.0, 1.0], np.random.default_rng(3).random(20)))
    shares = np.concatenate(([1.0, 0.0], np.random.default_rng(4).random(20)))
    for seed in range(5):
        asked = region(size, slope, seed)
        np.testing.assert_allclose(_summed(asked, rates, shares), _windowed(asked, rates, shares), atol=1e-9)
