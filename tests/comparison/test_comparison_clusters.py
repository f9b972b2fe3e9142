import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from benchharness.comparison.clusters import cluster_mean, clustered_difference, clustered_rate
from benchharness.comparison.paired import tango_bound
from benchharness.comparison.rates import exact_lower, exact_upper

TOY = np.array([1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 1, 0, 1, 1, 1, 0, 0, 1, 0, 0], dtype=float)
FIVE = np.repeat(np.arange(5), 4)


def test_the_toy_set_gives_the_published_errors() -> None:
    assert cluster_mean(TOY, FIVE).error == pytest.approx(0.0935414347, abs=1e-10)
    assert cluster_mean(TOY, FIVE).freedom == 4
    assert cluster_mean(TOY, None).error == pytest.approx(0.1141328865, abs=1e-10)


def dense(sizes: list[int]) -> tuple[NDArray[np.float64], float]:
    """Return what CR2 weighs residuals with, by example, and Satterthwaite's degrees of freedom, from matrices of the examples' number.

    Bell & McCaffrey 2002, of a model with an intercept alone, where a cluster's values are alike.
    """
    n, groups = sum(sizes), np.repeat(np.arange(len(sizes)), sizes)
    residual_maker = np.eye(n) - np.full((n, n), 1 / n)
    weights, columns = np.empty(n), []
    for group in range(len(sizes)):
        at = np.flatnonzero(groups == group)
        values, vectors = np.linalg.eigh(np.eye(len(at)) - 1 / n)
        adjusted = vectors @ np.diag(values**-0.5) @ vectors.T
        weights[at] = adjusted.sum(axis=0)
        columns.append(residual_maker[:, at] @ adjusted.sum(axis=1) / n)
    made = np.stack(columns, axis=1)
    inner = made.T @ (groups[:, None] == groups[None, :]) @ made
    return weights, float(np.trace(inner) ** 2 / (inner**2).sum())


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 1), st.integers(0, 6)), min_size=8, max_size=60))
def test_the_closed_form_is_bell_and_mccaffreys_error_and_degrees_of_freedom(rows: list[tuple[int, int]]) -> None:
    rows = sorted(rows, key=lambda row: row[1])
    values, clusters = np.array([row[0] for row in rows], dtype=float), np.array([row[1] for row in rows])
    _, sizes = np.unique(clusters, return_counts=True)
    if len(sizes) < 2:
        return
    weights, freedom = dense(sizes.tolist())
    found = cluster_mean(values, clusters)
    sums = np.add.reduceat(weights * (values - values.mean()), np.cumsum(sizes) - sizes)
    assert found.error == pytest.approx(math.sqrt(float((sums**2).sum())) / len(values), abs=1e-9)
    assert found.freedom == pytest.approx(min(freedom, len(sizes) - 1), rel=1e-5)
    assert found.clusters <= len(sizes) + 1e-9


@pytest.mark.parametrize(
    ("sizes", "effective"),
    [([10] * 30, 30.0), ([200] + [1] * 200, 1.010), ([200, 100, 50, 25, 12, 6, 4, 3], 1.6668), ([4, 2], 1.4706)],
)
def test_the_effective_number_of_clusters_is_g_by_one_and_the_squared_variation_of_their_squared_sizes(
    sizes: list[int], effective: float
) -> None:
    found = cluster_mean(np.tile([0.0, 1.0], sum(sizes))[: sum(sizes)], np.repeat(np.arange(len(sizes)), sizes)).clusters
    squares = np.array(sizes, dtype=float) ** 2
    # Carter, Schnepel & Steigerwald 2017, eq. 7, with gamma_g = n_g^2 (their case of one regressor that never varies).
    assert found == pytest.approx(len(sizes) / (1 + squares.var() / squares.mean() ** 2))
    assert found == pytest.approx(effective, rel=1e-3)


def test_nothing_is_proven_of_fewer_than_six_effective_clusters() -> None:
    for sizes in ([200] + [1] * 200, [200, 100, 50, 25, 12, 6, 4, 3], [50] * 5):
        clusters = np.repeat(np.arange(len(sizes)), sizes)
        rate, difference = clustered_rate(np.ones(sum(sizes)), clusters), clustered_difference(np.ones(sum(sizes)), clusters)
        assert (rate.bound(0.95, lower=True), rate.p_reaches(0.01), rate.size) == (0.0, 1.0, 0.0)
        assert (difference.bound(0.95, lower=True), difference.p_exceeds(-0.5), difference.p_value()) == (-1.0, 1.0, 1.0)


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
