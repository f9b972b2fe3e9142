"""The order of reasoning: from findings to one of ten words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from benchharness import numbers
from benchharness.records.comparison import CandidateResult, Comparison, Interval, PairedResult, Proof, candidate_key
from benchharness.records.evidence import Evidence
from benchharness.records.verdict import Best, Coverage, Difference, Door, Finding, Status, Verdict, VerdictWord
from benchharness.verdict.cautions import cautions
from benchharness.verdict.flipping import flips
from benchharness.verdict.rules import RULES

__all__ = ["Findings", "decide", "reason"]

ONE_WAY = {VerdictWord.FINE_TUNE, VerdictWord.SELF_HOST, VerdictWord.HYBRID}
# A fine-tune claims all of these at once. Rejecting only when every test rejects has error at most alpha for the whole
# claim, whatever their dependence (Berger 1982, intersection-union test), so there is no penalty for their number.
QUALITY_CLAUSES = ("fine-tune-beats-prompt", "gap-is-large", "fine-tune-reaches-target", "data-sufficiency")
FINE_TUNE_CLAUSES = (*QUALITY_CLAUSES, "cost-pays")
EFFORT_CLAUSES = ("prompt-effort", "retrieval-tried", "base-measured")
DEFAULT_ACTION = "Keep prompting an API: it can be undone."


@dataclass(frozen=True, slots=True)
class Findings:
    """All findings, asked by name."""

    by_rule: Mapping[str, Finding]

    def met(self, rule: str) -> bool:
        """Tell whether a rule is met on the point."""
        return self.by_rule[rule].status is Status.MET

    def failed(self, rule: str) -> bool:
        """Tell whether a rule was looked at and isn't met; not tested is not failed."""
        return self.by_rule[rule].status is Status.NOT_MET

    def proven(self, rule: str) -> bool:
        """Tell whether a rule is proven."""
        return self.by_rule[rule].proof is Proof.PROVEN

    def refuted(self, rule: str) -> bool:
        """Tell whether a rule is refuted."""
        return self.by_rule[rule].proof is Proof.REFUTED


def decide(evidence: Evidence, *, policy_hash: str) -> Verdict:
    """Return the verdict; the same evidence and policy give the same verdict, byte for byte."""
    findings = Findings({name: rule(evidence) for name, rule in RULES.items()})
    word, because = reason(findings, evidence.comparison)
    comparison = evidence.comparison
    best_prompt = _best(comparison.result(comparison.best_prompt))
    return Verdict(
        suite=evidence.suite,
        policy_hash=policy_hash,
        verdict=word,
        grounds=("quality",) if word in (VerdictWord.FINE_TUNE, VerdictWord.TRY_FINE_TUNE) else (),
        flags=("wrong-tool",) if word is VerdictWord.SHIP_CLASSICAL else (),
        door=Door.ONE_WAY if word in ONE_WAY else Door.TWO_WAY,
        default_action=DEFAULT_ACTION,
        headline=because,
        confidence=evidence.decision.confidence,
        best_prompt=best_prompt,
        best_fine_tuned=_best(comparison.result(comparison.best_fine_tuned)),
        best_classical=_best(comparison.result(comparison.best_classical)),
        difference=_difference(comparison),
        findings=tuple(findings.by_rule.values()),
        coverage=_coverage(comparison),
        not_tested=_not_tested(evidence, findings),
        examples_needed=_examples_needed(comparison),
        flips_if=flips(word, evidence),
        warnings=(*evidence.warnings, *cautions(comparison)),
    )


def reason(findings: Findings, comparison: Comparison) -> tuple[VerdictWord, str]:
    """Return the word and why: the first line that applies decides."""
    told = {name: each.sentence for name, each in findings.by_rule.items()}
    tuned = comparison.best_fine_tuned is not None
    enough = findings.met("ninety-percent") or findings.met("gap")
    gap_proven = all(findings.proven(rule) for rule in ("fine-tune-beats-prompt", "gap-is-large"))
    quality_proven = tuned and all(findings.proven(rule) for rule in QUALITY_CLAUSES)
    tuned_proven = tuned and all(findings.proven(rule) for rule in FINE_TUNE_CLAUSES)
    lacking = [findings.by_rule[rule] for rule in EFFORT_CLAUSES if findings.failed(rule)]
    short = findings.refuted("ninety-percent")
    word = VerdictWord
    lines = (
        # Can anything be said at all?
        (not any(each.n for each in comparison.candidates), word.MORE_EVIDENCE, "Nothing was measured, so nothing can be said."),
        (tuned and findings.failed("leakage"), word.INVALID, f"The comparison is void. {told['leakage']}"),
        (findings.failed("coverage"), word.MORE_EVIDENCE, f"Too many answers are missing to decide. {told['coverage']}"),
        (findings.failed("metric-can-decide"), word.MORE_EVIDENCE, f"This golden set can't decide. {told['metric-can-decide']}"),
        # Two-way doors: the point decides.
        (findings.met("classical-suffices"), word.SHIP_CLASSICAL, f"A small classical model is enough. {told['classical-suffices']}"),
        (findings.proven("ninety-percent"), word.SHIP_PROMPT, f"Prompting is enough. {told['ninety-percent']}"),
        (enough and not gap_proven, word.SHIP_PROMPT, f"Prompting is enough. {told['ninety-percent']}"),
        # One-way doors: every clause proven, nothing cheaper left untried.
        (tuned_proven and not lacking, word.FINE_TUNE, f"Fine-tuning is justified. {told['fine-tune-beats-prompt']}"),
        (
            quality_proven and not lacking,
            word.MORE_EVIDENCE,
            f"Fine-tuning clears every bar of quality; whether it pays is open. {told['fine-tune-beats-prompt']} {told['cost-pays']}",
        ),
        (bool(lacking) and not enough, word.IMPROVE_PROMPT, f"Work on the prompt first. {_first_lack(lacking)}"),
        (
            not tuned and short and not findings.refuted("data-sufficiency"),
            word.TRY_FINE_TUNE,
            f"Prompting falls short and was really tried: a trial fine-tune is worth it. {told['ninety-percent']}",
        ),
        (
            short and findings.refuted("fine-tune-reaches-target"),
            word.NEITHER,
            f"Neither path reaches the bar. {told['ninety-percent']} {told['fine-tune-reaches-target']}",
        ),
        (True, word.MORE_EVIDENCE, _undecided(findings)),
    )
    return next((verdict, because) for applies, verdict, because in lines if applies)


def _first_lack(lacking: Sequence[Finding]) -> str:
    return " ".join(text for each in lacking[:1] for text in (each.sentence, each.remedy) if text)


def _undecided(findings: Findings) -> str:
    asked = ("ninety-percent", *FINE_TUNE_CLAUSES)
    open_rules = [rule for rule in asked if findings.by_rule[rule].status is not Status.NOT_APPLICABLE and not findings.proven(rule)]
    remedies = [findings.by_rule[rule].remedy for rule in open_rules if findings.by_rule[rule].remedy]
    return f"The evidence doesn't reach: {numbers.listed(open_rules)} not proven. {remedies[0] if remedies else ''}".strip()


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
    return Difference(points=100 * pair.difference, interval=_in_points(pair), p_value=pair.p_value, test=pair.test)


def _in_points(pair: PairedResult) -> Interval | None:
    if pair.interval is None:
        return None
    return replace(pair.interval, low=100 * pair.interval.low, high=100 * pair.interval.high)


def _coverage(comparison: Comparison) -> Coverage:
    results = comparison.candidates
    return Coverage(
        expected=sum(each.expected for each in results),
        measured=sum(each.n for each in results),
        missing={candidate_key(each.candidate, each.prompt): each.missing for each in results if each.missing},
    )


def _not_tested(evidence: Evidence, findings: Findings) -> tuple[str, ...]:
    skipped = [f"{each.candidate}: {each.reason}" for each in evidence.skipped]
    rules = [f"{name}: {each.sentence}" for name, each in findings.by_rule.items() if each.status is Status.NOT_TESTED]
    return (*skipped, *rules)


def _examples_needed(comparison: Comparison) -> dict[str, int]:
    prompt = comparison.result(comparison.best_prompt)
    tuned = comparison.result(comparison.best_fine_tuned)
    pair = comparison.pair(comparison.best_fine_tuned, comparison.best_prompt)
    needed = {
        "ninety-percent": None if prompt is None else prompt.bar.examples_needed,
        "gap": None if prompt is None or prompt.gap is None else prompt.gap.test.examples_needed,
        "fine-tune-reaches-target": None if tuned is None else tuned.bar.examples_needed,
        "fine-tune-beats-prompt": None if pair is None else pair.examples_needed,
    }
    return {rule: n for rule, n in needed.items() if n is not None}
