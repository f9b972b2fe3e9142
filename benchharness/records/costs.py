"""What prompting and a path of one's own cost in all, as ranges: the money a rule may read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from benchharness.records.comparison import Interval

__all__ = ["OWN_NAMES", "BreakEven", "Cascade", "CostComparison", "CostReport", "Crossover", "OwnPath", "PathCost", "PathReport"]

OwnPath = Literal["fine_tuned", "self_hosted"]
# As sentences say them, behind "the"; a self-hosted model is one as it came, without a fine-tune.
OWN_NAMES: dict[OwnPath, str] = {"fine_tuned": "fine-tune", "self_hosted": "self-hosted model"}


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
    """Prompting against one path of one's own, total cost of ownership."""

    path: OwnPath = "fine_tuned"
    """Which path of one's own: whoever shows or reads these costs says whose they are."""
    months: int
    """How long."""
    prompt: Mapping[float, PathCost]
    """By multiple of the stated volume; 1.0 is always there."""
    own: Mapping[float, PathCost]
    """The path of one's own, at the same multiples."""
    requests_per_month: float = 0.0
    """The stated volume."""
    saving: Mapping[float, Interval] = field(default_factory=dict)
    """What one's own path saves in all, by multiple: least and most, over every corner of what isn't known exactly, with what
    both paths share (an engineer's pay) at the same value on both sides. Negative: it costs more."""
    crossover: Crossover | None = None
    """One's own path against prompting."""
    assumptions: tuple[str, ...] = ()
    """What was taken for granted, each a sentence."""

    @property
    def name(self) -> str:
        """Return whose costs these are, as a sentence says it behind "the": `fine-tune`."""
        return OWN_NAMES[self.path]


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
class PathReport:
    """What `bench cost` says of one path of one's own against prompting."""

    costs: CostComparison | None
    """None when something is lacking."""
    lacks: tuple[str, ...] = ()
    """What must be filled in first."""
    payback_months: Interval | None = None
    """After how many months what was paid once is saved, at the stated volume; None: never at one of the corners."""
    break_evens: tuple[BreakEven, ...] = ()
    """Which input flips the comparison at the stated volume, the nearest first."""
    arithmetic: tuple[str, ...] = ()
    """How each part of the totals at the stated volume was computed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CostReport(PathReport):
    """The whole answer of `bench cost`; what it inherits is said of the fine-tune."""

    suite: str
    """The suite's name."""
    planned: bool = True
    """Whether a fine-tune is a candidate or planned, or nothing of one's own is; `bench cost` asks for its keys only then."""
    hosting: PathReport | None = None
    """The same of the self-hosted model; None when none is a candidate or planned."""
    best_prompt: str | None = None
    """`candidate/prompt` whose answers were priced; None when all was stated."""
    best_fine_tuned: str | None = None
    """The fine-tune whose answers were priced; None when all was stated."""
    best_self_hosted: str | None = None
    """The self-hosted model whose answers were priced; None when all was stated."""
    cascade: Cascade | None = None
    """The best cascade of the run's candidates; None without a run, prices or enough examples."""
    usd_per_match: Mapping[str, float] = field(default_factory=dict)
    """US dollars per matched answer, by `candidate/prompt`, as measured; only where a price is known."""
    price_list: str | None = None
    """The version of litellm whose price list was used; None when it isn't installed."""
