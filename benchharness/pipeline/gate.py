"""The gate's story: find what a pull request touches, make each verdict again, hold the decision against it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from benchharness import __version__, numbers
from benchharness.errors import BenchError, EvidenceError, MistakesError, UsageError
from benchharness.gate.ageing import ages, decision_alive
from benchharness.gate.decision_table import outcome_of
from benchharness.gate.patterns import covered, guards
from benchharness.gate.waiving import Waived, waived
from benchharness.pipeline.gating.case import Case, case_of
from benchharness.pipeline.gating.checks import evidence_checks
from benchharness.pipeline.gating.reasons import Reasons, reasons_of
from benchharness.pipeline.gating.report import advice, told_of
from benchharness.pipeline.gating.rescore import rescored
from benchharness.pipeline.gating.scope import GateOptions, Scope, chosen, find_scope, proposals_read, strays, twice
from benchharness.records.gate import EXIT_CODES, Check, CheckStatus, GateReport, Outcome, Place, ProposalReport, worst
from benchharness.records.proposal import DecisionOutcome, Kind, Proposal
from benchharness.suite.proposal_reading import ProposalFile, read_proposal

__all__ = ["GateOptions", "gate"]

# What an outcome is worth against another within one proposal: evidence that isn't what it claims comes before all.
THEIRS = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
# What changes around a decision that said no, without making it wrong.
PASSING = (
    "suite",
    "policy",
    "golden-set",
    "training-data",
    "facts",
    "files",
    "asked",
    "record",
    "claims",
    "evidence-age",
    "price-age",
    "decision",
    "recheck",
)
OVERLAYS = (Outcome.MISMATCH, Outcome.INVALID, Outcome.STALE)
SHOWN_FIRST = (CheckStatus.FAILED, CheckStatus.OPEN, CheckStatus.WAIVED, CheckStatus.NOT_CHECKED, CheckStatus.TOLD, CheckStatus.PASSED)


def gate(options: GateOptions) -> GateReport:
    """Return what the gate says; nobody is asked, nothing leaves the machine, and no verdict that's written down is believed."""
    scope = find_scope(options)
    paths = chosen(scope)
    reports = tuple(_judged(path, scope) for path in paths)
    found = (*_guards(scope, {each.id: each for each in reports}), *strays(scope))
    outcomes = (*(each.outcome for each in reports), *(each.outcome for each in found if each.outcome is not None))
    outcome = worst(outcomes)
    return GateReport(
        outcome=outcome,
        exit_code=EXIT_CODES[outcome],
        headline=_headline(outcome, reports, found),
        proposals=reports,
        guards=found,
        notices=scope.notices,
        base=scope.base,
        base_ref=scope.base_ref,
        head=scope.repository.head if scope.repository is not None else "",
        today=options.today.isoformat(),
        version=__version__,
    )


def _judged(path: Path, scope: Scope) -> ProposalReport:
    """Return what the gate says of one proposal, whatever is wrong with it."""
    other = twice(scope, path)
    if path.is_symlink() or other:
        # What a link leads to may be judged by nobody, and change without this file; of two with one id which is which?
        written = scope.written(path)
        told = f"the id {path.stem} stands twice, also in {other}" if other else "a link, expected the proposal itself"
        return _broken(path.stem, written, UsageError(told, file=written))
    shown = scope.shown(path)
    try:
        file = read_proposal(path, shown=Path(shown))
    except BenchError as error:
        return _broken(path.stem, shown, error)
    try:
        return _weighed(case_of(file, path, scope), scope)
    except EvidenceError as error:
        return _unbelieved(file, error)
    except BenchError as error:
        return replace(_broken(file.record.id, shown, error), title=file.record.title, decision=_decision(file.record))
    except THEIRS as error:
        # What the bundle's own files break beyond what their reader checks is theirs, and stops this proposal alone.
        told = f"It can't be judged from its evidence: {type(error).__name__}: {error}"
        return _unbelieved(file, EvidenceError(told, name="run.json"))


def _unbelieved(file: ProposalFile, error: EvidenceError) -> ProposalReport:
    """Return the report of a proposal whose evidence isn't what it claims to be."""
    place = _place(file, "evidence.bundle" if error.name != "manifest.json" else "evidence.digest")
    remedy = f"bench propose {file.record.id} --from RUN --force makes it again."
    check = Check(name="evidence", status=CheckStatus.FAILED, sentence=f"{error}.", remedy=remedy, place=place, outcome=Outcome.MISMATCH)
    return ProposalReport(
        id=file.record.id,
        title=file.record.title,
        place=_place(file, "id"),
        outcome=Outcome.MISMATCH,
        headline=f"The evidence doesn't match what it claims. {error}.",
        decision=_decision(file.record),
        reasons=("evidence",),
        to_merge=remedy,
        checks=(check,),
    )


def _weighed(case: Case, scope: Scope) -> ProposalReport:
    proposal, options = case.proposal, scope.options
    claims = list(evidence_checks(case, scope))
    found = rescored(case, scope)
    reasons = reasons_of(case)
    priced = bool(case.decided.evidence.compared)
    before = scope.proposal_at_base(case.file.path.as_posix())
    aged = ages(
        proposal,
        scope.policy,
        measured=case.bundle.record.started_at,
        priced=priced,
        today=options.today,
        due=options.every,
        settled=not scope.base or (before is not None and before.decision == proposal.decision),
    )
    cover = waived(proposal, reasons.names, scope.policy, options.today)
    checks = [replace(each.check, place=_place(case.file, each.key)) for each in claims]
    checks += [replace(each, place=_place(case.file, "evidence.bundle")) for each in found]
    checks += [replace(each, place=_place(case.file, _age_key(each.name))) for each in aged]
    checks += [replace(each, place=_place(case.file, "problem.target")) for each in _with_waivers(reasons, cover, proposal)]
    checks += [replace(each, place=_place(case.file, f"waivers[{at}]")) for at, each in enumerate(_waivers(cover, proposal))]
    if _history(case, scope):
        checks = [_told_only(each) if each.name in PASSING else each for each in checks]
    outcome = _outcome(case, reasons, cover, checks)
    ordered = tuple(sorted(checks, key=lambda each: (_overlay_rank(each), SHOWN_FIRST.index(each.status))))
    return told_of(case, reasons, cover, outcome, ordered, place=_place(case.file, "decision" if proposal.decision else "id"), scope=scope)


def _told_only(check: Check) -> Check:
    return replace(check, status=CheckStatus.TOLD, outcome=None) if check.status is CheckStatus.FAILED else check


def _history(case: Case, scope: Scope) -> bool:
    """Tell whether people said no and nobody asks again: then the world may move on from what they decided on."""
    decision = case.proposal.decision
    if decision is None or decision.outcome is DecisionOutcome.APPROVED:
        return False
    if scope.changed is None:
        return scope.options.every
    bundle = scope.shown(case.bundle_folder)
    return case.file.path.as_posix() not in scope.changed and not any(each.startswith(f"{bundle}/") for each in scope.changed)


def _outcome(case: Case, reasons: Reasons, cover: Waived, checks: Sequence[Check]) -> Outcome:
    """Return a proposal's outcome: what is wrong with the evidence or past its date first, then the table."""
    failed = {each.outcome for each in checks if each.status is CheckStatus.FAILED}
    overlay = next((each for each in OVERLAYS if each in failed), None)
    decision = case.proposal.decision
    return overlay or outcome_of(reasons.standing, decision.outcome if decision else None, waived=cover.covers)


def _waivers(cover: Waived, proposal: Proposal) -> tuple[Check, ...]:
    """Return the waivers' checks; where nobody approved, one that ended stands in nobody's way."""
    if proposal.decision is not None and proposal.decision.outcome is DecisionOutcome.APPROVED:
        return cover.checks
    return tuple(
        replace(each, status=CheckStatus.TOLD, outcome=None) if each.status is not CheckStatus.WAIVED else each for each in cover.checks
    )


def _with_waivers(reasons: Reasons, cover: Waived, proposal: Proposal) -> list[Check]:
    """Return the verdict's checks, those marked waived that live waivers of an approved decision cover."""
    approved = proposal.decision is not None and proposal.decision.outcome is DecisionOutcome.APPROVED
    return [replace(each, status=CheckStatus.WAIVED) if approved and each.name in cover.used else each for each in reasons.checks]


def _guards(scope: Scope, judged: dict[str, ProposalReport]) -> list[Check]:
    """Return one check for each guarded path that changed: it needs an approved proposal, alive and not refused here."""
    if not scope.policy.guards or scope.changed is None:
        return []
    files = list(proposals_read(scope))
    proposals = [each.record for each in files]
    guarded = [path for path in scope.changed if any(guards(path, guard.paths) for guard in scope.policy.guards)]
    for each in files:
        # Whoever opens a guard is judged, though the pull request may not touch it.
        decision = each.record.decision
        if decision is not None and each.record.id not in judged and any(covered(path, decision.applies_to) for path in guarded):
            judged = {**judged, each.record.id: _judged(each.path, scope)}
    return [_guarded(path, proposals, judged, scope.options.today) for path in guarded]


def _guarded(path: str, proposals: Sequence[Proposal], judged: dict[str, ProposalReport], today: date) -> Check:
    covering = [each for each in proposals if each.decision is not None and covered(path, each.decision.applies_to)]
    approved = [
        each
        for each in covering
        if each.decision is not None and each.decision.outcome is DecisionOutcome.APPROVED and each.intervention.kind is not Kind.TRIAL
    ]
    alive = [each for each in approved if decision_alive(each.decision, today)]
    good = [each for each in alive if each.id not in judged or judged[each.id].exit_code == 0]
    place = Place(file=path)
    if good:
        told = f"{path} is covered by {numbers.listed([each.id for each in good])}, approved and alive."
        return Check(name="guard", status=CheckStatus.PASSED, sentence=told, place=place)
    if approved and not alive:
        told = f"{path} needs a live decision; {numbers.listed([each.id for each in approved])} covers it and has ended."
        remedy = f"Look again: bench run, then bench propose {approved[0].id} --from RUN --force, and a new decision."
        return Check(name="guard", status=CheckStatus.FAILED, sentence=told, remedy=remedy, place=place, outcome=Outcome.STALE)
    if alive:
        told = f"{path} needs a live decision; the gate refuses {numbers.listed([each.id for each in alive])} in this pull request."
    elif covering:
        told = f"{path} needs an approved decision; {numbers.listed([each.id for each in covering])} covers it and isn't approved."
    else:
        told = f"{path} needs a live decision, and no proposal's `decision.applies_to` covers it."
    remedy = "Write one: bench propose ID --from RUN, and name the path in its decision's `applies_to`."
    return Check(name="guard", status=CheckStatus.FAILED, sentence=told, remedy=remedy, place=place, outcome=Outcome.NOT_JUSTIFIED)


def _broken(name: str, shown: str, error: BenchError) -> ProposalReport:
    mistakes = error.mistakes if isinstance(error, MistakesError) else ()
    checks = [
        Check(
            name="proposal",
            status=CheckStatus.FAILED,
            sentence=f"{each.key}: {each.message}" if each.key else each.message,
            remedy=each.hint,
            place=Place(file=each.file, line=each.line, column=each.column),
            outcome=Outcome.INVALID,
        )
        for each in mistakes
    ] or [
        Check(
            name="proposal",
            status=CheckStatus.FAILED,
            sentence=str(error),
            remedy=error.hint,
            place=Place(file=shown),
            outcome=Outcome.INVALID,
        )
    ]
    first = mistakes[0] if mistakes else error
    more = f" And {numbers.quantity(len(mistakes) - 1, 'more mistake')}." if len(mistakes) > 1 else ""
    return ProposalReport(
        id=name[:64],
        title="",
        place=Place(file=shown),
        outcome=Outcome.INVALID,
        headline=f"It can't be judged: {first}.{more}",
        reasons=("proposal",),
        to_merge="Mend what is named above.",
        checks=tuple(checks),
    )


def _headline(outcome: Outcome, reports: Sequence[ProposalReport], guarded: Sequence[Check]) -> str:
    if outcome is Outcome.NOTHING_TO_CHECK:
        return "Nothing to check: no proposal, and nothing a decision covers, is touched."
    failed = [each for each in guarded if each.outcome is outcome]
    named = [each.id for each in reports if each.outcome is outcome]
    if named:
        return advice(outcome, named)
    return failed[0].sentence if failed else advice(outcome, [])


def _overlay_rank(check: Check) -> int:
    return OVERLAYS.index(check.outcome) if check.outcome in OVERLAYS else len(OVERLAYS)


def _decision(proposal: Proposal) -> str:
    return proposal.decision.outcome.value if proposal.decision is not None else ""


def _age_key(name: str) -> str:
    return {"decision": "decision", "recheck": "recheck"}.get(name, "evidence")


def _place(file: ProposalFile, key: str) -> Place:
    at = file.places.mistake(key, "")
    return Place(file=at.file, line=at.line, column=at.column)
