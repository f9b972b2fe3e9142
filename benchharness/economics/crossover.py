"""From which volume on one path costs less than another: where the two lines cross, as a range."""

import math

from benchharness.economics.ownership import PathCosts
from benchharness.records.costs import Crossover

__all__ = ["crossover", "payback_months"]


def crossover(prompt: PathCosts, other: PathCosts, *, months: int) -> Crossover:
    """Return the multiples of the stated volume from which `other` is cheaper for good, at its luckiest and unluckiest corner.

    Costs are lines in volume, machines a floor and then a line. An end is None where the other path never gets cheaper for
    good, and 0 where it is cheaper at any volume.
    """
    return Crossover(low=_crossing(prompt, other, months, lucky=True), high=_crossing(prompt, other, months, lucky=False), months=months)


def _crossing(prompt: PathCosts, other: PathCosts, months: int, *, lucky: bool) -> float | None:
    def end(low: float, high: float, *, cheap: bool) -> float:
        return low if cheap else high

    mine, theirs = prompt.per_volume(months), other.per_volume(months)
    saved = end(mine.low, mine.high, cheap=not lucky) - end(theirs.low, theirs.high, cheap=lucky)
    fixed, base = other.fixed(months), prompt.fixed(months)
    gap = end(fixed.low, fixed.high, cheap=lucky) - end(base.low, base.high, cheap=not lucky)
    if other.machines is None:
        return _meets(gap, saved)
    each = other.machines.usd_per_month.times(months)
    price = end(each.low, each.high, cheap=lucky)
    needed = end(other.machines.needed.low, other.machines.needed.high, cheap=lucky)
    beyond = _meets(gap, saved - price * needed)
    full_at = other.machines.fewest / needed if needed else math.inf
    if math.isinf(full_at):
        return _meets(gap + price * other.machines.fewest, saved)
    if beyond is None or beyond >= full_at:
        return beyond
    # The lines cross while the machines that must run are not yet full.
    floor = _meets(gap + price * other.machines.fewest, saved)
    return full_at if floor is None else min(floor, full_at)


def _meets(gap: float, saved_per_multiple: float) -> float | None:
    """Return the multiple at which savings have paid the gap."""
    if saved_per_multiple <= 0:
        return None
    return max(0.0, gap / saved_per_multiple)


def payback_months(once_usd: float, saved_usd_per_month: float) -> float | None:
    """Return after how many months savings have paid for what was paid once; None when there are none."""
    return None if saved_usd_per_month <= 0 else once_usd / saved_usd_per_month
