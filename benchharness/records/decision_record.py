"""A decision as it's kept: what was chosen, why, on what evidence, and when it must be looked at again."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from benchharness.records.comparison import Interval
from benchharness.records.matrix import Matrix

__all__ = ["DecisionRecord", "Option", "Trigger", "TriggerKind"]


class TriggerKind(StrEnum):
    """What may call a decision up again."""

    REVIEW_DATE = "review-date"
    GOLDEN_SET = "golden-set"
    POLICY = "policy"
    PRICE = "price"
    VOLUME = "volume"
    NEW_MODEL = "new-model"
    BASE_MODEL = "base-model"
    TUNING_SERVICE = "tuning-service"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """One reason to decide again, with what it was at the decision, so that a machine can look."""

    kind: TriggerKind
    """What is looked at."""
    sentence: str
    """The trigger in words."""
    subject: str = ""
    """Which file, model or provider."""
    was: str = ""
    """What it was: a hash, a day, a number, names."""
    limit: float | None = None
    """By what share a price may move before it calls; None for what has no such limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One candidate that was considered."""

    name: str
    """`candidate/prompt`."""
    path: str
    """`api`, `fine-tuned`, `self-hosted` or `classical`."""
    matched: int | None
    """Examples that matched."""
    n: int
    """Examples measured."""
    rate: float | None
    """Matched share, or the mean score."""
    interval: Interval | None
    """Of the rate, 95%."""
    usd_per_1k: float | None
    """US dollars per 1,000 answers; None when unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionRecord:
    """The contents of `decision.json`; `decision.md` says the same in prose (MADR)."""

    suite: str
    """The suite's name."""
    suite_file: str
    """Its file, as given."""
    run: str
    """The run directory's name."""
    date: str
    """The day of the evidence, ISO 8601."""
    status: str
    """`proposed` until a person accepts it."""
    owner: str
    """Who keeps it up to date; empty when the suite doesn't say."""
    verdict: str
    """One of ten words."""
    grounds: tuple[str, ...]
    """What justifies a one-way door."""
    flags: tuple[str, ...]
    """`escalate`, `wrong-tool`, `exploratory`."""
    door: str
    """`one-way` or `two-way`."""
    headline: str
    """The outcome in a sentence."""
    confidence: float
    """Of every proof."""
    context: str
    """The task."""
    drivers: tuple[str, ...]
    """What counted: target, rules, volume, limits."""
    options: tuple[Option, ...]
    """Everything measured, in suite order."""
    skipped: tuple[str, ...]
    """What was not measured, and why."""
    consequences: tuple[str, ...]
    """What follows, the bad included."""
    evidence: Mapping[str, str]
    """Where it lies, with hashes."""
    flips_if: tuple[str, ...]
    """What would change it."""
    review_by: str | None
    """The day it must be looked at again."""
    triggers: tuple[Trigger, ...] = field(default_factory=tuple)
    """What else calls it up again."""
    warnings: tuple[str, ...] = ()
    """What a signer must know: early stops, exploratory policies, answers that were cut off."""
    matrix: Matrix | None = None
    """The decision matrix; it informs."""
    checklist: str = ""
    """The architect's checklist, in a sentence."""
