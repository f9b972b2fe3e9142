"""What either path costs in all, as ranges: the money a rule may read."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from benchharness.records.comparison import Interval

__all__ = ["CostComparison", "PathCost"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PathCost:
    """The total cost of one path at one volume, at the cheapest and the dearest corner of what isn't known exactly."""

    total_usd: Interval
    """US dollars over all months."""
    parts: Mapping[str, Interval] = field(default_factory=dict)
    """The same by part: `answers`, `training`, `staff`, ..."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CostComparison:
    """Prompting against fine-tuning, total cost of ownership."""

    months: int
    """How long."""
    prompt: Mapping[float, PathCost]
    """By multiple of the stated volume; 1.0 is always there."""
    fine_tuned: Mapping[float, PathCost]
    """The same multiples."""
    assumptions: tuple[str, ...] = ()
    """What was taken for granted, each a sentence."""
