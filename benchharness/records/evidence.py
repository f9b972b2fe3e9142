"""Everything a rule may look at: the comparison, the policy and the facts of the run."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from benchharness.records.comparison import Comparison
from benchharness.records.costs import CostComparison
from benchharness.records.effort import Effort
from benchharness.records.judge import Judging
from benchharness.records.leakage import Leakage
from benchharness.records.run import CandidateTotals, Skipped
from benchharness.records.suite import Decision

__all__ = ["Evidence"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What the rules read; nothing else."""

    suite: str
    """The suite's name."""
    decision: Decision
    """The policy as the suite states it."""
    thresholds: Mapping[str, float]
    """Every other number of the policy, defaults filled in."""
    comparison: Comparison
    """The statistics."""
    effort: tuple[Effort, ...] = ()
    """What was tried, by candidate entry."""
    skipped: tuple[Skipped, ...] = ()
    """Who was not asked, and why."""
    leakage: Leakage = field(default_factory=lambda: Leakage(checked=False))
    """Overlap of golden set and pool."""
    labelled_examples: int | None = None
    """Labelled examples for a fine-tune: stated, or the pool's size."""
    totals: tuple[CandidateTotals, ...] = ()
    """Latency, tokens and dollars by candidate, where the rows tell them."""
    costs: CostComparison | None = None
    """Total cost of prompting and of the fine-tune; None when nobody could compute it."""
    costs_lack: tuple[str, ...] = ()
    """What keeps them from being computed: each names the key to fill in."""
    hosting_costs: CostComparison | None = None
    """Total cost of prompting and of the self-hosted model; None when nobody could compute it."""
    hosting_lack: tuple[str, ...] = ()
    """What keeps these from being computed."""
    today: str | None = None
    """The day of the run, ISO 8601; None for rows of no known date."""
    warnings: tuple[str, ...] = ()
    """From the data and the run."""
    beside_rightness: str = ""
    """The type of the scorer that decides where it says nothing of right or wrong, such as `cost` or `form`; else empty."""
    judging: Judging | None = None
    """What is known of the judge, when one decides."""

    @property
    def compared(self) -> tuple[CostComparison, ...]:
        """Return every comparison of costs that could be computed, each with whose it is."""
        return tuple(each for each in (self.costs, self.hosting_costs) if each is not None)
