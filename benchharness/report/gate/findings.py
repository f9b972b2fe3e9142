"""What of a gate's report a machine must be told: every check with its place, and the outcome where no check says it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from benchharness.records.gate import EXIT_CODES, Check, CheckStatus, GateReport, Outcome, Place, ProposalReport
from benchharness.report.gate.wording import NO_VERDICT

__all__ = ["GUARDS", "GateFinding", "findings", "suites"]

GUARDS = "guards"
OUTCOME = "outcome"
BROKEN = (CheckStatus.FAILED, CheckStatus.OPEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class GateFinding:
    """One check, with what it belongs to."""

    of: str
    """The proposal's id, or `guards`."""
    check: Check
    """The check."""
    place: Place | None
    """Where it stands: its own place, else the proposal's."""
    outcome: Outcome
    """What it makes of the proposal, or else what the proposal is."""


def suites(report: GateReport) -> list[tuple[ProposalReport | None, tuple[Check, ...]]]:
    """Return by proposal, and last for the guards, the checks; a proposal that stops the merge has one that says so."""
    found: list[tuple[ProposalReport | None, tuple[Check, ...]]] = [(each, _checks(each)) for each in report.proposals]
    return [*found, (None, _guards(report, found))]


def findings(report: GateReport) -> Iterator[GateFinding]:
    """Yield every check of every proposal, then those of the guards."""
    for proposal, checks in suites(report):
        for check in checks:
            yield GateFinding(
                of=GUARDS if proposal is None else proposal.id,
                check=check,
                place=check.place or (None if proposal is None else proposal.place),
                outcome=check.outcome or (report.outcome if proposal is None else proposal.outcome),
            )


def _checks(proposal: ProposalReport) -> tuple[Check, ...]:
    checks = proposal.checks
    told = any(each.status is CheckStatus.FAILED and _is_broken(each, proposal.outcome) for each in checks)
    unsaid = not told if proposal.outcome in NO_VERDICT else not _stops(checks)
    if not proposal.exit_code or not unsaid:
        return checks
    return (_outcome_check(proposal.outcome, proposal.headline, proposal.to_merge, proposal.place), *checks)


def _guards(report: GateReport, proposals: Sequence[tuple[ProposalReport | None, tuple[Check, ...]]]) -> tuple[Check, ...]:
    said = any(_stops(checks) for _, checks in proposals) or _stops(report.guards)
    if not report.exit_code or said:
        return report.guards
    return (_outcome_check(report.outcome, report.headline, "", None), *report.guards)


def _outcome_check(outcome: Outcome, sentence: str, remedy: str, place: Place | None) -> Check:
    """Return a check in words for an outcome no check speaks of, such as waiting for people."""
    open_ones = (Outcome.UNDECIDED, Outcome.STALE, Outcome.WAITING)
    status = CheckStatus.OPEN if outcome in open_ones else CheckStatus.FAILED
    return Check(name=OUTCOME, status=status, sentence=sentence, remedy=remedy, place=place, outcome=outcome)


def _stops(checks: Sequence[Check]) -> bool:
    return any(each.status in BROKEN for each in checks)


def _is_broken(check: Check, outcome: Outcome) -> bool:
    return check.outcome is None or EXIT_CODES[check.outcome] == EXIT_CODES[outcome]
