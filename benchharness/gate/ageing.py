"""What is past its date: the decision, the evidence, its prices; days are UTC, and the gate's own day is an argument."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from benchharness.records.gate import Check, CheckStatus, Outcome
from benchharness.records.gate_policy import GatePolicy
from benchharness.records.proposal import PeopleDecision, Proposal, Recheck

__all__ = ["ages", "decision_alive"]

REFRESH = "Run the suite again and renew the evidence: bench run, then bench propose {id} --from RUN --force."


def ages(
    proposal: Proposal, policy: GatePolicy, *, measured: str, priced: bool, today: date, due: bool, settled: bool = True
) -> tuple[Check, ...]:
    """Return the checks of age. `measured` is the run's day, ISO 8601; `priced` whether money is part of the verdict.

    Evidence has to be fresh when people decide, so its age is counted up to the decision, and up to `today` before there is
    one or while it isn't `settled`: until it's merged its date is the author's to choose. With `due` a decision that's due for
    another look is stale, else it's told.
    """
    decision = proposal.decision
    run_day = _day(measured)
    if run_day is None:
        told = f"The run's record tells no day it was made on ({measured[:20]!r})."
        return (Check(name="evidence-age", status=CheckStatus.FAILED, sentence=told, outcome=Outcome.MISMATCH),)
    return (
        *_evidence(proposal, policy, run_day, priced, today, settled=settled),
        *(() if decision is None else _decision(decision, proposal.recheck or Recheck(), policy, run_day, today, due=due)),
    )


def decision_alive(decision: PeopleDecision | None, today: date) -> bool:
    """Tell whether there is a decision and it still applies."""
    return decision is not None and date.fromisoformat(decision.valid_until) >= today


def _evidence(proposal: Proposal, policy: GatePolicy, run_day: date, priced: bool, today: date, *, settled: bool) -> Iterator[Check]:
    decided = proposal.decision is not None and settled
    until = min(today, date.fromisoformat(proposal.decision.date)) if decided and proposal.decision is not None else today
    whose = "the decision" if decided else "today"
    age = (until - run_day).days
    if run_day > today + timedelta(days=1):
        told = f"The evidence is of {run_day}, and today is {today}."
        yield Check(name="evidence-age", status=CheckStatus.FAILED, sentence=told, outcome=Outcome.MISMATCH)
        return
    for name, noun, most in (("evidence-age", "evidence", policy.evidence_days), ("price-age", "prices", policy.price_days)):
        if name == "price-age" and not priced:
            continue
        told = f"The {noun} of {run_day} {'was' if noun == 'evidence' else 'were'} {max(age, 0)} days old at {whose}; the most is {most}."
        failed = age > most
        yield Check(
            name=name,
            status=CheckStatus.FAILED if failed else CheckStatus.PASSED,
            sentence=told.replace("at today", "today"),
            remedy=REFRESH.format(id=proposal.id) if failed else "",
            outcome=Outcome.STALE if failed else None,
        )


def _decision(decision: PeopleDecision, recheck: Recheck, policy: GatePolicy, run_day: date, today: date, *, due: bool) -> Iterator[Check]:
    ends, made = date.fromisoformat(decision.valid_until), date.fromisoformat(decision.date)
    if made < run_day:
        told = f"It was decided on {made}, before its evidence of {run_day} existed."
        yield Check(name="decision", status=CheckStatus.FAILED, sentence=told, remedy="Decide on this evidence.", outcome=Outcome.MISMATCH)
        return
    if made > today:
        told = f"The decision is of {made}, and today is {today}."
        yield Check(name="decision", status=CheckStatus.FAILED, sentence=told, remedy="Date it when it's made.", outcome=Outcome.INVALID)
        return
    if (ends - made).days > policy.longest_decision_days:
        told = f"The decision would hold {(ends - made).days} days; the policy allows {policy.longest_decision_days}."
        yield Check(name="decision", status=CheckStatus.FAILED, sentence=told, remedy="Let it end sooner.", outcome=Outcome.INVALID)
        return
    if ends < today:
        told = f"The decision ended on {ends}: it stops applying."
        yield Check(
            name="decision",
            status=CheckStatus.FAILED,
            sentence=told,
            remedy="Look again: bench run, bench propose with --force, and a new decision.",
            outcome=Outcome.STALE,
        )
        return
    left = (ends - today).days
    soon = left <= policy.grace_days
    told = f"Decided on {made} ({decision.outcome.value}), it holds until {ends}" + (f": {left} days left." if soon else ".")
    yield Check(name="decision", status=CheckStatus.TOLD if soon else CheckStatus.PASSED, sentence=told)
    next_look = made + timedelta(days=recheck.every_days)
    if next_look < today:
        yield Check(
            name="recheck",
            status=CheckStatus.FAILED if due else CheckStatus.TOLD,
            sentence=f"It was due for another look on {next_look}, {(today - next_look).days} days ago.",
            remedy="Run the suite again and see whether the verdict is still the same.",
            outcome=Outcome.STALE if due else None,
        )


def _day(text: str) -> date | None:
    """Return the day of a moment in UTC; None for what tells no moment, or not where on earth it was."""
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC).date() if moment.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None
