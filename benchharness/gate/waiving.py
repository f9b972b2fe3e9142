"""Waivers: a failing check that somebody answers for until a day; counted apart, and never a pass."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from benchharness.records.gate import Check, CheckStatus, Outcome
from benchharness.records.gate_policy import GatePolicy
from benchharness.records.proposal import Proposal

__all__ = ["NEVER_WAIVED", "WHOLE", "Waived", "waived"]

WHOLE = "verdict"
"""A waiver of this name covers every reason the verdict gives."""
# Nothing was measured that one could go on from.
NEVER_WAIVED = ("leakage", "metric-can-decide", "coverage")


@dataclass(frozen=True, slots=True, kw_only=True)
class Waived:
    """Which reasons are covered, and what to say of the waivers."""

    covers: bool
    """Whether every reason against the proposal is covered by a live waiver."""
    until: str = ""
    """The first day on which one of them ends; empty when none is used."""
    used: tuple[str, ...] = ()
    """Reasons that are covered."""
    checks: tuple[Check, ...] = field(default_factory=tuple)
    """One for every waiver."""


def waived(proposal: Proposal, reasons: Sequence[str], policy: GatePolicy, today: date) -> Waived:
    """Return what live waivers cover of some reasons; one that's expired or runs too long covers nothing."""
    checks = list(_checks(proposal, reasons, policy, today))
    live = {each.check: each for each, check in zip(proposal.waivers, checks, strict=True) if check.outcome is None}
    used = tuple(name for name in reasons if name not in NEVER_WAIVED and (name in live or WHOLE in live))
    ends = [(live.get(name) or live[WHOLE]).expires for name in used]
    return Waived(covers=bool(reasons) and len(used) == len(reasons), until=min(ends, default=""), used=used, checks=tuple(checks))


def _checks(proposal: Proposal, reasons: Sequence[str], policy: GatePolicy, today: date) -> Iterator[Check]:
    for each in proposal.waivers:
        left = (date.fromisoformat(each.expires) - today).days
        if each.check in NEVER_WAIVED:
            told = f"{each.check} can't be waived: without it nothing was measured."
            yield _check(each.check, CheckStatus.FAILED, told, "Mend the evidence.", Outcome.NOT_JUSTIFIED)
        elif left < 0:
            told = f"The waiver of {each.check} ended on {each.expires}."
            yield _check(each.check, CheckStatus.FAILED, told, "Decide again, or have it renewed by whoever approved it.", Outcome.STALE)
        elif left > policy.longest_waiver_days:
            told = f"The waiver of {each.check} runs {left} days; the policy allows {policy.longest_waiver_days}."
            yield _check(each.check, CheckStatus.FAILED, told, "Let it end sooner.", Outcome.NOT_JUSTIFIED)
        elif each.check == WHOLE or each.check in reasons:
            told = f"{each.check} is waived until {each.expires} by {each.approved_by}: {each.reason}"
            yield _check(each.check, CheckStatus.WAIVED, told)
        else:
            yield _check(each.check, CheckStatus.TOLD, f"The waiver of {each.check} isn't needed: it speaks against nothing.")


def _check(name: str, status: CheckStatus, sentence: str, remedy: str = "", outcome: Outcome | None = None) -> Check:
    return Check(name=f"waiver of {name}", status=status, sentence=sentence, remedy=remedy, outcome=outcome)
