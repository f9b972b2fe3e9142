import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.regression.linear_model import OLS

from benchharness.comparison.clusters import cluster_mean, clustered_difference, clustered_rate
from benchharness.comparison.paired import tango_bound
from benchharness.comparison.rates import exact_lower, exact_upper

TOY = np.array([1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 1, 0, 1, 1, 1, 0, 0, 1, 0, 0], dtype=float)
FIVE = np.repeat(np.arange(5), 4)


def test_the_toy_set_gives_the_published_errors() -> None:
    assert cluster_mean(TOY, FIVE).error == pytest.approx(0.0935414347, abs=1e-10)
    assert cluster_mean(TOY, FIVE).freedom == 4
    assert cluster_mean(TOY, None).error == pytest.approx(0.1141328865, abs=1e-10)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 1), st.integers(0, 6)), min_size=8, max_size=60))
def test_statsmodels_gives_the_same_cluster_robust_error(rows: list[tuple[int, int]]) -> None:
    values, clusters = np.array([row[0] for row in rows], dtype=float), np.array([row[1] for row in rows])
    groups = len(np.unique(clusters))
    if groups < 2:
        return
    fitted = OLS(values, np.ones(len(values))).fit()
    robust = fitted.get_robustcov_results("cluster", groups=clusters, use_correction=False)
    assert cluster_mean(values, clusters).error == pytest.approx(math.sqrt(groups / (groups - 1)) * float(robust.bse[0]), abs=1e-9)


def test_clusters_that_all_agree_prove_no_more_than_one_example_each() -> None:
    found = clustered_rate(np.ones(500), np.repeat(np.arange(10), 50))
    assert found.size == 10
    assert found.bound(0.95, lower=True) == pytest.approx(exact_lower(10, 10))
    assert found.bound(0.95, lower=False) == 1.0
    assert found.p_reaches(0.90) == pytest.approx(0.90**10)


def test_no_difference_in_any_cluster_is_no_proof_of_one_and_none_of_its_absence() -> None:
    found = clustered_difference(np.zeros(500), np.repeat(np.arange(10), 50))
    assert found.p_value() == 1.0
    assert found.bound(0.95, lower=True) == pytest.approx(tango_bound(0, 0, 10, lower=True))
    assert found.bound(0.95, lower=True) < -0.1


def test_a_rate_exactly_at_the_bar_without_spread_is_neither_proven_nor_refuted() -> None:
    found = clustered_rate(np.full(50, 0.6), None, 250)
    assert found.p_reaches(0.6) > 0.4
    assert found.p_below(0.6) > 0.4


def test_clusters_with_equal_means_have_no_error_made_of_crumbs() -> None:
    found = clustered_rate(np.tile([1.0, 0.0, 0.0], 20), np.repeat(np.arange(20), 3))
    assert found.estimate.error == 0.0
    assert found.size == 20
    assert clustered_rate(np.full(49, 0.1), None, 490).size == 49


def test_one_cluster_tells_nothing() -> None:
    rate, difference = clustered_rate(TOY, np.zeros(20, dtype=int)), clustered_difference(TOY, np.zeros(20, dtype=int))
    assert (rate.bound(0.95, lower=True), rate.bound(0.95, lower=False)) == (0.0, 1.0)
    assert (rate.p_reaches(0.1), rate.p_below(0.99)) == (1.0, 1.0)
    assert (difference.bound(0.95, lower=True), difference.bound(0.95, lower=False), difference.p_value()) == (-1.0, 1.0, 1.0)


def test_under_eight_clusters_each_counts_as_one_example() -> None:
    assert clustered_rate(TOY, FIVE).size <= 5
    assert clustered_rate(np.tile(TOY, 2), np.repeat(np.arange(10), 4)).size > 10


def test_each_example_its_own_cluster_is_about_the_exact_binomial_interval() -> None:
    values = np.array([1.0] * 176 + [0.0] * 24)
    found = clustered_rate(values, np.arange(200))
    assert found.bound(0.95, lower=True) == pytest.approx(exact_lower(176, 200), abs=0.002)
    assert found.bound(0.95, lower=False) == pytest.approx(exact_upper(176, 200), abs=0.004)


def test_repeats_that_agree_less_than_examples_do_sharpen_the_rate_but_never_beyond_the_rows() -> None:
    rng = np.random.default_rng(7)
    means = rng.binomial(5, 0.8, size=100) / 5
    found = clustered_rate(means, None, 500)
    assert 300 < found.size <= 500
    assert found.interval(0.95).high - found.interval(0.95).low < 0.09


def test_ignoring_clusters_is_surer_than_it_may_be() -> None:
    rng = np.random.default_rng(7)
    clusters = np.repeat(np.arange(30), 10)
    values = (rng.random(300) < np.repeat(rng.choice([0.5, 0.95], size=30), 10)).astype(float)
    honest, naive = clustered_rate(values, clusters).interval(0.95), clustered_rate(values, None).interval(0.95)
    assert honest.high - honest.low > 1.4 * (naive.high - naive.low)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from([0, 0.25, 0.5, 0.75, 1]), st.integers(0, 12)), min_size=2, max_size=60))
def test_bounds_hold_the_mean_p_values_are_shares_and_order_is_no_matter(rows: list[tuple[float, int]]) -> None:
    values, clusters = np.array([float(row[0]) for row in rows]), np.array([row[1] for row in rows])
    found = clustered_rate(values, clusters, 4 * len(rows))
    assert 0 <= found.bound(0.95, lower=True) <= values.mean() + 1e-9
    assert values.mean() - 1e-9 <= found.bound(0.95, lower=False) <= 1
    for bar in (0.01, 0.5, 0.855, 0.99):
        assert 0 <= found.p_reaches(bar) <= 1
        assert 0 <= found.p_below(bar) <= 1
        assert found.p_reaches(bar) > 0.05 or found.p_below(bar) > 0.05
    turned = clustered_rate(values[::-1], clusters[::-1], 4 * len(rows))
    assert turned.bound(0.95, lower=True) == pytest.approx(found.bound(0.95, lower=True), abs=1e-6)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from([-1.0, -0.4, 0.0, 0.4, 1.0]), st.integers(0, 12)), min_size=2, max_size=60))
def test_differences_turn_their_signs_with_the_sides(rows: list[tuple[float, int]]) -> None:
    values, clusters = np.array([row[0] for row in rows]), np.array([row[1] for row in rows])
    one, other = clustered_difference(values, clusters), clustered_difference(-values, clusters)
    assert one.bound(0.95, lower=True) == pytest.approx(-other.bound(0.95, lower=False), abs=1e-6)
    assert one.p_value() == pytest.approx(other.p_value(), abs=1e-9)
    assert one.bound(0.95, lower=True) <= values.mean() + 1e-9


def test_a_bar_in_correlated_clusters_is_falsely_proven_about_as_rarely_as_promised() -> None:
    # Student's t alone errs 8% of the time here, one-sided, with 30 clusters.
    rng, wrong, runs = np.random.default_rng(7), 0, 600
    for _ in range(runs):
        ability = rng.beta(8, 2, size=30)
        values = (rng.random((30, 10)) < ability[:, None]).astype(float).ravel()
        wrong += clustered_rate(values, np.repeat(np.arange(30), 10)).p_reaches(0.8) <= 0.05
    assert wrong / runs < 0.075
