"""The order of reasoning: from findings to one of ten words."""

from collections.abc import Collection
from dataclasses import replace

from benchharness.records.comparison import CandidateResult, Comparison, Interval, PairedResult
from benchharness.records.evidence import Evidence
from benchharness.records.verdict import Best, Coverage, Difference, Door, Finding, ReasoningStep, Status, Verdict, VerdictWord
from benchharness.verdict.cautions import cautions
from benchharness.verdict.holding import coverage_of, held, holds_as
from benchharness.verdict.proving import hardest
from benchharness.verdict.reasoning import deciding_rules, reason, settled, steps
from benchharness.verdict.rules import RULES
from benchharness.verdict.steps import Findings, Step

__all__ = ["Findings", "decide", "decisions", "enough_evidence", "explained", "reason", "word_of"]

ONE_WAY = {VerdictWord.FINE_TUNE, VerdictWord.SELF_HOST, VerdictWord.HYBRID}
DECIDING = deciding_rules()
# No label makes a void comparison good, or an unmeasured one known.
UNMOVED = {VerdictWord.INVALID}
# What to do while in doubt: always what can be undone.
WHILE_IN_DOUBT = {
    VerdictWord.SHIP_PROMPT: "Shipping a prompt can be undone: ask the suite again when something changes.",
    VerdictWord.SHIP_CLASSICAL: "Shipping a small model can be undone: ask the suite again when something changes.",
}
DEFAULT_ACTION = "While in doubt keep prompting: it can be undone."
MISSING = "The verdict hangs on answers that are missing."


def decide(evidence: Evidence, *, policy_hash: str) -> Verdict:
    """Return the verdict; the same evidence and policy give the same verdict, byte for byte.

    It must hold whether what's missing is left out, read as misses, or read as what speaks most against it; otherwise it's
    `more-evidence`, and the coverage finding names what to ask again.
    """
    findings, step, comparison = _judged(evidence)
    word = step.word
    return Verdict(
        suite=evidence.suite,
        policy_hash=policy_hash,
        verdict=word,
        grounds=step.grounds,
        flags=_flags(word, findings),
        door=Door.ONE_WAY if word in ONE_WAY else Door.TWO_WAY,
        default_action=WHILE_IN_DOUBT.get(word, DEFAULT_ACTION),
        headline=step.because,
        confidence=evidence.decision.confidence,
        best_prompt=_best(comparison.result(comparison.best_prompt)),
        best_fine_tuned=_best(comparison.result(comparison.best_fine_tuned)),
        best_classical=_best(comparison.result(comparison.best_classical)),
        difference=_difference(comparison),
        findings=tuple(findings.by_rule.values()),
        coverage=_coverage(comparison),
        not_tested=_not_tested(evidence, findings),
        examples_needed=_examples_needed(comparison),
        warnings=(*evidence.warnings, *cautions(comparison)),
    )


def explained(evidence: Evidence) -> tuple[ReasoningStep, ...]:
    """Return the questions of the reasoning up to the one that decided."""
    findings, deciding, comparison = _judged(evidence)
    asked = steps(findings, comparison, allows_cost=evidence.decision.allow_cost_migration)
    first = next(at for at, each in enumerate(asked) if each.holds)
    told = [*asked[: first + 1]] if asked[first].word is deciding.word else [*asked[: first + 1], deciding]
    return tuple(
        ReasoningStep(
            question=each.question,
            # What was withheld at the end didn't decide.
            holds=each is told[-1],
            word=each.word,
            findings=tuple(findings.by_rule[rule] for rule in each.rules if rule in findings.by_rule),
        )
        for each in told
    )


def word_of(evidence: Evidence) -> VerdictWord:
    """Return the verdict's word alone, for whoever asks what would change it."""
    return _judged(evidence, DECIDING)[1].word


def decisions(evidence: Evidence) -> tuple[object, ...]:
    """Return the verdict's word with every deciding rule's status and proof, for whoever asks whether anything changes them."""
    findings, step, comparison = _judged(evidence, DECIDING)
    bests = (comparison.best_prompt, comparison.best_fine_tuned, comparison.best_self_hosted, comparison.best_classical)
    return step.word, bests, tuple((name, each.status, each.proof) for name, each in findings.by_rule.items())


def enough_evidence(evidence: Evidence) -> bool:
    """Tell whether a sequential run may stop here: see `reasoning.settled`."""
    return settled(_judged(evidence)[0])


def _judged(evidence: Evidence, rules: Collection[str] = RULES) -> tuple[Findings, Step, Comparison]:
    """Return the findings, the step that decides and the comparison it read, once what's missing and people's labels had their say.

    Where a judge decides and labels correct it, the corrected numbers decide, if they lead to the same word as the judge's own:
    a verdict that hangs on how the judge errs needs more evidence.
    """
    findings, step = _held(evidence, rules)
    corrected = None if evidence.judging is None else evidence.judging.corrected
    if corrected is None or step.word in UNMOVED:
        return findings, step, evidence.comparison
    fixed, other = _held(replace(evidence, comparison=corrected), rules)
    if other.word is step.word:
        # What's missing was read otherwise on the judge's own marks.
        return Findings({**fixed.by_rule, "coverage": findings.by_rule["coverage"]}), other, corrected
    told = (
        f"By the judge's own marks it would be {step.word.value}, corrected by people's labels {other.word.value}: too close to its "
        f"errors to call. {findings.told('judge-calibrated')} Label more answers, or mend the judge."
    )
    asked = "Do people's labels lead to another verdict than the judge's own marks?"
    return fixed, Step(question=asked, holds=True, rules=("judge-calibrated",), word=VerdictWord.MORE_EVIDENCE, because=told), corrected


def _held(evidence: Evidence, rules: Collection[str]) -> tuple[Findings, Step]:
    """Return the findings and the step that decides, once what's missing has had its say."""
    others = {each.name: (_found(evidence, each.comparison, rules), each.comparison) for each in evidence.comparison.readings}
    findings = Findings(held(_found(evidence, evidence.comparison, rules), [found for found, _ in others.values()]))
    allows = evidence.decision.allow_cost_migration
    step = reason(findings, evidence.comparison, allows_cost=allows)
    read = {name: reason(Findings(found), other, allows_cost=allows).word for name, (found, other) in others.items()}
    words = holds_as(step.word, read)
    coverage = coverage_of(step.word, words, findings.by_rule["coverage"], evidence.comparison)
    findings = Findings({**findings.by_rule, "coverage": coverage})
    if all(other is step.word for other in words.values()):
        return findings, step
    because = f"{MISSING} {coverage.sentence} {coverage.remedy}"
    question = "Does the verdict change with what's missing?"
    return findings, Step(question=question, holds=True, rules=("coverage",), word=VerdictWord.MORE_EVIDENCE, because=because)


def _found(evidence: Evidence, comparison: Comparison, rules: Collection[str]) -> dict[str, Finding]:
    asked = evidence if comparison is evidence.comparison else replace(evidence, comparison=comparison)
    return {name: replace(rule(asked), decides=name in DECIDING) for name, rule in RULES.items() if name in rules}


def _flags(word: VerdictWord, findings: Findings) -> tuple[str, ...]:
    flags = ["wrong-tool"] if word is VerdictWord.SHIP_CLASSICAL else []
    if findings.failed("escalation"):
        flags.append("escalate")
    return tuple(flags)


def _best(result: CandidateResult | None) -> Best | None:
    if result is None:
        return None
    return Best(
        candidate=result.candidate, prompt=result.prompt, matched=result.matched, n=result.n, rate=result.rate, interval=result.interval
    )


def _difference(comparison: Comparison) -> Difference | None:
    pair = comparison.pair(comparison.best_fine_tuned, comparison.best_prompt)
    if pair is None or pair.difference is None:
        return None
    return Difference(
        points=100 * pair.difference,
        interval=_in_points(pair),
        p_value=pair.p_value,
        test=pair.test,
        lower=None if pair.lower is None else 100 * pair.lower,
        bounds=pair.bounds,
    )


def _in_points(pair: PairedResult) -> Interval | None:
    if pair.interval is None:
        return None
    return replace(pair.interval, low=100 * pair.interval.low, high=100 * pair.interval.high)


def _coverage(comparison: Comparison) -> Coverage:
    results = comparison.candidates
    return Coverage(
        expected=sum(each.expected for each in results),
        measured=sum(each.n for each in results),
        missing={each.key: each.missing for each in results if each.missing},
    )


def _not_tested(evidence: Evidence, findings: Findings) -> tuple[str, ...]:
    skipped = [f"{each.candidate}: {each.reason}" for each in evidence.skipped]
    rules = [f"{name}: {each.sentence}" for name, each in findings.by_rule.items() if each.status is Status.NOT_TESTED]
    return (*skipped, *rules)


def _examples_needed(comparison: Comparison) -> dict[str, int]:
    """Return by rule the examples that would settle what it asks; none for a rule that asks something else than was counted."""
    prompt = comparison.result(comparison.best_prompt)
    tuned = comparison.result(comparison.best_fine_tuned)
    # Of a share of the fine-tune's own rate nobody counts how many examples settle it.
    of_target = prompt is not None and not (comparison.questions.share_of_fine_tuned and tuned is not None)
    rival = hardest(comparison.against(comparison.best_fine_tuned))
    needed = {
        "ninety-percent": prompt.bar.examples_needed if prompt is not None and of_target else None,
        "gap": None if prompt is None or prompt.gap is None else prompt.gap.test.examples_needed,
        "fine-tune-reaches-target": None if tuned is None else tuned.bar.examples_needed,
        "fine-tune-beats-prompt": None if rival is None else rival.examples_needed,
    }
    return {rule: n for rule, n in needed.items() if n is not None}
