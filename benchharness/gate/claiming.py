"""What a proposal says beside its evidence: its numbers must be the suite's, and what it says was tried must have been."""

from collections.abc import Iterator
from dataclasses import dataclass

from benchharness.records.effort import Effort
from benchharness.records.gate import Check, CheckStatus, Outcome
from benchharness.records.proposal import Kind, Proposal
from benchharness.records.suite import Decision

__all__ = ["Claim", "claims", "tried"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One check, and the key of the proposal it's about."""

    key: str
    """Dotted."""
    check: Check
    """How it came out."""


def claims(proposal: Proposal, decision: Decision, *, metric: str, smallest_useful_gain: float) -> tuple[Claim, ...]:
    """Return whether what a proposal states is what its evidence was judged by; what it leaves out isn't asked."""
    differs = list(_differing(proposal, decision, metric, smallest_useful_gain))
    if differs:
        return tuple(differs)
    told = f"Metric, target {proposal.problem.target:g} and smallest useful gain {proposal.problem.smallest_useful_gain:g} are the suite's."
    return (Claim(key="problem", check=Check(name="claims", status=CheckStatus.PASSED, sentence=told)),)


def tried(proposal: Proposal, efforts: tuple[Effort, ...], run: str) -> tuple[Claim, ...]:
    """Return whether the evidence shows each thing the proposal says was tried."""
    shown = {strategy for each in efforts if each.measured for strategy in (*each.strategies, each.path)}
    return tuple(_one(f"tried[{at}]", each.strategy, each.run, run, shown) for at, each in enumerate(proposal.tried))


def _one(key: str, strategy: str, named: str, run: str, shown: set[str]) -> Claim:
    if named and named != run:
        told = f"{strategy} is said to stand in the run {named}, which isn't this evidence."
        check = Check(name="tried", status=CheckStatus.NOT_CHECKED, sentence=told, remedy="Only what the evidence shows counts.")
    elif strategy in shown:
        check = Check(name="tried", status=CheckStatus.PASSED, sentence=f"{strategy} was measured.")
    else:
        told = f"{strategy} is said to be tried, and the evidence has no answer of it."
        check = Check(
            name="tried", status=CheckStatus.FAILED, sentence=told, remedy="Measure it, or don't say so.", outcome=Outcome.MISMATCH
        )
    return Claim(key=key, check=check)


def _differing(proposal: Proposal, decision: Decision, metric: str, gain: float) -> Iterator[Claim]:
    problem, costs, traffic, constraints = proposal.problem, proposal.costs, proposal.traffic, proposal.constraints
    privacy, latency, plan, volume = decision.privacy, decision.latency, decision.fine_tune, decision.volume
    pairs: list[tuple[str, object, object, str]] = [
        ("problem.metric", problem.metric, metric, "the primary scorer"),
        ("problem.target", problem.target, decision.accuracy_target, "`decision.accuracy_target`"),
        ("problem.smallest_useful_gain", problem.smallest_useful_gain, gain, "`smallest_useful_gain`"),
    ]
    if costs is not None:
        pairs.append(("costs.training_usd", costs.training_usd, plan and plan.training_cost_usd, "`decision.fine_tune.training_cost_usd`"))
    if traffic is not None:
        stated = volume and volume.requests_per_month
        pairs.append(("traffic.requests_per_month", traffic.requests_per_month, stated, "`decision.volume.requests_per_month`"))
    if constraints is not None:
        pairs += [
            (
                "constraints.data_may_leave",
                constraints.data_may_leave,
                privacy and privacy.data_may_leave,
                "`decision.privacy.data_may_leave`",
            ),
            ("constraints.offline", constraints.offline, privacy and privacy.offline, "`decision.privacy.offline`"),
            ("constraints.latency_p95_s", constraints.latency_p95_s, latency and latency.p95_s, "`decision.latency.p95_s`"),
        ]
    for key, says, is_, where in pairs:
        if says is not None and says != is_:
            told = f"The proposal says {_said(says)}; the policy its evidence is judged by has {_said(is_)} ({where})."
            remedy = "State the suite's number, or change the suite first, in a pull request of its own, and run again."
            yield Claim(
                key=key, check=Check(name="claims", status=CheckStatus.FAILED, sentence=told, remedy=remedy, outcome=Outcome.MISMATCH)
            )
    if proposal.intervention.kind is not Kind.TRIAL and not proposal.intervention.candidate:
        told = f"A {proposal.intervention.kind.value} proposal names no `intervention.candidate`, so nothing measured stands for it."
        remedy = "Name the suite's candidate, or propose a `trial`."
        check = Check(name="claims", status=CheckStatus.FAILED, sentence=told, remedy=remedy, outcome=Outcome.INVALID)
        yield Claim(key="intervention.kind", check=check)


def _said(value: object) -> str:
    if value is None:
        return "nothing"
    return ("true" if value else "false") if isinstance(value, bool) else f"{value:g}" if isinstance(value, float) else str(value)
