"""The exact tests of a pair and of a ratio, held against sums over every table written from the definitions alone."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, multinomial

from benchharness.comparison.paired import tango_z
from benchharness.comparison.paired_exact import exact_bound, p_exceeds
from benchharness.comparison.tang_ratio import keeps_p, tang_share
from benchharness.comparison.trinomial import MOST_ENUMERATED, most_probable, region_of
from benchharness.records.comparison import Proof

TABLES = (
    st.integers(1, 80)
    .flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n)))
    .flatmap(lambda of: st.tuples(st.just(of[0]), st.just(of[1]), st.integers(0, of[0] - of[1])))
)


@pytest.mark.parametrize(("n", "difference"), [(6, 0.0), (9, 0.1), (12, -0.1), (15, 0.05)])
def test_a_p_value_is_the_worst_case_over_every_table_at_least_as_strong(n: int, difference: float) -> None:
    tables = [(ahead, behind) for ahead, behind in itertools.product(range(n + 1), repeat=2) if ahead + behind <= n]
    p_values = {table: p_exceeds(*table, n, difference) for table in tables}
    counts = np.array([(ahead, behind, n - ahead - behind) for ahead, behind in tables])
    for table in tables[:: max(1, len(tables) // 25)]:
        stronger = np.array([p_values[each] <= p_values[table] + 1e-12 for each in tables])
        worst = 0.0
        for behind in np.linspace(max(0.0, -difference), (1 - difference) / 2, 400):
            rates = np.clip([behind + difference, behind, 1 - 2 * behind - difference], 0, 1)
            worst = max(worst, float(multinomial.pmf(counts, n, rates / rates.sum())[stronger].sum()))
        # Tables in one cell are equally strong, and a safety of half a thousandth is on top.
        assert worst <= p_values[table] + 1e-9
        assert p_values[table] <= worst * 1.002 + 1e-9


@settings(deadline=None, max_examples=60)
@given(TABLES)
def test_one_more_win_is_stronger_and_one_more_loss_weaker_in_p_values_and_bounds(table: tuple[int, int, int]) -> None:
    n, ahead, behind = table
    if ahead + behind == n:
        return
    for difference in (-0.03, 0.0, 0.1):
        assert p_exceeds(ahead + 1, behind, n, difference) <= p_exceeds(ahead, behind, n, difference) + 1e-12
        assert p_exceeds(ahead, behind + 1, n, difference) >= p_exceeds(ahead, behind, n, difference) - 1e-12
    assert exact_bound(ahead + 1, behind, n, lower=True) >= exact_bound(ahead, behind, n, lower=True) - 2e-3
    assert exact_bound(ahead, behind + 1, n, lower=True) <= exact_bound(ahead, behind, n, lower=True) + 2e-3


@settings(deadline=None, max_examples=60)
@given(TABLES, st.sampled_from([0.0, 0.03, 0.05, 0.1]), st.sampled_from([0.95, 0.99, 0.9962]))
def test_a_bound_is_above_a_difference_that_was_asked_exactly_where_its_p_value_is_small(
    table: tuple[int, int, int], margin: float, confidence: float
) -> None:
    n, ahead, behind = table
    asked = (-margin, 0.0, margin)
    lower = exact_bound(ahead, behind, n, confidence, lower=True, asked=asked)
    assert lower <= (ahead - behind) / n + 1e-9
    assert lower == -exact_bound(behind, ahead, n, confidence, lower=False, asked=asked)
    for difference in asked:
        proven = p_exceeds(ahead, behind, n, difference) <= round(1 - confidence, 12)
        assert (lower > difference) == proven


def test_the_bound_of_a_clean_sweep_is_the_binomial_one() -> None:
    # All 50 won by the first: only a rate of 0.05^(1/50) makes that as likely as 5%, and then the second wins the rest.
    assert exact_bound(50, 0, 50, lower=True) == pytest.approx(2 * 0.05 ** (1 / 50) - 1, abs=1e-3)


def test_of_nothing_nothing_is_known_and_no_lead_exceeds_one() -> None:
    assert (exact_bound(0, 0, 0, lower=True), exact_bound(0, 0, 0, lower=False), p_exceeds(0, 0, 0)) == (-1.0, 1.0, 1.0)
    assert (p_exceeds(10, 0, 10, 1.0), p_exceeds(0, 5, 10, -1.0)) == (1.0, 0.0)


def test_the_published_crossover_trial_with_one_loss_of_44_is_on_the_edge_of_a_margin_of_ten_points() -> None:
    # Tango's approximation says -0.0957 (43, 0, 1, 0; Tango 1998). With no ties lost but one, the true tail is a sum of two terms:
    # at a lead of -0.10 the worst case is that only the second ever wins, and 0 or 1 of 44 has this probability.
    alone = float(binom.cdf(1, 44, 0.10))
    assert alone > 0.05
    assert p_exceeds(0, 1, 44, -0.10) == pytest.approx(alone, rel=0.02)
    assert exact_bound(0, 1, 44, lower=True) < -0.10


@pytest.mark.parametrize("n", [MOST_ENUMERATED + 1, 20_000])
def test_of_many_pairs_what_the_data_exclude_is_left_out_and_the_bound_stays_tangos_or_a_little_below(n: int) -> None:
    ahead, behind = n // 10, n // 11
    bound = exact_bound(ahead, behind, n, lower=True)
    z = tango_z(ahead, behind, n, bound)
    assert 1.64 < z < 1.75
    assert math.isfinite(bound)


@settings(deadline=None, max_examples=40)
@given(st.integers(3, 120), st.sampled_from([-0.1, -0.03, 0.0, 0.05, 0.3]), st.floats(0.8, 3.0))
def test_no_rate_between_those_that_are_tried_is_more_than_a_crumb_worse(n: int, difference: float, z: float) -> None:
    region = region_of(
        lambda behind, ahead: np.array([tango_z(a, b, n, difference) >= z for a, b in zip(ahead, behind, strict=True)]), n, 0, 1, slope=0
    )
    low, high = max(0.0, -difference), (1 - difference) / 2
    found = most_probable(region, lambda rates: (rates + difference) / np.maximum(1 - rates, 1e-9), low, high)
    for rate in low + (high - low) * np.sin(np.linspace(0, math.pi / 2, 600)) ** 2:
        share = min(1.0, (rate + difference) / (1 - rate))
        tails = binom.pmf(region.counts, n, rate) * binom.sf(region.needed - 1, n - region.counts, share)
        assert float(tails.sum()) <= found + 1e-9


@settings(deadline=None, max_examples=40)
@given(TABLES, st.sampled_from([0.8, 0.9, 1.0]))
def test_a_share_isnt_both_kept_and_lost_and_one_more_match_of_the_first_alone_is_stronger(
    table: tuple[int, int, int], share: float
) -> None:
    both, first, second = table
    first, second = min(first, 40), min(second, 40)
    assert keeps_p(both, first, second, share) > 0.05 or keeps_p(both, second, first, 1 / share) > 0.05
    if second:
        assert keeps_p(both, first + 1, second - 1, share) <= keeps_p(both, first, second, share) + 1e-12
    assert (tang_share(both, first, second, share) is Proof.PROVEN) == (keeps_p(both, first, second, share) <= 0.05)
