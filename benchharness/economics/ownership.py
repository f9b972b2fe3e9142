"""Total cost of ownership of one path: answers, machines, training, engineers, month by month, in ranges."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from benchharness.economics.ranges import NOTHING, Range
from benchharness.records.costs import PathCost

__all__ = ["Machines", "PathCosts", "total_cost"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Machines:
    """Machines a path runs on."""

    usd_per_month: Range
    """One machine."""
    fewest: int
    """Machines that run whatever the volume."""
    needed: Range
    """Machines for the stated volume, as a real number; a share of a machine counts as a share."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PathCosts:
    """What one path costs, taken apart; US dollars."""

    per_request: Range
    """One request: its tokens at today's price."""
    requests_per_month: float
    """The stated volume."""
    once: Range = NOTHING
    """Paid once, whatever the volume."""
    training: Range = NOTHING
    """One training."""
    retrain_every_months: float | None = None
    """How often it's paid again."""
    engineers: Range = NOTHING
    """A month of all engineers."""
    monthly: Range = NOTHING
    """Everything else a month."""
    machines: Machines | None = None
    """Where the path runs on its own."""

    def trainings(self, months: int) -> int:
        """Return how often training is paid in so many months: at the start, and again whenever a period is over."""
        return 1 if self.retrain_every_months is None else max(1, math.ceil(months / self.retrain_every_months - 1e-9))

    def fixed(self, months: int) -> Range:
        """Return what is paid whatever the volume, machines that must run apart."""
        return self.once + self.training.times(self.trainings(months)) + (self.engineers + self.monthly).times(months)

    def per_volume(self, months: int) -> Range:
        """Return what the stated volume's requests cost, machines apart."""
        return self.per_request.times(self.requests_per_month * months)

    def machine_cost(self, months: int, times: float) -> Range:
        """Return what machines cost at a multiple of the stated volume: those that must run at least, else by volume."""
        if self.machines is None:
            return NOTHING
        low, high = (max(float(self.machines.fewest), needed * times) for needed in (self.machines.needed.low, self.machines.needed.high))
        return Range(low, high).times(self.machines.usd_per_month).times(months)


def total_cost(costs: PathCosts, *, months: int, times: float) -> PathCost:
    """Return the total cost at `times` the stated volume, by part; parts that cost nothing are left out.

    Undiscounted: a dollar in month 36 counts as one of today, as in every source's arithmetic.
    """
    parts: Mapping[str, Range] = {
        "answers": costs.per_volume(months).times(times),
        "machines": costs.machine_cost(months, times),
        "training": costs.training.times(costs.trainings(months)),
        "engineers": costs.engineers.times(months),
        "once": costs.once,
        "monthly": costs.monthly.times(months),
    }
    total = NOTHING
    for each in parts.values():
        total = total + each
    return PathCost(total_usd=total.interval(), parts={name: each.interval() for name, each in parts.items() if each.high > 0})
