"""What either path costs in all, as ranges: the money a rule may read."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from benchharness.records.comparison import Interval

__all__ = ["BreakEven", "Cascade", "CostComparison", "CostReport", "Crossover", "PathCost"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PathCost:
    """The total cost of one path at one volume, at the cheapest and the dearest corner of what isn't known exactly."""

    total_usd: Interval
    """US dollars over all months."""
    parts: Mapping[str, Interval] = field(default_factory=dict)
    """The same by part: `answers`, `training`, `staff`, ..."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossover:
    """From which multiple of the stated volume on another path is cheaper than prompting, for good."""

    low: float | None
    """At the luckiest corner of all inputs; None: never."""
    high: float | None
    """At the unluckiest; None: never."""
    months: int
    """Over how long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CostComparison:
    """Prompting against fine-tuning, total cost of ownership."""

    months: int
    """How long."""
    prompt: Mapping[float, PathCost]
    """By multiple of the stated volume; 1.0 is always there."""
    fine_tuned: Mapping[float, PathCost]
    """The same multiples."""
    self_hosted: Mapping[float, PathCost] = field(default_factory=dict)
    """A model of one's own without a fine-tune; empty when the suite doesn't say enough of it."""
    requests_per_month: float = 0.0
    """The stated volume."""
    saving: Mapping[float, Interval] = field(default_factory=dict)
    """What the fine-tune saves in all, by multiple: least and most, over every corner of what isn't known exactly, with what
    both paths share (an engineer's pay) at the same value on both sides. Negative: it costs more."""
    crossover: Crossover | None = None
    """Fine-tuning against prompting."""
    assumptions: tuple[str, ...] = ()
    """What was taken for granted, each a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakEven:
    """One input of the costs, and where it would make both paths cost the same."""

    name: str
    """Path and part, e.g. `fine_tuned.engineers`."""
    unit: str
    """Of both values."""
    now: float
    """Its value, or the middle of its range."""
    at: float | None
    """Where both cost the same, all else in the middle; None: at no value of it."""
    factor: float | None
    """`at` over `now`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cascade:
    """Small models first, a large one where they disagree, computed from recorded answers."""

    small: tuple[str, ...]
    """Who is asked first, by `candidate/prompt`."""
    large: str
    """Who is asked where they disagree."""
    n: int
    """Examples everybody answered."""
    rate: float
    """Matched share, on examples the choice of small ones wasn't made on."""
    usd_per_1k: float
    """US dollars per 1,000 requests, all models asked included."""
    share_large: float
    """Share of requests that reach the large one."""
    large_rate: float
    """What the large one matches alone, on the same examples."""
    large_usd_per_1k: float
    """What it costs alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CostReport:
    """The whole answer of `bench cost`."""

    suite: str
    """The suite's name."""
    costs: CostComparison | None
    """None when something is lacking."""
    lacks: tuple[str, ...] = ()
    """What must be filled in first."""
    best_prompt: str | None = None
    """`candidate/prompt` whose answers were priced; None when all was stated."""
    best_fine_tuned: str | None = None
    """The fine-tune whose answers were priced; None when all was stated."""
    payback_months: Interval | None = None
    """After how many months what was paid once is saved, at the stated volume; None: never at one of the corners."""
    cascade: Cascade | None = None
    """The best cascade of the run's candidates; None without a run, prices or enough examples."""
    break_evens: tuple[BreakEven, ...] = ()
    """Which input flips the comparison at the stated volume, the nearest first."""
    usd_per_match: Mapping[str, float] = field(default_factory=dict)
    """US dollars per matched answer, by `candidate/prompt`, as measured; only where a price is known."""
    price_list: str | None = None
    """The version of litellm whose price list was used; None when it isn't installed."""
    arithmetic: tuple[str, ...] = ()
    """How each part of the totals at the stated volume was computed."""
