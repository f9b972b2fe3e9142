"""What the policy makes of the evidence: findings, and the verdict they add up to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from benchharness.records.comparison import Interval, Proof

__all__ = ["Best", "Coverage", "Difference", "Door", "Finding", "ReasoningStep", "Status", "Verdict", "VerdictWord"]


class Status(StrEnum):
    """What a rule reads on the point; two-way doors read this."""

    MET = "met"
    NOT_MET = "not-met"
    NOT_TESTED = "not-tested"
    NOT_APPLICABLE = "not-applicable"


class Door(StrEnum):
    """Whether acting on the verdict can be undone cheaply."""

    ONE_WAY = "one-way"
    TWO_WAY = "two-way"


class VerdictWord(StrEnum):
    """The ten things a verdict can say."""

    SHIP_PROMPT = "ship-prompt"
    IMPROVE_PROMPT = "improve-prompt"
    SHIP_CLASSICAL = "ship-classical"
    TRY_FINE_TUNE = "try-fine-tune"
    FINE_TUNE = "fine-tune"
    SELF_HOST = "self-host"
    HYBRID = "hybrid"
    NEITHER = "neither"
    MORE_EVIDENCE = "more-evidence"
    INVALID = "invalid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one rule found."""

    rule: str
    """The rule's name, e.g. `ninety-percent`."""
    status: Status
    """On the point."""
    proof: Proof | None = None
    """At the suite's confidence; None when the rule claims nothing statistical or wasn't tested."""
    measured: float | None = None
    """The number the rule looked at."""
    threshold: float | None = None
    """The number it was held against."""
    interval: Interval | None = None
    """Of the measured number."""
    sentence: str
    """The finding in one sentence, numbers included."""
    remedy: str = ""
    """What would settle or mend it."""
    source: str = ""
    """Where the rule and its number come from."""
    decides: bool = True
    """Whether a verdict may hang on it; else it only informs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasoningStep:
    """One question of the reasoning, as `--explain` shows it."""

    question: str
    """What was asked."""
    holds: bool
    """Whether it holds; the first that does decides."""
    word: VerdictWord
    """The verdict if it holds."""
    findings: tuple[Finding, ...]
    """What answers it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Best:
    """The best candidate of its kind."""

    candidate: str
    """Its name."""
    prompt: str
    """Its prompt; empty for none."""
    matched: int | None
    """Examples that matched."""
    n: int
    """Examples measured."""
    rate: float | None
    """Matched share, or the mean score."""
    interval: Interval | None
    """Of the rate, two-sided 95%."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Best fine-tuned minus best prompt, on the same examples."""

    points: float
    """Percentage points."""
    interval: Interval | None
    """In percentage points."""
    p_value: float | None
    """Two-sided; it decides nothing, `lower` does."""
    test: str
    """What made the p-value."""
    lower: float | None = None
    """The one-sided lower bound at the verdict's confidence, in percentage points: a lead is proven above a margin where this is."""
    bounds: str = ""
    """What made the bound."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How much of the golden set was measured."""

    expected: int
    """Rows a complete run would have."""
    measured: int
    """Rows that could be scored."""
    missing: Mapping[str, int] = field(default_factory=dict)
    """Rows not measured, by `candidate/prompt`; only those with any."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the evidence says to do, why, and what would change it."""

    suite: str
    """The suite's name."""
    policy_hash: str
    """`sha256:...` over the whole policy."""
    verdict: VerdictWord
    """One of ten words."""
    grounds: tuple[str, ...] = ()
    """`quality`, `cost`, `latency`, `privacy`, `bars`."""
    flags: tuple[str, ...] = ()
    """`escalate`, `wrong-tool`, `exploratory`."""
    door: Door
    """Whether acting on it can be undone cheaply."""
    default_action: str
    """What to do while in doubt."""
    headline: str
    """The verdict in one sentence, numbers included."""
    confidence: float
    """1 - alpha of every proof."""
    best_prompt: Best | None
    """The best prompt-only candidate."""
    best_fine_tuned: Best | None
    """The best fine-tuned candidate."""
    best_classical: Best | None
    """The best classical candidate."""
    difference: Difference | None
    """Best fine-tuned minus best prompt."""
    findings: tuple[Finding, ...]
    """Every rule's finding, in the order of reasoning."""
    coverage: Coverage
    """How much was measured."""
    not_tested: tuple[str, ...] = ()
    """Candidates and questions nobody asked, each a sentence."""
    examples_needed: Mapping[str, int] = field(default_factory=dict)
    """By rule: fresh examples that would settle it; those looked at don't count again."""
    flips_if: tuple[str, ...] = ()
    """What would change the verdict, each a sentence."""
    warnings: tuple[str, ...] = ()
    """What a reader must know to trust the numbers."""
    review_by: str | None = None
    """ISO date by which to look again."""
