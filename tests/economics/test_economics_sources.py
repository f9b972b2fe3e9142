"""Every worked figure of the sources, to the dollar; where a source's own arithmetic doesn't hold, the test says what it is."""

import pytest

from benchharness.economics.comparing import Inputs, compare_costs, path_costs
from benchharness.economics.crossover import crossover, payback_months
from benchharness.economics.ownership import PathCosts, total_cost
from benchharness.economics.ranges import Range
from benchharness.records.cost_plan import CostPlan, Hosting, PathPlan
from benchharness.records.suite import FineTunePlan, Volume

DAYS_PER_MONTH = 365 / 12
TIMES = (1, 3, 10, 100)


def s1(*, engineers: float = 3.0, pay: float = 250_000.0) -> Inputs:
    """S1's example: 50,000 calls a day of 500 tokens at $10 a million; $50,000 training; a GPU at $2,000 a month per volume."""
    return Inputs(
        plan=CostPlan(
            months=36,
            engineer_usd_per_year=pay,
            price_change=0.0,
            prompt=PathPlan(usd_per_1k=500 * 1000 / 1e6 * 10),
            fine_tuned=PathPlan(engineers=engineers, hosting=Hosting(usd_per_month=2_000.0)),
        ),
        volume=Volume(requests_per_month=round(50_000 * DAYS_PER_MONTH), project=TIMES),
        training=FineTunePlan(training_cost_usd=50_000),
        measured={},
    )


def yearly(inputs: Inputs, path: str) -> float:
    return total_cost(path_costs(inputs, path, 250_000.0), months=12, times=1).total_usd.high


def test_c11_a_thousand_users_asking_fifty_times_a_day_cost_91_250_a_year() -> None:
    tokens_per_day = 1_000 * 50 * 500
    assert tokens_per_day == 25_000_000
    assert tokens_per_day * 10 / 1e6 == 250.0
    assert yearly(s1(), "prompt") == pytest.approx(91_250, abs=5)


def test_c12_a_gpu_costs_24_000_a_year_and_a_50_000_fine_tune_pays_back_in_8_9_months_before_staff() -> None:
    machines = total_cost(path_costs(s1(engineers=0.0), "fine_tuned", 250_000.0), months=12, times=1).parts["machines"].high
    assert machines == pytest.approx(24_000)
    saved = yearly(s1(), "prompt") - machines
    assert saved == pytest.approx(67_250, abs=5)
    assert payback_months(50_000, saved / 12) == pytest.approx(8.9, abs=0.03)


def test_c13_two_to_three_engineers_cost_half_a_million_to_1_2_million_not_from_750_000_as_printed() -> None:
    two, three = (Range(count, count).times(Range(250_000, 400_000)) for count in (2, 3))
    assert (two.low, three.high) == (500_000, 1_200_000)
    assert three.low == 750_000


def test_c14_ten_million_tokens_a_day_at_15_dollars_cost_54_750_a_year_which_the_source_cuts_to_54_000() -> None:
    costs = PathCosts(per_request=Range(15 / 1e6, 15 / 1e6), requests_per_month=10e6 * DAYS_PER_MONTH)
    assert total_cost(costs, months=12, times=1).total_usd.high == pytest.approx(54_750)
    assert pytest.approx(304e6, rel=0.001) == 10e6 * DAYS_PER_MONTH


@pytest.mark.parametrize(
    ("times", "api", "without_staff", "staffed"),
    [
        (1, 273_750, 122_000, 2_372_000),
        (3, 821_250, 266_000, 2_516_000),
        (10, 2_737_500, 770_000, 3_020_000),
        (100, 27_375_000, 7_250_000, 9_500_000),
    ],
)
def test_the_golden_table_of_three_years(times: float, api: float, without_staff: float, staffed: float) -> None:
    costs, bare = compare_costs(s1()), compare_costs(s1(engineers=0.0))
    assert costs is not None
    assert bare is not None
    assert costs.prompt[times].total_usd.high == pytest.approx(api, rel=1e-5)
    assert costs.own[times].total_usd.high == pytest.approx(staffed)
    assert bare.own[times].total_usd.high == pytest.approx(without_staff)
    assert (costs.saving[times].low > 0) is (times == 100)


def test_the_lines_cross_at_11_4_times_the_volume_with_staff_and_at_0_248_without() -> None:
    with_staff, without = (
        crossover(path_costs(each, "prompt", 250_000.0), path_costs(each, "fine_tuned", 250_000.0), months=36)
        for each in (s1(), s1(engineers=0.0))
    )
    assert with_staff.low == pytest.approx(11.400, abs=0.001)
    assert with_staff.high == pytest.approx(11.400, abs=0.001)
    # The table's line has machines by volume from nothing on; here at least one runs, so it's the floor's crossing.
    assert without.low == pytest.approx((50_000 + 72_000) / 273_750, rel=1e-4)


def test_the_multiplier_without_staff_is_0_248_where_a_share_of_a_machine_can_be_rented() -> None:
    requests = 50_000 * DAYS_PER_MONTH
    rented = 2_000 / requests
    api = PathCosts(per_request=Range(0.005, 0.005), requests_per_month=requests)
    tuned = PathCosts(per_request=Range(rented, rented), requests_per_month=requests, training=Range(50_000, 50_000))
    assert crossover(api, tuned, months=36).low == pytest.approx(0.248, abs=0.0005)


@pytest.mark.parametrize(("engineers", "pay", "millions"), [(0, 0, 200), (2, 250_000, 4366.67), (3, 250_000, 6450), (3, 400_000, 10_200)])
def test_a_gpu_with_so_many_engineers_pays_from_so_many_tokens_a_month(engineers: float, pay: float, millions: float) -> None:
    api = PathCosts(per_request=Range(10 / 1e6, 10 / 1e6), requests_per_month=1e6)
    floor = Range(2_000 + engineers * pay / 12, 2_000 + engineers * pay / 12)
    found = crossover(api, PathCosts(per_request=Range(0, 0), requests_per_month=1e6, monthly=floor), months=1)
    assert found.low == pytest.approx(millions, abs=0.005)


def test_one_blended_price_overstates_500_tokens_of_which_100_are_output() -> None:
    per_request = 400 * 3 / 1e6 + 100 * 15 / 1e6
    assert per_request == pytest.approx(0.0027)
    assert per_request * 50_000 * 365 == pytest.approx(49_275)
