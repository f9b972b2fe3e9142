"""What `bench gate` found: by proposal the outcome, every check, the numbers behind it, and what to do to merge."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from benchharness.records.comparison import Interval

__all__ = ["EXIT_CODES", "Check", "CheckStatus", "GateLine", "GateReport", "Outcome", "Place", "ProposalReport", "Standing", "worst"]


class Outcome(StrEnum):
    """What the gate says of a proposal, or of a pull request."""

    PASSED = "passed"
    WAIVED = "waived"
    NOTHING_TO_CHECK = "nothing-to-check"
    NOT_JUSTIFIED = "not-justified"
    UNDECIDED = "undecided"
    STALE = "stale"
    WAITING = "waiting"
    MISMATCH = "mismatch"
    INVALID = "invalid"


class Standing(StrEnum):
    """What the evidence says to what a proposal asks for."""

    JUSTIFIED = "justified"
    NOT_JUSTIFIED = "not-justified"
    INCONCLUSIVE = "inconclusive"


class CheckStatus(StrEnum):
    """How one check came out."""

    PASSED = "passed"
    FAILED = "failed"
    OPEN = "open"
    WAIVED = "waived"
    TOLD = "told"
    NOT_CHECKED = "not-checked"


EXIT_CODES: Mapping[Outcome, int] = {
    Outcome.PASSED: 0,
    Outcome.WAIVED: 0,
    Outcome.NOTHING_TO_CHECK: 0,
    Outcome.INVALID: 2,
    Outcome.NOT_JUSTIFIED: 10,
    Outcome.UNDECIDED: 11,
    Outcome.STALE: 12,
    Outcome.WAITING: 13,
    Outcome.MISMATCH: 14,
}
"""0 fine, 2 the proposal is wrong, 10 not justified, 11 evidence missing, 12 stale, 13 waiting for people, 14 evidence doesn't match."""

# Of several the worst is the pull request's: what can't be believed before what isn't justified, before what is only open or old.
WORST_FIRST = (
    Outcome.MISMATCH, Outcome.INVALID, Outcome.NOT_JUSTIFIED, Outcome.UNDECIDED, Outcome.STALE, Outcome.WAITING, Outcome.WAIVED,
    Outcome.PASSED, Outcome.NOTHING_TO_CHECK,
)  # fmt: skip


def worst(outcomes: tuple[Outcome, ...]) -> Outcome:
    """Return the worst of some outcomes; nothing to check when there are none."""
    return min(outcomes, key=WORST_FIRST.index, default=Outcome.NOTHING_TO_CHECK)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where something stands."""

    file: str
    """From the repository's root."""
    line: int | None = None
    """1-based."""
    column: int | None = None
    """1-based."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One named test of the gate, and how it came out."""

    name: str
    """The gate's check (`scores`, `golden-set`, `waiver`, ...) or the verdict's rule."""
    status: CheckStatus
    """Passed, failed, open (the evidence doesn't settle it), waived, told (no test, to be known), or not checked."""
    sentence: str
    """What was found, numbers and ids included; plain text that may quote what people or models wrote."""
    remedy: str = ""
    """What to do."""
    place: Place | None = None
    """The line of the proposal it's about."""
    outcome: Outcome | None = None
    """What it makes of the proposal, when it failed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GateLine:
    """One measured candidate."""

    name: str
    """`candidate/prompt`."""
    path: str
    """`api`, `fine-tuned`, `self-hosted`, `classical` or `ruled-out`."""
    role: str
    """`best-prompt`, `best-fine-tuned`, `best-self-hosted`, `best-classical`, or empty."""
    matched: int | None
    """Examples that matched."""
    n: int
    """Examples measured."""
    missing: int
    """Examples not measured."""
    rate: float | None
    """From 0 to 1."""
    interval: Interval | None
    """Of the rate."""
    usd_per_1k: float | None
    """US dollars per 1,000 answers; None when unknown."""
    p95_s: float | None
    """95th percentile of the latency in seconds; None when it wasn't measured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalReport:
    """What the gate says of one proposal."""

    id: str
    """Its name."""
    title: str
    """Its title, as written: untrusted text."""
    place: Place
    """The file, and the line of the decision or of the id."""
    outcome: Outcome
    """What the gate says."""
    headline: str
    """Why, in a sentence or two."""
    standing: Standing | None = None
    """What the evidence says to it; None when the evidence can't be read."""
    verdict: str = ""
    """The recomputed verdict's word."""
    reasons: tuple[str, ...] = ()
    """Rules and checks it fails, by name."""
    decision: str = ""
    """What people decided: `approved`, `rejected`, `deferred`; empty for nothing yet."""
    to_merge: str = ""
    """What to do to merge; empty when nothing is."""
    flips_if: tuple[str, ...] = ()
    """What would change the verdict."""
    metric: str = ""
    """The primary scorer's name."""
    target: float | None = None
    """The policy's accuracy target."""
    bar: float | None = None
    """The share prompting has to reach: target times the 90% rule."""
    lines: tuple[GateLine, ...] = ()
    """Every candidate measured, in suite order."""
    difference: tuple[float, float | None, float | None] | None = None
    """Best fine-tune (or self-hosted model) minus best prompt in percentage points, with its interval."""
    costs_usd_per_month: tuple[Interval, Interval] | None = None
    """Of prompting and of one's own path at today's volume, everything included; None when it couldn't be computed."""
    costs_of: str = ""
    """Which path of one's own: `fine-tune` or `self-hosted model`; empty when costs couldn't be computed."""
    requests_per_month: int | None = None
    """Today's volume."""
    disagreements: tuple[str, ...] = ()
    """Ids of examples one of the two best got right and the other wrong, in order; no text."""
    caveats: tuple[str, ...] = ()
    """What a signer must know beside the verdict: what is somebody's word, what this pull request changes, the verdict's warnings."""
    checks: tuple[Check, ...] = ()
    """Every check, failures first."""
    evidence: Mapping[str, str] = field(default_factory=dict)
    """What the numbers come from: run, date, digests, policy's commit."""

    @property
    def exit_code(self) -> int:
        """Return what the command exits with for this proposal alone."""
        return EXIT_CODES[self.outcome]


@dataclass(frozen=True, slots=True, kw_only=True)
class GateReport:
    """What the gate says of a pull request, or of some proposals."""

    outcome: Outcome
    """The worst of all."""
    exit_code: int
    """What the command exits with."""
    headline: str
    """In a sentence."""
    proposals: tuple[ProposalReport, ...] = ()
    """By proposal, in order of id."""
    guards: tuple[Check, ...] = ()
    """Guarded paths that changed."""
    notices: tuple[str, ...] = ()
    """What a reviewer must know of this pull request: policy, golden set or suite changed, no base policy."""
    base: str = ""
    """The base commit the policy was read from; empty when it was read from the working tree."""
    base_ref: str = ""
    """What that commit was taken from, in full: `refs/remotes/origin/main`; the hash where one was given."""
    head: str = ""
    """The commit that was looked at; empty outside a repository."""
    today: str = ""
    """The day it was judged, ISO 8601, UTC."""
    version: str = ""
    """Of this package."""
