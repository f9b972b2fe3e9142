"""Where each input makes both paths cost the same."""

import pytest

from benchharness.economics.breaking_even import break_evens
from benchharness.economics.comparing import Inputs, compare_costs
from benchharness.records.cost_plan import CostPlan, Hosting, PathPlan
from benchharness.records.suite import FineTunePlan, Volume


def inputs(*, engineers: float = 1.0, per_1k: float = 20.0, training: float = 10_000.0) -> Inputs:
    return Inputs(
        plan=CostPlan(
            months=36,
            engineer_usd_per_year=120_000.0,
            price_change=0.0,
            prompt=PathPlan(usd_per_1k=per_1k),
            fine_tuned=PathPlan(engineers=engineers, hosting=Hosting(usd_per_month=2_000.0)),
        ),
        volume=Volume(requests_per_month=1_000_000),
        training=FineTunePlan(training_cost_usd=training),
        measured={},
    )


def saving(of: Inputs) -> float:
    costs = compare_costs(of)
    assert costs is not None
    return costs.saving[1.0].low


def test_at_the_value_named_both_paths_really_cost_the_same() -> None:
    found = {each.name: each for each in break_evens(inputs())}
    assert saving(inputs()) > 0
    engineers, answers, training = found["fine_tuned.engineers"], found["prompt.answers"], found["fine_tuned.training"]
    assert engineers.factor is not None
    assert saving(inputs(engineers=engineers.factor)) == pytest.approx(0, abs=1e-4)
    assert answers.at is not None
    assert saving(inputs(per_1k=answers.at)) == pytest.approx(0, abs=1e-4)
    assert training.at is not None
    assert saving(inputs(training=training.at)) == pytest.approx(0, abs=1e-4)


def test_the_input_that_needs_the_least_change_comes_first_and_one_that_cannot_flip_it_has_no_value() -> None:
    found = break_evens(inputs(engineers=50.0))
    assert found[0].name in {"fine_tuned.engineers", "prompt.answers"}
    assert next(each for each in found if each.name == "fine_tuned.training").at is None
