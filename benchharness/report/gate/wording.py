"""The words, glyphs and rows that the gate's screen, comment and files share."""

from collections.abc import Sequence
from dataclasses import dataclass

from benchharness import numbers
from benchharness.records.comparison import Interval
from benchharness.records.gate import Check, CheckStatus, GateLine, GateReport, Outcome, Place, ProposalReport

__all__ = [
    "GLYPHS",
    "NO_VERDICT",
    "STATUS_WORDS",
    "WORDS",
    "MeasuredRow",
    "by_status",
    "compared",
    "counts",
    "headings",
    "is_resolved",
    "measured_rows",
    "place_text",
    "sentence_of",
]

WORDS = {
    Outcome.PASSED: "passed",
    Outcome.WAIVED: "waived",
    Outcome.NOTHING_TO_CHECK: "nothing to check",
    Outcome.NOT_JUSTIFIED: "not justified",
    Outcome.UNDECIDED: "undecided",
    Outcome.STALE: "stale",
    Outcome.WAITING: "waiting for a decision",
    Outcome.MISMATCH: "evidence does not match",
    Outcome.INVALID: "the gate could not run",
}
GLYPHS = {
    Outcome.PASSED: "✓",
    Outcome.WAIVED: "◇",
    Outcome.NOTHING_TO_CHECK: "·",
    Outcome.NOT_JUSTIFIED: "✗",
    Outcome.UNDECIDED: "?",
    Outcome.STALE: "↻",
    Outcome.WAITING: "…",
    Outcome.MISMATCH: "≠",
    Outcome.INVALID: "!",
}
STATUS_WORDS = {
    CheckStatus.PASSED: ("✓", "passed"),
    CheckStatus.FAILED: ("✗", "failed"),
    CheckStatus.OPEN: ("?", "not settled"),
    CheckStatus.WAIVED: ("◇", "waived"),
    CheckStatus.TOLD: ("·", "told"),
    CheckStatus.NOT_CHECKED: ("–", "not checked"),
}
NO_VERDICT = (Outcome.MISMATCH, Outcome.INVALID)
"""Outcomes in which the numbers can't be believed, so none is shown and nothing is called a verdict."""

SHORT = 12
WORST_CHECK_FIRST = (
    CheckStatus.FAILED,
    CheckStatus.OPEN,
    CheckStatus.WAIVED,
    CheckStatus.NOT_CHECKED,
    CheckStatus.TOLD,
    CheckStatus.PASSED,
)
TUNED = ("best-fine-tuned", "best-self-hosted")
NONE = "–"


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredRow:
    """One row of the table: what was measured, of the best prompt, of the tuned model, and the difference."""

    label: str
    """In full."""
    short: str
    """For a narrow screen."""
    cells: tuple[str, str, str]
    """Best prompt, tuned model, difference."""


def by_status(checks: Sequence[Check]) -> list[Check]:
    """Return the checks, failures first, otherwise in their order."""
    return sorted(checks, key=lambda check: WORST_CHECK_FIRST.index(check.status))


def counts(checks: Sequence[Check]) -> str:
    """Return how many checks came out how: `2 failed, 1 not settled, 5 passed`."""
    found = [(status, sum(check.status is status for check in checks)) for status in WORST_CHECK_FIRST]
    return ", ".join(f"{numbers.whole(count)} {STATUS_WORDS[status][1]}" for status, count in found if count)


def is_resolved(proposal: ProposalReport) -> bool:
    """Return whether people decided and the gate has nothing against it."""
    return bool(proposal.decision) and proposal.outcome is Outcome.PASSED


def sentence_of(proposal: ProposalReport) -> tuple[str, str]:
    """Return what follows a proposal's name: the words before the outcome, and the outcome."""
    if proposal.outcome is Outcome.MISMATCH:
        return ":", "the evidence does not match"
    if proposal.outcome is Outcome.INVALID:
        return ":", WORDS[Outcome.INVALID]
    if is_resolved(proposal):
        return " is", "resolved"
    return (" has" if proposal.outcome is Outcome.PASSED else " is"), WORDS[proposal.outcome]


def place_text(place: Place) -> str:
    """Return `file:line`, or as much of it as is known."""
    return ":".join(str(part) for part in (place.file, place.line) if part is not None)


def headings(proposal: ProposalReport) -> tuple[str, str, str]:
    """Return the headings of the table."""
    tuned = _line(proposal, *TUNED)
    return "best prompt", "self-hosted model" if tuned is not None and tuned.role == TUNED[1] else "tuned model", "difference"


def measured_rows(proposal: ProposalReport) -> list[MeasuredRow]:
    """Return the four rows of the table; empty when neither side was measured, or the numbers can't be believed."""
    prompt, tuned = _line(proposal, "best-prompt"), _line(proposal, *TUNED)
    if proposal.outcome in NO_VERDICT or (prompt is None and tuned is None):
        return []
    metric = proposal.metric or "matched"
    asked = max(each.n for each in (prompt, tuned) if each is not None)
    volume = "" if proposal.requests_per_month is None else f" at {numbers.quantity(proposal.requests_per_month, 'request')}"
    whose = f", prompting and the {proposal.costs_of}" if proposal.costs_of else ""
    return [
        MeasuredRow(
            label=f"{metric} ({numbers.quantity(asked, 'example')})",
            short=metric,
            cells=(_rate(prompt), _rate(tuned), _difference(proposal.difference)),
        ),
        MeasuredRow(label=f"cost per month{volume}{whose}", short="monthly cost", cells=_costs(proposal.costs_usd_per_month)),
        MeasuredRow(label="p95 latency", short="p95 latency", cells=_latency(prompt, tuned)),
        MeasuredRow(label="not measured", short="not measured", cells=(_missing(prompt), _missing(tuned), "")),
    ]


def _line(proposal: ProposalReport, *roles: str) -> GateLine | None:
    found = {line.role: line for line in reversed(proposal.lines)}
    return next((found[role] for role in roles if role in found), None)


def _rate(line: GateLine | None) -> str:
    if line is None:
        return NONE
    return f"{numbers.percent(line.rate)} ({numbers.count_of(line.matched, line.n)})"


def _difference(found: tuple[float, float | None, float | None] | None) -> str:
    """Return the difference, already in percentage points, with its interval."""
    if found is None:
        return numbers.UNKNOWN
    value, low, high = found
    if low is None or high is None:
        return numbers.points(value / 100)
    return f"{numbers.points(value / 100)} ({numbers.points_interval(Interval(low=low / 100, high=high / 100))})"


def _costs(found: tuple[Interval, Interval] | None) -> tuple[str, str, str]:
    if found is None:
        return numbers.UNKNOWN, numbers.UNKNOWN, numbers.UNKNOWN
    prompt, tuned = found
    low, high = _gained(tuned.low - prompt.high), _gained(tuned.high - prompt.low)
    return numbers.usd_range(prompt), numbers.usd_range(tuned), low if low == high else f"{low} to {high}"


def _gained(value: float) -> str:
    return f"+{numbers.usd(value)}" if value > 0 else numbers.signed_usd(value)


def _latency(prompt: GateLine | None, tuned: GateLine | None) -> tuple[str, str, str]:
    first, second = (None if line is None else line.p95_s for line in (prompt, tuned))
    texts = [NONE if line is None else numbers.seconds(line.p95_s) for line in (prompt, tuned)]
    if first is None or second is None:
        return texts[0], texts[1], numbers.UNKNOWN
    sign = "-" if second < first else "+"
    return texts[0], texts[1], f"{sign}{numbers.seconds(abs(second - first))}"


def _missing(line: GateLine | None) -> str:
    return NONE if line is None else numbers.whole(line.missing)


def compared(report: GateReport) -> str:
    """Return what the pull request was compared with: a whole name and a commit, so that nobody takes a tag for a branch."""
    if not report.base_ref:
        return ""
    return f"Compared with {', '.join(dict.fromkeys([report.base_ref, report.base[:SHORT]]))}."
