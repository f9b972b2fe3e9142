"""Total cost of prompting and of one path of one's own, at every projected volume; or what must be known first."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from benchharness import numbers
from benchharness.economics.crossover import crossover, payback_months
from benchharness.economics.ownership import Machines, PathCosts, total_cost
from benchharness.economics.ranges import NOTHING, Range, range_of
from benchharness.records.comparison import Interval
from benchharness.records.cost_plan import CostPlan, Hosting, PathPlan
from benchharness.records.costs import OWN_NAMES, CostComparison, Crossover, OwnPath, PathCost
from benchharness.records.suite import FineTunePlan, Volume

__all__ = ["Inputs", "compare_costs", "lacking", "path_costs", "payback"]

MONTHS_PER_YEAR = 12
HOURS_PER_MONTH = 730
# A stated price this close to the measured one needs no word.
NEAR = 1.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """Everything a comparison of costs needs."""

    plan: CostPlan
    """As the suite states it."""
    volume: Volume | None
    """How much the product asks."""
    training: FineTunePlan | None
    """What one training costs."""
    measured: Mapping[str, Range | None]
    """US dollars per 1,000 requests by path, `prompt`, `fine_tuned` and `self_hosted`; None where a price is unknown."""
    own: OwnPath = "fine_tuned"
    """Which path of one's own prompting is compared with."""

    @property
    def tunes(self) -> bool:
        """Tell whether a training is paid for: a model hosted as it came takes none."""
        return self.own == "fine_tuned"

    def plan_of(self, path: str) -> PathPlan:
        """Return what the suite states of a path."""
        plan: PathPlan = getattr(self.plan, path)
        return plan

    def per_1k(self, path: str) -> Range | None:
        """Return US dollars per 1,000 requests: stated, else measured; None when neither says.

        Machines of one's own are paid by the month. A measured 0 is a model that ran here, and no price of serving it.
        """
        plan = self.plan_of(path)
        if plan.usd_per_1k is not None:
            return range_of(plan.usd_per_1k)
        if plan.hosting is not None:
            return NOTHING
        found = self.measured.get(path)
        return None if found is None or found.high == 0 else found


def lacking(inputs: Inputs) -> tuple[str, ...]:
    """Return the keys of a suite that must be filled in before costs can be compared, each with what it is for."""
    return tuple(_lacking(inputs))


def _lacking(inputs: Inputs) -> Iterator[str]:
    if inputs.volume is None:
        yield "`decision.volume.requests_per_month`: how much the product asks"
    own = f"the {OWN_NAMES[inputs.own]}"
    for path, name in (("prompt", "the best prompt"), (inputs.own, own)):
        if inputs.per_1k(path) is None:
            yield f"`decision.costs.{path}.usd_per_1k` or `.hosting`: what requests to {name} cost"
    if inputs.tunes and (inputs.training is None or inputs.training.training_cost_usd is None):
        yield "`decision.fine_tune.training_cost_usd`: what one training costs"
    if inputs.plan_of(inputs.own).engineers is None:
        yield f"`decision.costs.{inputs.own}.engineers`: how many engineers {own} keeps busy, 0 if none"


def compare_costs(inputs: Inputs) -> CostComparison | None:
    """Return the total cost of both paths by multiple of the volume; None when something is `lacking`.

    Every number that isn't known exactly is taken at both of its ends; an engineer's pay is the same on both paths.
    """
    if inputs.volume is None or lacking(inputs):
        return None
    months = inputs.plan.months
    multiples = sorted({1.0, *(float(each) for each in inputs.volume.project)})
    pay = range_of(inputs.plan.engineer_usd_per_year)
    pairs = [(path_costs(inputs, "prompt", at), path_costs(inputs, inputs.own, at)) for at in dict.fromkeys((pay.low, pay.high))]
    totals = {times: [_both(pair, months, times) for pair in pairs] for times in multiples}
    return CostComparison(
        path=inputs.own,
        months=months,
        prompt={times: _joined([prompt for prompt, _ in found]) for times, found in totals.items()},
        own={times: _joined([own for _, own in found]) for times, found in totals.items()},
        requests_per_month=float(inputs.volume.requests_per_month),
        saving={times: _saving(found) for times, found in totals.items()},
        crossover=_widest([crossover(prompt, tuned, months=months) for prompt, tuned in pairs]),
        assumptions=tuple(_assumptions(inputs)),
    )


def payback(inputs: Inputs) -> Interval | None:
    """Return after how many months of the stated volume what one's own path takes once is saved, over all corners.

    None when at one of them it never is. The first training and what else is paid once; every later training is a monthly cost.
    """
    pay = range_of(inputs.plan.engineer_usd_per_year)
    ends = [_payback(inputs, at, lucky=lucky) for at in (pay.low, pay.high) for lucky in (True, False)]
    known = [each for each in ends if each is not None]
    return Interval(low=min(known), high=max(known), method="corners") if len(known) == len(ends) else None


def _payback(inputs: Inputs, pay: float, *, lucky: bool) -> float | None:
    prompt, own = path_costs(inputs, "prompt", pay), path_costs(inputs, inputs.own, pay)
    mine, theirs = (_month(each) for each in (prompt, own))
    once = own.once + own.training
    saved = mine.high - theirs.low if lucky else mine.low - theirs.high
    return payback_months(once.low if lucky else once.high, saved)


def _month(costs: PathCosts) -> Range:
    again = NOTHING if costs.retrain_every_months is None else costs.training.times(1 / costs.retrain_every_months)
    return costs.per_volume(1) + costs.machine_cost(1, 1.0) + costs.engineers + costs.monthly + again


def path_costs(inputs: Inputs, path: str, usd_per_engineer_year: float) -> PathCosts:
    """Return one path's costs, taken apart, at one pay of an engineer."""
    plan, volume = inputs.plan_of(path), inputs.volume
    requests = 0.0 if volume is None else float(volume.requests_per_month)
    change = inputs.plan.price_change
    tuned = path == "fine_tuned"
    training = inputs.training.training_cost_usd if tuned and inputs.training is not None else None
    return PathCosts(
        per_request=(inputs.per_1k(path) or NOTHING).times(Range((1 - change) / 1000, (1 + change) / 1000)),
        requests_per_month=requests,
        once=range_of(plan.once_usd),
        training=range_of(training or 0.0),
        retrain_every_months=plan.retrain_every_months,
        engineers=range_of(plan.engineers or 0.0).times(usd_per_engineer_year / MONTHS_PER_YEAR),
        monthly=range_of(plan.monthly_usd),
        machines=None if plan.hosting is None else _machines(plan.hosting, requests),
    )


def _machines(hosting: Hosting, requests: float) -> Machines:
    serves = _serves(hosting)
    needed = Range(hosting.machines, hosting.machines) if serves is None else Range(requests, requests).over(serves)
    by_hour = range_of(hosting.usd_per_hour or 0.0).times(HOURS_PER_MONTH)
    price = by_hour if hosting.usd_per_month is None else range_of(hosting.usd_per_month)
    return Machines(usd_per_month=price, fewest=hosting.machines, needed=needed)


def _serves(hosting: Hosting) -> Range | None:
    """Return what one machine serves in a month; None when nobody knows."""
    if hosting.requests_per_month is not None:
        return range_of(hosting.requests_per_month)
    if hosting.requests_per_second is not None:
        return range_of(hosting.requests_per_second).times(hosting.utilisation * 3600 * HOURS_PER_MONTH)
    return None


def _both(pair: tuple[PathCosts, PathCosts], months: int, times: float) -> tuple[PathCost, PathCost]:
    return total_cost(pair[0], months=months, times=times), total_cost(pair[1], months=months, times=times)


def _joined(costs: list[PathCost]) -> PathCost:
    """Return the range over all corners."""
    parts = {name: _hull([each.parts[name] for each in costs if name in each.parts]) for each in costs for name in each.parts}
    return PathCost(total_usd=_hull([each.total_usd for each in costs]), parts=parts)


def _hull(intervals: list[Interval]) -> Interval:
    return replace(intervals[0], low=min(each.low for each in intervals), high=max(each.high for each in intervals))


def _saving(found: list[tuple[PathCost, PathCost]]) -> Interval:
    least = min(prompt.total_usd.low - own.total_usd.high for prompt, own in found)
    most = max(prompt.total_usd.high - own.total_usd.low for prompt, own in found)
    return Interval(low=least, high=most, method="corners")


def _widest(found: list[Crossover]) -> Crossover:
    lows = [each.low for each in found if each.low is not None]
    highs = [each.high for each in found if each.high is not None]
    return replace(found[0], low=min(lows, default=None), high=max(highs) if len(highs) == len(found) else None)


def _near(stated: Range, measured: Range) -> bool:
    return stated.low <= measured.high * NEAR and measured.low <= stated.high * NEAR


def _assumptions(inputs: Inputs) -> Iterator[str]:
    if inputs.plan.prompt.engineers is None:
        yield "Prompting is taken to keep no engineer busy; `decision.costs.prompt.engineers` says otherwise."
    if inputs.plan.price_change:
        yield f"Prices of requests may rise or fall by {round(100 * inputs.plan.price_change)}% (`decision.costs.price_change`)."
    own, plan = f"The {OWN_NAMES[inputs.own]}", inputs.plan_of(inputs.own)
    for path, name in (("prompt", "Prompting"), (inputs.own, own)):
        hosting = inputs.plan_of(path).hosting
        if hosting is not None and _serves(hosting) is None:
            key = f"`decision.costs.{path}.hosting.requests_per_month`"
            yield f"{name} needs its machines in proportion to the volume, all of them already at 1×; {key} says what one can serve."
        stated, found = inputs.plan_of(path).usd_per_1k, inputs.measured.get(path)
        if stated is not None and found is not None and found.high and not _near(range_of(stated), found):
            told = f"{numbers.usd_range(range_of(stated).interval())} per 1,000 requests as the suite states, not the"
            yield f"{name} costs {told} {numbers.usd_range(found.interval())} that the run measured."
    if plan.engineers == 0:
        yield f"{own} is taken to keep no engineer busy: the sources count two to eight."
    if inputs.tunes and plan.retrain_every_months is None:
        yield "The fine-tune is trained once and never again (`decision.costs.fine_tuned.retrain_every_months`)."
