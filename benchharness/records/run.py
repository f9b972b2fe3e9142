"""What a run was: enough to recompute its verdict and to reproduce it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from benchharness.records.comparison import Interval, candidate_key
from benchharness.records.latency_probe import ProbedLatency
from benchharness.records.run_facts import RunFacts

__all__ = ["CandidateTotals", "LabelSummary", "RunRecord", "Skipped"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """A candidate that wasn't asked, and why."""

    candidate: str
    """Its name."""
    reason: str
    """One line: the missing variable, extra, file or endpoint."""
    hint: str = ""
    """What to do about it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateTotals:
    """Time and money of one candidate in this run."""

    candidate: str
    """Its name."""
    prompt: str
    """Its prompt; empty for none."""
    rows: int
    """Rows in all."""
    missing: int
    """Rows not measured."""
    p50_s: float | None
    """Median latency in seconds; None when nothing was timed."""
    p95_s: float | None
    """95th percentile of the latency in seconds; None under 20 timed answers."""
    timed: int
    """Answers the latency was taken from; stored answers are none."""
    usd_per_1k: float | None
    """US dollars per 1,000 answers; None when a price is unknown."""
    usd_per_1k_interval: Interval | None = None
    """95% interval of that mean, for what other requests of the same kind will cost."""
    probed: ProbedLatency | None = None
    """What a latency probe found; then `p50_s`, `p95_s` and `timed` are the probe's."""
    usd_per_1k_uncached: float | None = None
    """The same with nothing read from a prompt cache or written into one; None where nothing was, or the price is unknown."""
    input_tokens: int | None = None
    """All input tokens; None when a provider didn't count."""
    output_tokens: int | None = None
    """All output tokens; None when a provider didn't count."""

    @property
    def key(self) -> str:
        """Return `candidate/prompt`."""
        return candidate_key(self.candidate, self.prompt)


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelSummary:
    """How one candidate did over the labels, when a `label` scorer decides."""

    candidate: str
    """Its name."""
    prompt: str
    """Its prompt; empty for none."""
    macro_f1: float | None
    """Mean F1 over labels, from 0 to 1."""
    kappa: float | None
    """Cohen's kappa between targets and answers."""
    unparsable: int
    """Answers in which no label was found."""
    f1: Mapping[str, float]
    """F1 by label."""
    recall: Mapping[str, float | None]
    """Share found of those that have the label."""
    precision: Mapping[str, float | None]
    """Share right of those given the label."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRecord:
    """The contents of `run.json`."""

    suite: str
    """The suite's name."""
    suite_file: str
    """The suite file as given."""
    suite_text: str
    """The suite file's whole text, so that the policy can be read again."""
    suite_hash: str
    """`sha256:...` of the text."""
    policy_hash: str
    """`sha256:...` of the policy, fixed before the first question."""
    golden_set: Mapping[str, Any]
    """`source`, `fingerprint`, `examples`."""
    training_pool: Mapping[str, Any] | None
    """The same, or None."""
    prompts: Mapping[str, str]
    """`sha256:...` of each prompt, resolved."""
    skipped: tuple[Skipped, ...] = ()
    """Candidates not asked."""
    totals: tuple[CandidateTotals, ...] = ()
    """Time and money by candidate."""
    labels: tuple[LabelSummary, ...] = ()
    """How each candidate did by label, when a `label` scorer decides."""
    results_hash: str = ""
    """`sha256:...` of `results.parquet`."""
    seed: int = 0
    """The suite's seed."""
    command: tuple[str, ...] = ()
    """The command line."""
    versions: Mapping[str, str] = field(default_factory=dict)
    """Of this package, Python and the libraries that were used."""
    started_at: str = ""
    """UTC, ISO 8601."""
    finished_at: str = ""
    """UTC, ISO 8601."""
    complete: bool = True
    """Whether every question was asked."""
    facts: RunFacts
    """What the run knows of itself beside its rows."""
