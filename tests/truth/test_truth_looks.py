"""Going on until it says `fine-tune` gets one that may be believed no more often than a single look would.

`python -m truth.looking`, in tests/, runs many more draws of each way.
"""

import pytest
from truth.judging import too_often
from truth.looking import HONEST, PERSISTENT, Persistence, persist

DRAWS = 100


@pytest.mark.parametrize("how", PERSISTENT, ids=lambda how: how.world.name)
def test_going_on_until_it_suits_gets_no_more_than_one_look(how: Persistence) -> None:
    found = persist(how, DRAWS)
    assert not too_often(found.clean, found.draws), f"{found.clean} of {found.draws}, and {found.said} with exploratory ones"


def test_without_counting_looks_growing_would_claim_too_much() -> None:
    found = [persist(how, DRAWS) for how in PERSISTENT[:2]]
    assert any(too_often(each.said, each.draws) for each in found), [each.said for each in found]


@pytest.mark.parametrize("how", HONEST, ids=lambda how: how.world.name)
def test_who_does_as_told_is_believed(how: Persistence) -> None:
    found = persist(how, 30)
    assert found.clean >= 0.75 * found.draws


def test_a_fine_tune_that_is_only_cheaper_on_fresh_examples_is_not_proven_better_there() -> None:
    how = next(each for each in PERSISTENT if each.world.name.endswith("grown once"))
    found = persist(how, 150)
    assert found.clean < found.said, f"{found.clean} of {found.said}"
