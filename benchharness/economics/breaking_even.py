"""Which input flips the comparison of costs: the value of each at which both paths cost the same, all else in the middle."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from benchharness.economics.comparing import Inputs, path_costs
from benchharness.economics.ownership import PathCosts, total_cost
from benchharness.economics.ranges import Range, range_of
from benchharness.records.costs import BreakEven

__all__ = ["break_evens"]

TINY = 1e-9


def break_evens(inputs: Inputs) -> tuple[BreakEven, ...]:
    """Return, for each input that has a part in either path, its value where prompting and the path of one's own cost the same.

    At the stated volume over the plan's months, every other input in the middle of its range. Costs are linear in each of
    them, so two points give the line. Those that need the least change come first.
    """
    if inputs.volume is None:
        return ()
    pay = range_of(inputs.plan.engineer_usd_per_year)
    middle = (pay.low + pay.high) / 2
    prompt, own = (_middle(path_costs(inputs, path, middle)) for path in ("prompt", inputs.own))
    found = list(_each({"prompt": prompt, inputs.own: own}, inputs.plan.months))
    return tuple(sorted(found, key=lambda each: abs(each.factor - 1) if each.factor is not None else float("inf")))


def _each(paths: Mapping[str, PathCosts], months: int) -> Iterator[BreakEven]:
    """Yield each input's break-even; `paths` are prompting and then the path of one's own, by name."""
    prompt, own = paths.values()
    now = _saving(prompt, own, months)
    for name, value, unit, without in _inputs(paths):
        part = now - _saving(*without, months)
        if abs(part) < TINY:
            continue
        factor = 1 - now / part
        yield BreakEven(name=name, unit=unit, now=value, at=factor * value if factor >= 0 else None, factor=factor if factor >= 0 else None)


def _inputs(paths: Mapping[str, PathCosts]) -> Iterator[tuple[str, float, str, tuple[PathCosts, PathCosts]]]:
    """Yield each input with its value, its unit, and both paths without it."""
    nothing = Range(0.0, 0.0)
    prompt, own = paths.values()
    for path, costs in paths.items():
        machine = 0.0 if costs.machines is None else costs.machines.usd_per_month.low
        changes: Mapping[str, tuple[float, str, PathCosts]] = {
            "answers": (1000 * costs.per_request.low, "USD per 1,000 requests", replace(costs, per_request=nothing)),
            "engineers": (costs.engineers.low, "USD a month", replace(costs, engineers=nothing)),
            "training": (costs.training.low, "USD a training", replace(costs, training=nothing)),
            "once": (costs.once.low, "USD once", replace(costs, once=nothing)),
            "monthly": (costs.monthly.low, "USD a month", replace(costs, monthly=nothing)),
            "machines": (machine, "USD a machine a month", replace(costs, machines=None)),
        }
        for part, (value, unit, without) in changes.items():
            if value:
                yield f"{path}.{part}", value, unit, (without, own) if path == "prompt" else (prompt, without)


def _saving(prompt: PathCosts, own: PathCosts, months: int) -> float:
    return total_cost(prompt, months=months, times=1.0).total_usd.low - total_cost(own, months=months, times=1.0).total_usd.low


def _middle(costs: PathCosts) -> PathCosts:
    """Return the costs with every range at its middle."""

    def mid(value: Range) -> Range:
        return Range((value.low + value.high) / 2, (value.low + value.high) / 2)

    machines = costs.machines
    return replace(
        costs,
        per_request=mid(costs.per_request),
        once=mid(costs.once),
        training=mid(costs.training),
        engineers=mid(costs.engineers),
        monthly=mid(costs.monthly),
        machines=None if machines is None else replace(machines, usd_per_month=mid(machines.usd_per_month), needed=mid(machines.needed)),
    )
