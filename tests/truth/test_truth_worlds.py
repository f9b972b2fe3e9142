"""The whole verdict in worlds of known truth: it says `fine-tune` falsely at most one time in twenty, and says it where it's true.

`python -m truth.full`, in tests/, runs every world at every size, many more times, and writes docs/truth.md.
"""

import pytest
from truth.catalogue import JUSTIFIED, PROMPT_WORLDS, UNJUSTIFIED, WITH_LOOKS, WITH_PEEKING
from truth.judging import Counts, count, count_again, too_often
from truth.worlds import World

RUNS, AGAIN, SEED, N = 200, 1_200, 20_261_121, 200


def judged(world: World, n: int, runs: int) -> Counts:
    return count(world, n, runs=runs, seed=SEED)


@pytest.mark.parametrize("world", UNJUSTIFIED, ids=lambda world: world.name)
def test_a_fine_tune_that_is_not_justified_is_hardly_ever_said_to_be(world: World) -> None:
    found = count_again(world, N, runs=RUNS, again=AGAIN, seed=SEED, false=lambda each: each.false_fine_tune)
    assert not too_often(found.false_fine_tune, found.runs), f"{found.false_fine_tune} of {found.runs}"


@pytest.mark.parametrize("world", WITH_LOOKS, ids=lambda world: world.name)
def test_looking_again_and_again_stays_honest_with_anytime_tests(world: World) -> None:
    found = judged(world, 500, 40)
    assert not too_often(found.false_fine_tune, found.runs), f"{found.false_fine_tune} of {found.runs}"


@pytest.mark.parametrize("world", PROMPT_WORLDS, ids=lambda world: world.name)
def test_a_prompt_is_hardly_ever_proven_to_be_what_it_is_not(world: World) -> None:
    found = count_again(world, N, runs=RUNS, again=AGAIN, seed=SEED, false=lambda each: max(each.false_enough, each.false_short))
    assert not too_often(found.false_enough, found.runs), f"enough: {found.false_enough} of {found.runs}"
    assert not too_often(found.false_short, found.runs), f"short: {found.false_short} of {found.runs}"


def test_plain_tests_looked_at_again_and_again_claim_too_much_which_is_what_anytime_is_for() -> None:
    found = [judged(world, 500, 60) for world in WITH_PEEKING]
    assert any(too_often(each.false_fine_tune, each.runs) for each in found), [each.false_fine_tune for each in found]


def test_a_fine_tune_that_is_far_better_is_found() -> None:
    world = next(each for each in JUSTIFIED if each.name == "gap of 20 points")
    found = judged(world, 500, 40)
    assert found.fine_tune > 0.9 * found.runs
    assert found.false_fine_tune == 0
