import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import bootstrap, permutation_test

from benchharness.comparison.graded import acceleration, bca, graded_interval, sign_flip_interval, sign_flip_p

PUBLISHED = np.array([10, 12, 12.5, 12.5, 13.9, 15, 21, 22, 23, 34, 50, 81, 89, 121, 134, 213])


def test_bca_is_within_one_percent_of_the_published_digits() -> None:
    found = bca(PUBLISHED, seed=7, resamples=50_000)
    assert found.low == pytest.approx(32.31, rel=0.01)
    assert found.high == pytest.approx(91.43, rel=0.01)


def test_the_acceleration_of_a_difference_of_means_is_the_published_one() -> None:
    y = np.array([10, 27, 31, 40, 46, 50, 52, 104, 146.0])
    z = np.array([16, 23, 38, 94, 99, 141, 197.0])
    assert acceleration([z - z.mean(), y.mean() - y]) == pytest.approx(0.011008228344026734, rel=1e-12)
    assert acceleration([np.zeros(5)]) == 0.0


def test_scipys_bca_on_scores_is_the_same_within_its_own_noise() -> None:
    scores = np.random.default_rng(3).beta(5, 2, size=60)
    found = bca(scores, seed=7)
    oracle = bootstrap((scores,), np.mean, method="BCa", n_resamples=9999, rng=np.random.default_rng(1)).confidence_interval
    assert (found.low, found.high) == pytest.approx((oracle.low, oracle.high), abs=0.004)


def test_the_same_seed_gives_the_same_interval_and_its_method_says_so() -> None:
    assert bca(PUBLISHED, seed=7) == bca(PUBLISHED, seed=7)
    assert bca(PUBLISHED, seed=7) != bca(PUBLISHED, seed=8)
    assert bca(PUBLISHED, seed=7).method == "BCa bootstrap, 9999 resamples, seed 7"


def test_equal_scores_fall_back_to_what_as_many_yes_or_no_answers_would_show() -> None:
    found = graded_interval(np.ones(50), seed=7)
    assert (round(found.low, 10), found.high) == (0.9288782635, 1.0)
    differences = graded_interval(np.zeros(50), seed=7, paired=True)
    assert -0.1 < differences.low < 0 < differences.high < 0.1
    with pytest.raises(ValueError, match="two different values"):
        bca(np.ones(50), seed=7)


def test_few_scores_are_flipped_exactly_and_too_few_exclude_nothing() -> None:
    few = np.array([0.2, 0.3, 0.1, 0.4, 0.35, 0.25, 0.15, 0.05])
    assert graded_interval(few, seed=7).method == "exact sign flips"
    three = graded_interval(few[:3], seed=7)
    assert (three.low, three.high) == (0.0, 1.0)
    one = graded_interval(few[:1], seed=7)
    assert (one.low, one.high) == (0.0, 1.0)
    assert graded_interval(few[:0], seed=7).method == "no data"


def test_very_many_scores_take_students_t_at_once() -> None:
    scores = np.random.default_rng(3).random(20_000)
    found = graded_interval(scores, seed=7)
    assert found.method == "t"
    assert (found.low, found.high) == pytest.approx((scores.mean() - 0.0040, scores.mean() + 0.0040), abs=1e-4)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.floats(0, 1), min_size=6, max_size=9))
def test_the_flipped_interval_excludes_exactly_what_the_flipped_test_rejects(scores: list[float]) -> None:
    values = np.array(scores) + np.linspace(0, 0.001, len(scores))
    found = sign_flip_interval(values, 0.90, low=-9, high=9)
    assert sign_flip_p(values - (found.low - 1e-6), seed=7, one_sided=True) <= 0.05
    assert sign_flip_p(values - (found.low + 1e-6), seed=7, one_sided=True) > 0.05


def test_the_exact_sign_flip_test_is_that_of_listing_every_flip() -> None:
    differences = np.array([0.3, -0.1, 0.25, 0.0, 0.4, 0.15])
    observed = abs(differences.sum())
    listed = np.mean([abs(np.dot(signs, differences)) >= observed - 1e-12 for signs in itertools.product((-1, 1), repeat=6)])
    assert sign_flip_p(differences, seed=7) == pytest.approx(float(listed))


def test_scipys_permutation_test_gives_the_same_p_value() -> None:
    differences = np.random.default_rng(3).normal(0.15, 0.3, size=12)
    oracle = permutation_test((differences,), np.mean, permutation_type="samples", alternative="greater", n_resamples=np.inf).pvalue
    assert sign_flip_p(differences, seed=7, one_sided=True) == pytest.approx(oracle)


def test_random_flips_agree_with_the_normal_limit_on_many_differences() -> None:
    differences = np.random.default_rng(3).normal(0.02, 0.3, size=600)
    from scipy.stats import norm

    limit = 2 * norm.sf(abs(differences.sum()) / np.sqrt(np.sum(differences**2)))
    assert sign_flip_p(differences, seed=7) == pytest.approx(limit, abs=0.02)
    many = np.tile(differences, 20)
    assert sign_flip_p(many, seed=7) == pytest.approx(2 * norm.sf(abs(many.sum()) / np.sqrt(np.sum(many**2))))


def test_a_p_value_from_random_flips_is_never_zero() -> None:
    assert sign_flip_p(np.full(50, 0.5), seed=7) == 1 / 10_000


def test_no_difference_at_all_has_a_p_value_of_one() -> None:
    assert sign_flip_p(np.zeros(30), seed=7) == 1.0
    assert sign_flip_p(np.array([]), seed=7) == 1.0


def test_too_many_values_to_list_are_refused() -> None:
    with pytest.raises(ValueError, match="too many subsets"):
        sign_flip_interval(np.ones(15), low=0, high=1)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_every_interval_holds_the_mean_and_stays_in_range(scores: list[float]) -> None:
    values = np.array(scores)
    found = graded_interval(values, seed=7, resamples=499)
    assert 0 <= found.low <= values.mean() + 1e-9
    assert values.mean() - 1e-9 <= found.high <= 1
