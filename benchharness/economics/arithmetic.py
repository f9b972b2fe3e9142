"""How the totals were computed, step by step, for whoever checks them with a pocket calculator."""

from collections.abc import Iterator

from benchharness import numbers
from benchharness.economics.comparing import Inputs, path_costs
from benchharness.economics.ownership import PathCosts
from benchharness.economics.ranges import Range, range_of
from benchharness.records.costs import OWN_NAMES

__all__ = ["arithmetic"]


def arithmetic(inputs: Inputs) -> tuple[str, ...]:
    """Return each part of both paths at the stated volume: what was multiplied, and what came out."""
    months, pay = inputs.plan.months, range_of(inputs.plan.engineer_usd_per_year)
    steps: list[str] = []
    for path, name in (("prompt", "Prompting"), (inputs.own, OWN_NAMES[inputs.own].capitalize())):
        low, high = (path_costs(inputs, path, each) for each in (pay.low, pay.high))
        steps += [f"{name}, {step}" for step in _steps(low, high, months)]
    return tuple(steps)


def _steps(low: PathCosts, high: PathCosts, months: int) -> Iterator[str]:
    """Yield the parts; `low` and `high` differ in an engineer's pay alone."""
    if low.per_request.high:
        told = f"{low.requests_per_month:,.0f} requests × {months} months × {_usd(low.per_request)}"
        yield f"answers: {told} = {_usd(low.per_volume(months))}."
    if low.machines is not None:
        count = Range(max(low.machines.fewest, low.machines.needed.low), max(low.machines.fewest, low.machines.needed.high))
        machines = f"{count.low:.3g}" if count.low == count.high else f"{count.low:.3g} to {count.high:.3g}"
        told = f"{machines} × {months} months × {_usd(low.machines.usd_per_month)}"
        yield f"machines: {told} = {_usd(low.machine_cost(months, 1.0))}."
    if low.training.high:
        times = low.trainings(months)
        yield f"training: {numbers.whole(times)} × {_usd(low.training)} = {_usd(low.training.times(times))}."
    engineers = Range(low.engineers.low, high.engineers.high)
    if engineers.high:
        yield f"engineers: {months} months × {_usd(engineers)} = {_usd(engineers.times(months))}."
    if low.monthly.high:
        yield f"monthly: {months} months × {_usd(low.monthly)} = {_usd(low.monthly.times(months))}."
    if low.once.high:
        yield f"once: {_usd(low.once)}."


def _usd(value: Range) -> str:
    return numbers.usd_range(value.interval())
