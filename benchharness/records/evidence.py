"""Everything a rule may look at: the comparison, the policy and the facts of the run."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from benchharness.records.comparison import Comparison
from benchharness.records.costs import CostComparison
from benchharness.records.judge import Judging
from benchharness.records.run import CandidateTotals, Skipped
from benchharness.records.suite import Decision

__all__ = ["Effort", "Evidence", "Leakage", "LeakedPart"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """What was tried for one candidate entry of the suite, whether or not it was measured."""

    candidate: str
    """The entry's name."""
    path: str
    """`api`, `fine-tuned`, `self-hosted` or `classical`."""
    model: str
    """The model asked."""
    provider: str
    """Who serves it."""
    base_model: str
    """The model without its adapter; the same for a fine-tune and its base."""
    strategies: tuple[str, ...] = ()
    """Prompt strategies asked, each once."""
    prompts: tuple[str, ...] = ()
    """Prompts asked."""
    pool_prompts: tuple[str, ...] = ()
    """Of these, the ones whose shots come from the training pool."""
    measured: bool = True
    """Whether it has rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeakedPart:
    """How one candidate did on the leaked examples, and on the clean ones."""

    candidate: str
    """`candidate/prompt`."""
    leaked_matched: int
    """Leaked examples that matched."""
    leaked: int
    """Leaked examples measured."""
    clean_matched: int
    """Clean examples that matched."""
    clean: int
    """Clean examples measured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leakage:
    """Golden examples that stand in the training pool as well."""

    checked: bool
    """Whether a pool was there to look at."""
    golden: int = 0
    """Golden examples looked at."""
    leaked: tuple[str, ...] = ()
    """Their ids."""
    kinds: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The same ids by how they were found, each under the strongest: `exact`, `normalised`, `near`, `group`."""
    source: str = ""
    """The file they stand in."""
    parts: tuple[LeakedPart, ...] = ()
    """How the candidates did on either part, when some leaked."""

    @property
    def share(self) -> float:
        """Return leaked over golden, from 0 to 1."""
        return len(self.leaked) / self.golden if self.golden else 0.0


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
    """Total cost of either path; None when nobody could compute it."""
    costs_lack: tuple[str, ...] = ()
    """What keeps them from being computed: each names the key to fill in."""
    today: str | None = None
    """The day of the run, ISO 8601; None for rows of no known date."""
    warnings: tuple[str, ...] = ()
    """From the data and the run."""
    beside_rightness: str = ""
    """The type of the scorer that decides where it says nothing of right or wrong, such as `cost` or `form`; else empty."""
    judging: Judging | None = None
    """What is known of the judge, when one decides."""
