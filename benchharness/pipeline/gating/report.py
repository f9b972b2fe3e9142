"""Put what the gate found of one proposal into its report: numbers, reasons, and what to do to merge."""

from collections.abc import Iterator, Sequence
from dataclasses import fields, replace

import numpy as np

from benchharness import numbers
from benchharness.comparison.outcomes import values_of
from benchharness.gate.repository import SHORT
from benchharness.gate.waiving import Waived
from benchharness.pipeline.gating.case import Case
from benchharness.pipeline.gating.facts import WORD
from benchharness.pipeline.gating.reasons import Reasons
from benchharness.pipeline.gating.scope import Scope
from benchharness.records.comparison import Comparison, Interval
from benchharness.records.costs import CostComparison
from benchharness.records.gate import EXIT_CODES, Check, CheckStatus, GateLine, Outcome, Place, ProposalReport, Standing
from benchharness.records.proposal import DecisionOutcome, Kind
from benchharness.records.provider_traits import traits_of

__all__ = ["advice", "told_of"]

ADVICE = {
    Outcome.PASSED: "{ids} passed: the decision agrees with the evidence.",
    Outcome.WAIVED: "{ids} isn't justified by its evidence and goes on under a waiver.",
    Outcome.NOT_JUSTIFIED: "{ids} isn't justified by the evidence.",
    Outcome.UNDECIDED: "{ids} isn't settled by the evidence.",
    Outcome.STALE: "{ids} rests on something past its date.",
    Outcome.WAITING: "{ids} is justified by the evidence and waits for a person's decision.",
    Outcome.MISMATCH: "{ids}: the evidence doesn't match what it claims.",
    Outcome.INVALID: "{ids} can't be judged until it's mended.",
}


def advice(outcome: Outcome, ids: Sequence[str]) -> str:
    """Return a gate's outcome in a sentence."""
    return ADVICE[outcome].format(ids=numbers.listed(list(ids)) or "It")


def told_of(
    case: Case, reasons: Reasons, cover: Waived, outcome: Outcome, checks: tuple[Check, ...], *, place: Place, scope: Scope
) -> ProposalReport:
    """Return the report of one proposal."""
    proposal, verdict, comparison = case.proposal, case.decided.verdict, case.decided.comparison
    green = EXIT_CODES[outcome] == 0
    # What speaks against a proposal that people rejected is why they were right, and fails nothing.
    shown = tuple(_settled(each) if green else each for each in checks)
    overlay = next((each for each in shown if each.outcome is outcome and each.status is CheckStatus.FAILED), None)
    costs = _costs(case, comparison)
    return ProposalReport(
        id=proposal.id,
        title=proposal.title,
        place=place,
        outcome=outcome,
        headline=_headline(case, reasons, outcome, overlay),
        standing=reasons.standing,
        verdict=verdict.verdict.value,
        reasons=(overlay.name,) if overlay is not None else reasons.names,
        decision=proposal.decision.outcome.value if proposal.decision is not None else "",
        to_merge=_to_merge(case, reasons, cover, outcome, overlay),
        flips_if=verdict.flips_if,
        metric=proposal.problem.metric,
        target=case.asked.decision.accuracy_target,
        bar=case.asked.decision.accuracy_target * case.asked.decision.ninety_percent_rule,
        lines=tuple(_lines(case, comparison)),
        difference=_difference(case, comparison),
        costs_usd_per_month=None
        if costs is None
        else (_monthly(costs.prompt[1.0].total_usd, costs.months), _monthly(costs.own[1.0].total_usd, costs.months)),
        costs_of="" if costs is None else costs.name,
        requests_per_month=None if costs is None else round(costs.requests_per_month),
        disagreements=_disagreements(case, comparison),
        caveats=tuple(_caveats(case, scope, shown)),
        checks=shown,
        evidence=_evidence(case, scope),
    )


def _costs(case: Case, comparison: Comparison) -> CostComparison | None:
    """Return the costs of whom the proposal is about, and nobody else's."""
    best = comparison.result(_other(case, comparison))
    hosts = case.proposal.intervention.kind is Kind.SELF_HOST if best is None else best.path == "self-hosted"
    return case.decided.evidence.hosting_costs if hosts else case.decided.evidence.costs


def _caveats(case: Case, scope: Scope, checks: Sequence[Check]) -> Iterator[str]:
    """Yield what a signer must know beside the verdict; it stands where the verdict stands."""
    scores = next((each for each in checks if each.name == "scores"), None)
    if scores is None or scores.status is CheckStatus.NOT_CHECKED:
        yield "The scores weren't made again from outputs: they are the word of whoever made the run."
    elif scores.status is CheckStatus.TOLD:
        yield scores.sentence
    if not case.own_record:
        yield f"From the run's record alone, which nothing here can check: {WORD}."
    asked, whole = int(case.record.golden_set["asked"]), int(case.record.golden_set["examples"])
    if asked < whole:
        yield f"Only {numbers.count_of(asked, whole)} golden examples were asked."
    pretended = [each.name for each in case.own.candidates if traits_of(each).stands_in]
    if pretended:
        yield f"No model answered for {numbers.listed(pretended)}: a rehearsal, or answers from a file."
    skipped = [f"{each.candidate} ({each.reason})" for each in case.record.skipped]
    if skipped:
        yield f"Not asked: {numbers.listed(skipped)}."
    yield from _changes(case, scope)
    yield from case.decided.verdict.warnings


def _changes(case: Case, scope: Scope) -> Iterator[str]:
    """Yield what the pull request changes beside the proposal that its verdict rests on."""
    if scope.base and case.base is None:
        yield f"{case.suite_shown} is new in this pull request: its bars, its golden set and its candidates need an owner's eye."
    if case.weakened:
        yield f"This pull request changes {numbers.listed(case.weakened)}; the run asked them as they stand now."
    before = scope.proposal_at_base(case.file.path.as_posix())
    was, now = None if before is None else before.decision, case.proposal.decision
    if was is not None and was != now:
        names = [each.name for each in fields(was) if now is None or getattr(was, each.name) != getattr(now, each.name)]
        yield f"This pull request changes the decision that {scope.base[:SHORT]} has: {numbers.listed(names, most=len(names))}."
    known = () if before is None else before.waivers
    for each in case.proposal.waivers if scope.base else ():
        if each not in known:
            told = f"This pull request brings the waiver of {each.check} until {each.expires}, said to be approved by {each.approved_by}"
            yield f"{told}: nothing here can check by whom."
    if before is not None and before.evidence != case.proposal.evidence:
        yield f"The evidence is another than in {scope.base[:SHORT]}."


def _settled(check: Check) -> Check:
    if check.status not in (CheckStatus.FAILED, CheckStatus.OPEN):
        return check
    return replace(check, status=CheckStatus.TOLD, outcome=None)


def _headline(case: Case, reasons: Reasons, outcome: Outcome, overlay: Check | None) -> str:
    if overlay is not None:
        return f"{ADVICE[outcome].format(ids=case.proposal.id)} {overlay.sentence}"
    verdict = case.decided.verdict
    said = verdict.headline
    if reasons.standing is not Standing.JUSTIFIED and verdict.verdict.value in ("fine-tune", "self-host", "try-fine-tune"):
        against = [each.sentence for each in reasons.checks if each.name in reasons.names]
        said = f"The numbers speak for it ({verdict.verdict.value}), and something else against it: {' '.join(against[:2])}"
    decision = case.proposal.decision
    if decision is not None and decision.outcome is not DecisionOutcome.APPROVED and reasons.standing is Standing.JUSTIFIED:
        said = f"The evidence would support it; people decided otherwise ({decision.outcome.value}). {said}"
    return said


def _to_merge(case: Case, reasons: Reasons, cover: Waived, outcome: Outcome, overlay: Check | None) -> str:
    file = case.file.path.as_posix()
    if overlay is not None:
        return overlay.remedy or "Mend what is named above."
    if outcome is Outcome.WAITING:
        return f"A person decides: add `decision:` to {file} (approved, rejected or deferred), with who, when, why and until when."
    if outcome is Outcome.WAIVED:
        return ""
    open_names = [name for name in reasons.names if name not in cover.used]
    waiver = f"or, if somebody answers for it, approve it with a waiver for {numbers.listed([f'`{each}`' for each in open_names])}"
    if outcome is Outcome.NOT_JUSTIFIED:
        return f"Set `decision.outcome: rejected` in {file} (the record of having looked is worth merging), {waiver}."
    if outcome is Outcome.UNDECIDED:
        remedies = [each.remedy for each in reasons.checks if each.name in reasons.names and each.remedy]
        first = remedies[0] if remedies else "Get the evidence the open checks name."
        return f"{first} Or set `decision.outcome` to deferred or rejected in {file}, {waiver}."
    return ""


def _lines(case: Case, comparison: Comparison) -> Iterator[GateLine]:
    roles = {
        comparison.best_prompt: "best-prompt",
        comparison.best_fine_tuned: "best-fine-tuned",
        comparison.best_self_hosted: "best-self-hosted",
        comparison.best_classical: "best-classical",
    }
    totals = {each.key: each for each in case.bundle.record.totals}
    for each in comparison.candidates:
        total = totals.get(each.key)
        yield GateLine(
            name=each.key,
            path=each.path,
            role=roles.get(each.key, ""),
            matched=each.matched,
            n=each.n,
            missing=each.missing,
            rate=each.rate,
            interval=each.interval,
            usd_per_1k=None if total is None else total.usd_per_1k,
            p95_s=None if total is None else total.p95_s,
        )


def _other(case: Case, comparison: Comparison) -> str | None:
    """Return whom the proposal is about: the best fine-tune, or the best self-hosted model where there is one."""
    hosted = comparison.best_self_hosted if case.proposal.intervention.kind is Kind.SELF_HOST else None
    return hosted or comparison.best_fine_tuned


def _difference(case: Case, comparison: Comparison) -> tuple[float, float | None, float | None] | None:
    pair = comparison.pair(_other(case, comparison), comparison.best_prompt)
    if pair is None or pair.difference is None:
        return None
    ends = (None, None) if pair.interval is None else (100 * pair.interval.low, 100 * pair.interval.high)
    return 100 * pair.difference, *ends


def _monthly(total: Interval, months: int) -> Interval:
    return replace(total, low=total.low / months, high=total.high / months)


def _disagreements(case: Case, comparison: Comparison) -> tuple[str, ...]:
    by_key = {each.key: each for each in case.measured.outcomes}
    first, second = by_key.get(_other(case, comparison) or ""), by_key.get(comparison.best_prompt or "")
    if first is None or second is None:
        return ()
    target_is = comparison.questions.target_is
    mine, theirs = values_of(first, target_is), values_of(second, target_is)
    shared, at, other = np.intersect1d(mine.codes, theirs.codes, assume_unique=True, return_indices=True)
    return tuple(case.measured.ids[int(code)] for code in shared[mine.values[at] != theirs.values[other]])


def _evidence(case: Case, scope: Scope) -> dict[str, str]:
    manifest = case.bundle.manifest
    return {
        "run": manifest.run,
        "measured": manifest.started_at[:10],
        "digest": case.proposal.evidence.digest,
        "policy": scope.base[:SHORT] if case.base is not None else "working tree",
        "golden set": manifest.golden_set,
    }
