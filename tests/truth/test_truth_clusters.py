"""Means of clusters, of repeats and of graded scores, exactly on the bar: falsely proven at most one time in twenty."""

import math

import numpy as np
import pytest
from truth.cluster_worlds import (
    DIFFERENCES,
    GRADED,
    KINDS,
    RARE,
    RARE_GRADED,
    SHAPES,
    beta,
    false_differences,
    false_graded,
    false_rare,
    false_rare_graded,
    false_rates,
    proven,
)

ALPHA = 0.05
SEED = 7


def too_often(count: int, runs: int) -> bool:
    """Tell whether that many false proofs of so many are above 5% by more than two standard errors."""
    return count / runs > ALPHA + 2 * math.sqrt(ALPHA * (1 - ALPHA) / runs)


def held(found: tuple[int, int], again: tuple[int, int], runs: int, more: int) -> bool:
    """Tell whether a world stays within 5%, one that strays on a few draws being looked at with many."""
    return not too_often(max(found), runs) or not too_often(max(again), more)


@pytest.mark.parametrize("shape", SHAPES)
def test_a_rate_or_a_difference_in_clusters_is_hardly_ever_proven_falsely(shape: str) -> None:
    sizes, repeats = SHAPES[shape]
    for kind in KINDS:
        found = false_rates(sizes, repeats, kind, 100, SEED)
        again = false_rates(sizes, repeats, kind, 1_000, SEED + 1) if too_often(max(found), 100) else found
        assert held(found, again, 100, 1_000), (kind.name, again)
    for true, spread in DIFFERENCES:
        found = false_differences(sizes, repeats, true, spread, 100, SEED)
        again = false_differences(sizes, repeats, true, spread, 1_000, SEED + 1) if too_often(max(found), 100) else found
        assert held(found, again, 100, 1_000), (true, spread, again)


@pytest.mark.parametrize("scores", GRADED, ids=lambda each: each.name)
def test_a_mean_score_is_hardly_ever_proven_falsely(scores: object) -> None:
    scores = next(each for each in GRADED if each is scores)
    for n in (20, 50, 200, 1_000):
        found = false_graded(scores, n, 150, SEED)
        again = false_graded(scores, n, 2_000, SEED + 1) if too_often(max(found), 150) else found
        assert held(found, again, 150, 2_000), (n, again)


RARELY = "of the paired differences the rare kind that wasn't seen is taken to lose half, and it may lose all"


@pytest.mark.xfail(strict=True, reason=RARELY)
def test_a_lead_is_hardly_ever_proven_falsely_where_few_examples_lose_all_of_it() -> None:
    strays = {world: found for world in RARE if too_often(found := false_rare(*world, 500, SEED), 500)}
    assert not strays


@pytest.mark.xfail(strict=True, reason=RARELY)
def test_a_lead_of_scores_is_hardly_ever_proven_falsely_where_few_examples_lose_all_of_it() -> None:
    strays = {world: found for world in RARE_GRADED if too_often(found := false_rare_graded(*world, 500, SEED), 500)}
    assert not strays


@pytest.mark.slow
@pytest.mark.parametrize("shape", SHAPES)
def test_every_kind_of_cluster_many_times_over(shape: str) -> None:
    sizes, repeats = SHAPES[shape]
    strays = {kind.name: found for kind in KINDS if too_often(max(found := false_rates(sizes, repeats, kind, 2_000, SEED)), 2_000)}
    assert not strays


@pytest.mark.parametrize(
    ("mean", "bar", "alike", "before"), [(0.8, 0.7, 0.2, 0.707), (0.9, 0.8, 0.2, 0.827), (0.85, 0.75, 0.1, 0.885), (0.75, 0.6, 0.3, 0.835)]
)
def test_thirty_clusters_of_ten_keep_nine_tenths_of_the_power_they_had(mean: float, bar: float, alike: float, before: float) -> None:
    # `before`: CR1 with G - 1 degrees of freedom, 1,500 draws.
    assert proven([10] * 30, beta(mean, alike), bar, 600, SEED) > 0.9 * before - 2 * math.sqrt(before * (1 - before) / 600)


def test_a_clear_lead_is_proven_with_unequal_clusters_that_are_many() -> None:
    sizes = np.random.default_rng(SEED).integers(2, 30, size=60).tolist()
    assert proven(sizes, beta(0.9, 0.1), 0.75, 200, SEED) > 0.95
