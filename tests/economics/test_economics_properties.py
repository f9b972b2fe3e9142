"""What must hold of any costs: linear in volume, additive in parts, crossing where the lines cross, mistakes refused."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchharness.economics.comparing import Inputs, compare_costs, lacking
from benchharness.economics.crossover import crossover
from benchharness.economics.ownership import Machines, PathCosts, total_cost
from benchharness.economics.ranges import Range, range_of
from benchharness.records.cost_plan import CostPlan, Hosting, PathPlan
from benchharness.records.suite import FineTunePlan, Volume

money = st.floats(0, 1e6, allow_nan=False)
small = st.floats(0, 0.1, allow_nan=False)


@st.composite
def ranges(draw: st.DrawFn, ends: st.SearchStrategy[float] = money) -> Range:
    low, high = sorted((draw(ends), draw(ends)))
    return Range(low, high)


@st.composite
def paths(draw: st.DrawFn) -> PathCosts:
    machines = draw(
        st.none()
        | st.builds(Machines, usd_per_month=ranges(st.floats(1, 1e5)), fewest=st.integers(1, 4), needed=ranges(st.floats(0.01, 50)))
    )
    return PathCosts(
        per_request=draw(ranges(small)),
        requests_per_month=draw(st.floats(1, 1e7)),
        once=draw(ranges()),
        training=draw(ranges()),
        retrain_every_months=draw(st.none() | st.floats(0.5, 48)),
        engineers=draw(ranges()),
        monthly=draw(ranges()),
        machines=machines,
    )


@given(path=paths(), months=st.integers(1, 120), times=st.floats(0.01, 100))
def test_a_total_is_the_sum_of_its_parts(path: PathCosts, months: int, times: float) -> None:
    found = total_cost(path, months=months, times=times)
    assert found.total_usd.low == pytest.approx(sum(each.low for each in found.parts.values()), rel=1e-9, abs=1e-6)
    assert found.total_usd.high == pytest.approx(sum(each.high for each in found.parts.values()), rel=1e-9, abs=1e-6)


@given(path=paths(), months=st.integers(1, 120), times=st.floats(0.01, 50))
def test_answers_cost_twice_as_much_at_twice_the_volume_and_nothing_falls(path: PathCosts, months: int, times: float) -> None:
    once, twice = (total_cost(path, months=months, times=each) for each in (times, 2 * times))
    assert twice.total_usd.high >= once.total_usd.high
    if "answers" in once.parts:
        assert twice.parts["answers"].high == pytest.approx(2 * once.parts["answers"].high)


@given(prompt=paths(), other=paths(), months=st.integers(1, 60))
def test_beyond_the_crossover_the_other_path_is_cheaper_and_just_before_it_is_not(prompt: PathCosts, other: PathCosts, months: int) -> None:
    found = crossover(PathCosts(per_request=prompt.per_request, requests_per_month=prompt.requests_per_month), other, months=months)
    api = PathCosts(per_request=prompt.per_request, requests_per_month=prompt.requests_per_month)
    assert found.low is None or found.high is None or found.low <= found.high
    if found.high is not None and found.high < 1e9:
        for times in (found.high * 1.001 + 1e-9, found.high * 10 + 1):
            assert (
                total_cost(other, months=months, times=times).total_usd.high
                <= total_cost(api, months=months, times=times).total_usd.low * (1 + 1e-6) + 1e-3
            )
    if found.low is None:
        for times in (1.0, 1e3, 1e6):
            dear, cheap = total_cost(api, months=months, times=times), total_cost(other, months=months, times=times)
            assert cheap.total_usd.low >= dear.total_usd.high * (1 - 1e-9) or other.machines is not None


@given(path=paths(), months=st.integers(1, 60))
def test_a_path_never_beats_itself_for_certain(path: PathCosts, months: int) -> None:
    found = crossover(path, path, months=months)
    assert found.high is None or found.high >= 0


@pytest.mark.parametrize("ends", [(2.0, 1.0), (-1.0, 1.0), (math.nan, 1.0)])
def test_a_range_the_wrong_way_round_is_refused(ends: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="no range"):
        range_of(ends)


def test_what_is_lacking_is_named_by_its_key() -> None:
    told = " ".join(lacking(Inputs(plan=CostPlan(), volume=None, training=None, measured={})))
    for key in (
        "decision.volume.requests_per_month",
        "decision.costs.prompt.usd_per_1k",
        "decision.costs.fine_tuned.usd_per_1k",
        "decision.fine_tune.training_cost_usd",
        "decision.costs.fine_tuned.engineers",
    ):
        assert key in told


def test_a_model_that_ran_here_for_nothing_has_no_price() -> None:
    plan = CostPlan(fine_tuned=PathPlan(engineers=0.0))
    given_costs = Inputs(
        plan=plan,
        volume=Volume(requests_per_month=1000),
        training=FineTunePlan(training_cost_usd=1.0),
        measured={"prompt": Range(1.0, 1.0), "fine_tuned": Range(0.0, 0.0)},
    )
    assert compare_costs(given_costs) is None
    assert any("fine_tuned" in each for each in lacking(given_costs))


def test_an_engineers_pay_is_the_same_on_both_paths() -> None:
    plan = CostPlan(
        engineer_usd_per_year=(100_000.0, 400_000.0),
        price_change=0.0,
        prompt=PathPlan(engineers=1.0, usd_per_1k=10.0),
        fine_tuned=PathPlan(engineers=1.0, hosting=Hosting(usd_per_month=1.0)),
    )
    found = compare_costs(
        Inputs(plan=plan, volume=Volume(requests_per_month=1000), training=FineTunePlan(training_cost_usd=0.0), measured={})
    )
    assert found is not None
    assert found.saving[1.0].low == pytest.approx(found.saving[1.0].high)
    assert found.prompt[1.0].total_usd.low < found.prompt[1.0].total_usd.high


def test_a_machine_by_the_hour_and_by_what_it_serves_a_second_is_the_same_machine() -> None:
    def total(hosting: Hosting) -> float:
        plan = CostPlan(price_change=0.0, prompt=PathPlan(usd_per_1k=10.0), fine_tuned=PathPlan(engineers=0.0, hosting=hosting))
        costs = compare_costs(
            Inputs(plan=plan, volume=Volume(requests_per_month=5_256_000), training=FineTunePlan(training_cost_usd=0.0), measured={})
        )
        assert costs is not None
        return costs.own[1.0].total_usd.high

    by_hour = Hosting(usd_per_hour=2.0, requests_per_second=4.0, utilisation=0.25)
    # A machine serves 1 a second, 2,628,000 in 730 hours: two of them, 2 x 730 dollars a month each, for 36 months.
    assert total(by_hour) == pytest.approx(2 * 36 * 1460.0)
    assert total(by_hour) == pytest.approx(total(Hosting(usd_per_month=1460.0, requests_per_month=2_628_000.0)))


def test_a_model_hosted_without_a_fine_tune_is_compared_by_its_own_costs_alone() -> None:
    hosted = PathPlan(engineers=1.0, hosting=Hosting(usd_per_month=100.0))
    plan = CostPlan(engineer_usd_per_year=120_000.0, prompt=PathPlan(usd_per_1k=1.0), self_hosted=hosted)
    inputs = Inputs(plan=plan, volume=Volume(requests_per_month=10), training=None, measured={}, own="self_hosted")
    assert lacking(inputs) == ()
    costs = compare_costs(inputs)
    assert costs is not None
    assert costs.path == "self_hosted"
    assert costs.own[1.0].total_usd.high == pytest.approx(36 * 10_100.0)
