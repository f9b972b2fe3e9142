"""What the evidence says to a proposal, and which rules are the reason."""

from collections.abc import Iterator
from dataclasses import dataclass

from benchharness import numbers
from benchharness.gate.decision_table import standing_of
from benchharness.pipeline.gating.case import Case
from benchharness.pipeline.loading.requests import duplicates
from benchharness.records.comparison import Proof, candidate_key
from benchharness.records.gate import Check, CheckStatus, Outcome, Standing
from benchharness.records.proposal import Kind
from benchharness.records.verdict import Finding, Status, VerdictWord
from benchharness.suite.resolving import candidate_path
from benchharness.verdict.decide import explained

__all__ = ["Reasons", "reasons_of"]

# Rules that refuse a fine-tune whatever else is proven: most of them are behind the verdict already, a shutdown isn't.
REFUSING = ("leakage", "data-sufficiency", "prompt-effort", "retrieval-tried", "base-measured", "protected-slices", "sunset")
# What a fine-tune claims: one that's proven wrong speaks against it, whichever question decided first.
CLAUSES = ("fine-tune-beats-prompt", "gap-is-large", "fine-tune-reaches-target", "cost-pays")
# What hosting a model as it came claims, unless every API is ruled out: moat, its own costs, the gap.
HOSTING_CLAUSES = ("three-bars",)
# Verdicts that stand on what is met; all others stand on what isn't.
ON_WHAT_IS_MET = (VerdictWord.SHIP_PROMPT, VerdictWord.SHIP_CLASSICAL)
# Nobody has to state a limit; one that's stated and broken rules every API out.
LIMITS = ("privacy", "latency")
EXPLORATORY = "exploratory"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reasons:
    """What the evidence says to a proposal, and why."""

    standing: Standing
    """Justified, not justified or inconclusive."""
    names: tuple[str, ...]
    """Rules and checks that stand in its way; empty when it's justified."""
    checks: tuple[Check, ...]
    """Every rule that was asked, as a check of the proposal."""


def reasons_of(case: Case) -> Reasons:
    """Return what the evidence says to the proposal; a yes is withheld for whatever refuses a fine-tune by itself."""
    kind, verdict = case.proposal.intervention.kind, case.decided.verdict
    findings = {each.rule: each for each in verdict.findings}
    standing = standing_of(kind, verdict.verdict)
    # What is hosted may be a fine-tune all the same.
    path = next((candidate_path(each).value for each in case.own.candidates if each.name == case.proposal.intervention.candidate), "")
    tunes = kind is not Kind.SELF_HOST or path == "fine-tuned"
    refused = [rule for rule in REFUSING if _not_met(findings.get(rule))] if tunes else []
    own = list(_own(case, standing))
    if standing is Standing.JUSTIFIED:
        failed = [each.name for each in own if each.status is CheckStatus.FAILED]
        opened = [each.name for each in own if each.status is CheckStatus.OPEN]
        standing = Standing.NOT_JUSTIFIED if refused or failed else Standing.INCONCLUSIVE if opened else standing
        names = tuple(dict.fromkeys([*refused, *failed, *opened]))
    else:
        claimed = CLAUSES if tunes else HOSTING_CLAUSES if not _barred(findings) else ()
        refuted = [rule for rule in claimed if rule in findings and findings[rule].proof is Proof.REFUTED]
        names = tuple(dict.fromkeys([*_deciding(case, findings), *refused, *refuted]))
        if verdict.verdict is VerdictWord.MORE_EVIDENCE and (refused or refuted):
            standing = Standing.NOT_JUSTIFIED
    checks = [_check(each, names, standing, refused) for each in _asked(findings)]
    return Reasons(standing=standing, names=names, checks=(*own, *checks))


def _barred(findings: dict[str, Finding]) -> bool:
    """Tell whether every API is ruled out: then a model of one's own is needed, whatever it costs."""
    return any(rule in findings and findings[rule].proof is Proof.REFUTED for rule in LIMITS)


def _own(case: Case, standing: Standing) -> Iterator[Check]:
    """Yield what the gate asks besides the verdict's rules."""
    intervention, verdict, comparison = case.proposal.intervention, case.decided.verdict, case.decided.comparison
    measured = [each for each in comparison.candidates if each.n]
    hosted = comparison.best_self_hosted if intervention.kind is Kind.SELF_HOST else None
    wanted = hosted or comparison.best_fine_tuned
    best = comparison.result(wanted)
    if intervention.candidate and intervention.candidate not in {each.candidate for each in measured}:
        told = f"The evidence has no answer of {intervention.candidate}, which is what the proposal asks for."
        yield _own_check("candidate", CheckStatus.FAILED, told, "Measure it, or name the candidate that was.", Outcome.MISMATCH)
    elif intervention.candidate and best is not None and best.candidate != intervention.candidate:
        told = f"The evidence speaks for {best.candidate}, the best of its kind; the proposal asks for {intervention.candidate}."
        status = CheckStatus.OPEN if standing is Standing.JUSTIFIED else CheckStatus.TOLD
        yield _own_check("candidate", status, told, f"Name {best.candidate}, or show that {intervention.candidate} is as good.")
    elif intervention.candidate:
        yield _own_check("candidate", CheckStatus.PASSED, f"{intervention.candidate} is the best of its kind that was measured.")
    yield from _exam(case)
    if EXPLORATORY in verdict.flags:
        told = next((each for each in verdict.warnings if each.startswith("Exploratory: ")), "Exploratory.")
        yield _own_check("exploratory", CheckStatus.OPEN, told, "Measure once on fresh examples, with the policy fixed before.")
    # The same request under two names is one try.
    again = sum(len(keys) - 1 for keys in duplicates(each for each in case.decided.evidence.effort if each.path == "api"))
    prompts, tuned = (sum(each.path == path for each in measured) - less for path, less in (("api", again), ("fine-tuned", 0)))
    if tuned:
        told = f"{numbers.quantity(prompts, 'prompt')} and {numbers.quantity(tuned, 'fine-tune')} were measured"
        if tuned > prompts:
            remedy = "Try as many prompts as fine-tunes: the best of more tries looks better than it is."
            yield _own_check("equal-effort", CheckStatus.FAILED, f"{told}: the fine-tune had more tries.", remedy)
        else:
            yield _own_check("equal-effort", CheckStatus.PASSED, f"{told}: the fine-tune had no more tries.")


def _exam(case: Case) -> Iterator[Check]:
    """Yield what keeps these rows from being an answer to the exam the base commit knows, asked of everybody."""
    if case.exam:
        told = f"This pull request changes the exam as well: {numbers.listed(case.exam)}."
        remedy = "Change it in a pull request of its own, and measure after that one is merged."
        yield _own_check("exam", CheckStatus.OPEN, told, remedy)
    rows = {(each.candidate, each.prompt) for each in case.bundle.rows}
    skipped = {each.candidate for each in case.bundle.record.skipped}
    wanted = {(entry.name, prompt) for entry in case.own.candidates if entry.name not in skipped for prompt in entry.prompts or ("",)}
    left = sorted(candidate_key(*each) for each in wanted - rows)
    if left:
        told = f"The suite has {numbers.listed(left)}, and the run neither asked nor skipped it."
        yield _own_check("left-out", CheckStatus.OPEN, told, "Run the suite whole, without --only.")
    training = case.proposal.training_data
    if case.proposal.intervention.kind not in (Kind.TRIAL, Kind.SELF_HOST) and (training is None or not training.digest):
        told = "The proposal doesn't name what the model learned from, so nobody can look for golden examples in it."
        yield _own_check("training-data", CheckStatus.OPEN, told, "Name it under `training_data`, with its digest.")


def _own_check(name: str, status: CheckStatus, sentence: str, remedy: str = "", outcome: Outcome | None = None) -> Check:
    return Check(name=name, status=status, sentence=sentence, remedy=remedy, outcome=outcome)


def _deciding(case: Case, findings: dict[str, Finding]) -> tuple[str, ...]:
    """Return the rules the deciding question rests on, as far as they speak against the proposal."""
    word = case.decided.verdict.verdict
    if word is VerdictWord.TRY_FINE_TUNE:
        return ("fine-tune-beats-prompt",)
    step = explained(case.decided.evidence)[-1]
    if word in ON_WHAT_IS_MET:
        names = [each.rule for each in step.findings if findings[each.rule].status is Status.MET]
    else:
        names = [each.rule for each in step.findings if _lacking(findings[each.rule]) and not _for_it(findings[each.rule])]
    return tuple(names) or ("verdict",)


def _lacking(finding: Finding) -> bool:
    if finding.status is Status.NOT_APPLICABLE:
        return False
    if finding.rule in LIMITS:
        return finding.proof is Proof.REFUTED
    return finding.status is not Status.MET or finding.proof in (Proof.REFUTED, Proof.UNDECIDED)


def _for_it(finding: Finding) -> bool:
    """Tell whether a finding speaks for a fine-tune: prompting that's proven not to be enough."""
    return finding.rule in ("ninety-percent", "gap") and finding.proof is Proof.REFUTED


def _not_met(finding: Finding | None) -> bool:
    return finding is not None and finding.status is Status.NOT_MET


def _asked(findings: dict[str, Finding]) -> list[Finding]:
    return [each for each in findings.values() if (each.decides or each.rule in REFUSING) and each.status is not Status.NOT_APPLICABLE]


def _check(finding: Finding, names: tuple[str, ...], standing: Standing, refused: list[str]) -> Check:
    """Return a finding as a check: failed or open where it's a reason, else passed, whatever it says of the candidates."""
    if finding.rule in names:
        against = standing is Standing.NOT_JUSTIFIED and (finding.rule in refused or finding.proof is not Proof.UNDECIDED)
        status = CheckStatus.FAILED if against else CheckStatus.OPEN
    elif finding.status is Status.NOT_TESTED:
        status = CheckStatus.NOT_CHECKED
    else:
        status = CheckStatus.TOLD if _lacking(finding) else CheckStatus.PASSED
    return Check(name=finding.rule, status=status, sentence=finding.sentence, remedy=finding.remedy)
