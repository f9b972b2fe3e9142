"""The whole verdict in worlds of known truth: what it claims is false at most one time in twenty, and it claims what is true.

`python -m truth.full`, in tests/, counts every world at every size and writes docs/truth.md.
"""

import pytest
from truth.attacks import ATTACKS, OWN, POWER, QUICK
from truth.catalogue import JUSTIFIED, PROMPT_WORLDS, UNJUSTIFIED, WITH_LOOKS, WITH_PEEKING
from truth.judging import CLAIMS, Counts, count, count_again, too_often
from truth.keeping import BEFORE, MIDDLE, kept
from truth.worlds import World

SEED, N = 7, 200
# Too many draws for the tests that run at every change; a world that seems to stray is looked at with many.
FEW, MANY, AGAIN = 40, 200, 800
# Found by these worlds and not mended yet; strict, so that the mark goes with the mend.


def strays(world: World, n: int, runs: int) -> dict[str, tuple[int, int]]:
    """Return the claims that are false too often, with how often of how many."""
    found = count_again(world, n, runs=runs, again=AGAIN, seed=SEED, false=lambda each: each.false_most)
    told = {claim: int(getattr(found, f"false_{claim}")) for claim in CLAIMS}
    return {claim: (false, found.runs) for claim, false in told.items() if too_often(false, found.runs)}


@pytest.mark.parametrize("world", QUICK, ids=lambda world: world.name)
def test_nothing_is_claimed_falsely_more_than_one_time_in_twenty(world: World) -> None:
    assert not strays(world, 100, FEW)


@pytest.mark.parametrize(
    ("world", "n", "runs"),
    [
        # An own model and a fine-tune each have a chance to open the door: their proofs are corrected together.
        (OWN[2], 50, 300),
        # A classical model's missing answers are read as right where a fine-tune is the own model, too.
        (OWN[5], N, 100),
    ],
)
def test_an_own_model_is_hardly_ever_said_to_reach_a_bar_it_does_not(world: World, n: int, runs: int) -> None:
    found = count(world, n, runs=runs, seed=SEED)
    assert not too_often(found.false_self_host, runs), found.false_self_host


@pytest.mark.slow
@pytest.mark.parametrize(
    "world",
    [each for each in (*UNJUSTIFIED, *PROMPT_WORLDS, *ATTACKS) if each != OWN[3]],
    ids=lambda world: world.name,
)
def test_nothing_is_claimed_falsely_in_any_world(world: World) -> None:
    assert not strays(world, N, MANY)


@pytest.mark.parametrize("world", WITH_LOOKS, ids=lambda world: world.name)
def test_looking_again_and_again_stays_honest_with_anytime_tests(world: World) -> None:
    found = count(world, N, runs=20, seed=SEED)
    assert not too_often(found.false_fine_tune, found.runs), f"{found.false_fine_tune} of {found.runs}"


@pytest.mark.slow
def test_plain_tests_looked_at_again_and_again_claim_too_much_which_is_what_anytime_is_for() -> None:
    found = [count(world, 500, runs=60, seed=SEED) for world in WITH_PEEKING]
    assert any(too_often(each.false_fine_tune, each.runs) for each in found), [each.false_fine_tune for each in found]


def test_before_the_same_worlds_were_claimed_falsely_which_is_what_they_are_for() -> None:
    before = kept(BEFORE)
    worst = [before[world.name, MIDDLE].false_most / before[world.name, MIDDLE].runs for world in QUICK if (world.name, MIDDLE) in before]
    assert sum(share > 0.10 for share in worst) >= len(QUICK) / 2


@pytest.mark.parametrize("world", POWER[:2], ids=lambda world: world.name)
def test_a_clear_case_is_found_three_times_in_four(world: World) -> None:
    found = count(world, 300, runs=40, seed=SEED)
    assert found.fine_tune >= 0.75 * found.runs
    assert found.false_fine_tune == 0


def test_a_fine_tune_that_is_far_better_is_found() -> None:
    world = next(each for each in JUSTIFIED if each.name == "gap of 20 points")
    found = count(world, 500, runs=40, seed=SEED)
    assert found.fine_tune > 0.9 * found.runs
    assert found.false_fine_tune == 0


def test_a_world_knows_which_claims_are_true_of_it() -> None:
    """A truth read wrongly would pass any verdict."""
    clear = World(name="clear", prompts=(0.6,), tuned=(0.9,), bar=0.8)
    assert (clear.justified, clear.refuted, clear.short, clear.enough) == (True, True, True, False)
    assert not World(name="rival", prompts=(0.6,), tuned=(0.9,), classical=(0.8,), bar=0.8).justified
    assert not World(name="slice", prompts=(0.6,), tuned=(0.9,), bar=0.8, slice_share=0.2, slice_rates=(0.9, 0.85)).justified
    assert not World(name="share", prompts=(0.81,), tuned=(0.9,), bar=0.7, of_fine_tuned=0.9).justified
    assert World(name="own", prompts=(0.9,), tuned=(), hosted=(0.9,), bar=0.8, may_leave=False).hostable
    assert not World(name="own", prompts=(0.9,), tuned=(), hosted=(0.8,), bar=0.8, may_leave=False).hostable
    said = Counts(world=clear, n=10, runs=10, fine_tune=3, short=4, enough=5)
    assert (said.false_fine_tune, said.false_short, said.false_enough, said.false_most) == (0, 0, 5, 5)
