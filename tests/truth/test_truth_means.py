"""Where the target is of the mean score: graded, skewed and zero-inflated worlds, and how often the verdict claims what isn't true."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy.special import betainc
from truth.grading import GRADES, graded
from truth.judging import count, count_again, too_often
from truth.worlds import Gone, World

from benchharness.comparison.bounded import graded_difference, graded_rate
from benchharness.comparison.clusters import clustered_rate

RUNS, AGAIN, SEED, N = 60, 800, 20_261_201, 100
BASE = World(name="means", prompts=(0.70,), tuned=(0.73,), bar=0.72, must_be="not-proven")
NO_LEAD = [replace(BASE, name=f"{kind}, gap exactly the margin", grades=kind) for kind in GRADES]
UNJUSTIFIED = [
    *NO_LEAD,
    *(replace(BASE, name=f"{kind}, fine-tune exactly on the bar", prompts=(0.5,), tuned=(0.72,), grades=kind) for kind in GRADES),
    *(
        replace(BASE, name=f"{kind}, prompt exactly on the bar", prompts=(0.72,), tuned=(0.9,), must_be="refuted", grades=kind)
        for kind in GRADES
    ),
    replace(BASE, name="graded, 13 prompts, a tenth chooses", prompts=(0.70,) * 13, dev_share=0.1, grades="graded"),
    replace(BASE, name="skewed, 5 fine-tunes, 5 prompts", prompts=(0.70,) * 5, tuned=(0.73,) * 5, grades="skewed"),
    replace(BASE, name="graded, clusters of 10", cluster_size=10, clustered=0.3, grades="graded"),
    replace(BASE, name="zero-inflated, clusters of 2", cluster_size=2, clustered=0.3, grades="zero-inflated"),
    replace(BASE, name="skewed, 3 repeats", repeats=3, grades="skewed"),
    replace(BASE, name="graded, the hardest 5% missing", gone=Gone.HARD, gone_share=0.05, most_missing=0.1, grades="graded"),
    replace(BASE, name="cheaper, 3 points behind", prompts=(0.80,), tuned=(0.77,), bar=0.60, grades="graded"),
]
ON_BAR = [World(name=f"{kind}, prompt exactly on the bar", prompts=(0.72,) * 2, tuned=(), bar=0.72, grades=kind) for kind in GRADES]
FOUND = [
    replace(BASE, name=kind, prompts=(0.60,), tuned=(0.90,), bar=0.81, must_be="refuted", grades=kind)
    for kind in ("graded", "skewed", "nearly alike", "five grades", "zero-inflated")
]


def named(world: World) -> str:
    return world.name


def some_slow(worlds: list[World]) -> list[Any]:
    """Return the worlds, those of rare falls and hits for the slow run; the quick one has them where a bound is tried alone."""
    return [pytest.param(each, marks=pytest.mark.slow) if "%" in (each.grades or "") else each for each in worlds]


@pytest.mark.parametrize("world", some_slow(UNJUSTIFIED), ids=named)
def test_a_fine_tune_is_hardly_ever_falsely_justified_by_mean_scores(world: World) -> None:
    found = count_again(world, N, runs=RUNS, again=AGAIN, seed=SEED, false=lambda each: each.false_fine_tune)
    assert not too_often(found.false_fine_tune, found.runs), f"{found.false_fine_tune} of {found.runs}"


@pytest.mark.parametrize("world", some_slow(ON_BAR), ids=named)
def test_a_prompt_is_hardly_ever_falsely_proven_enough_or_short_by_mean_scores(world: World) -> None:
    found = count_again(world, N, runs=RUNS, again=AGAIN, seed=SEED, false=lambda each: max(each.false_enough, each.false_short))
    assert not too_often(found.false_enough, found.runs), f"enough: {found.false_enough} of {found.runs}"
    assert not too_often(found.false_short, found.runs), f"short: {found.false_short} of {found.runs}"


@pytest.mark.parametrize("world", FOUND, ids=named)
def test_a_fine_tune_that_scores_thirty_points_more_is_found(world: World) -> None:
    found = count(world, 300, runs=20, seed=SEED)
    assert found.fine_tune >= 0.75 * found.runs


@pytest.mark.parametrize("kind", list(GRADES))
@pytest.mark.parametrize("n", [20, 50, 200, 1_000])
def test_no_bound_of_a_mean_errs_too_often(kind: str, n: int) -> None:
    """Both ends, at 5%: the truth lies outside of a one-sided bound in at most one draw of twenty."""
    rng, runs, mean = np.random.default_rng([SEED, n]), 300, 0.72
    above = below = 0
    for _ in range(runs):
        found = graded_rate(graded(kind, rng.random(n), mean), None)
        above += found.p_reaches(mean) <= 0.05
        below += found.p_below(mean) <= 0.05
    assert not too_often(above, runs), f"reaches: {above} of {runs}"
    assert not too_often(below, runs), f"below: {below} of {runs}"


def test_a_t_bound_alone_knows_nothing_of_a_fall_it_has_not_seen() -> None:
    """What mean scores had before: 13% of samples of 50 prove a mean that only 4% of zeros keep from being true."""
    rng, runs, mean = np.random.default_rng(SEED), 600, 0.8 * 0.96
    draws = [np.where(rng.random(50) < 0.04, 0.0, 0.8) for _ in range(runs)]
    before = sum(clustered_rate(each, None, graded=True).p_reaches(mean) <= 0.05 for each in draws)
    now = sum(graded_rate(each, None).p_reaches(mean) <= 0.05 for each in draws)
    assert before > 0.09 * runs
    assert not too_often(now, runs)


@pytest.mark.parametrize("n", [5, 30, 200, 1_000])
def test_of_marks_the_bound_is_clopper_and_pearsons(n: int) -> None:
    """And where it isn't, by the saddlepoint's error, it proves less."""
    for matched in {n // 2, n - 2, n - 1, n}:
        marks = (np.arange(n) < matched).astype(np.float64)
        for bar in (0.3, 0.6, 0.8, 0.9, 0.95, 0.99):
            exact = float(betainc(matched, n - matched + 1, bar))
            if 0.005 < exact < 0.4:
                found = graded_rate(marks, None).p_reaches(bar)
                assert exact * 0.999 <= found <= exact * 1.06


def test_of_many_scores_that_vary_the_bound_is_the_ordinary_one() -> None:
    scores = np.clip(np.random.default_rng(SEED).normal(0.6, 0.2, 3_000), 0, 1)
    error = scores.std(ddof=1) / np.sqrt(len(scores))
    found = graded_rate(scores, None).bound(0.95, lower=True)
    assert found == pytest.approx(scores.mean() - 1.645 * error, abs=0.1 * error)
    pairs = scores - np.clip(np.random.default_rng(8).normal(0.5, 0.2, 3_000), 0, 1)
    spread = pairs.std(ddof=1) / np.sqrt(len(pairs))
    assert graded_difference(pairs, None).bound(0.95, lower=True) == pytest.approx(pairs.mean() - 1.645 * spread, abs=0.15 * spread)
