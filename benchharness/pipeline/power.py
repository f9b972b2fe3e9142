"""What a golden set can settle, before a run; which rules a run left open, and what settling them would take."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from benchharness.comparison.power import connor_examples, margin_examples, smallest_gap, smallest_lead
from benchharness.comparison.threshold import error_of, examples_needed, least_to_prove, most_to_refute
from benchharness.errors import UsageError
from benchharness.pipeline.deciding.evidence import gather_file, questions_of
from benchharness.pipeline.loading.policy import load_suite, policy_hash
from benchharness.pipeline.loading.suite import load
from benchharness.records.comparison import Comparison, Proof, Questions
from benchharness.records.evidence import Evidence
from benchharness.records.policy_words import TargetIs
from benchharness.records.power import BarPower, GapPower, Need, PowerReport
from benchharness.records.verdict import Verdict
from benchharness.verdict.decide import decide

__all__ = ["power_of"]

SETTLED_BY_EXAMPLES = ("ninety-percent", "gap", "fine-tune-beats-prompt", "gap-is-large", "fine-tune-reaches-target")
# How often two candidates disagree is known only from results; these span what paired runs of language models show.
ASSUMED = (0.05, 0.10, 0.20, 0.30)
# The same of scores: the standard deviation of the difference on one example.
ASSUMED_SPREADS = (0.10, 0.20, 0.30, 0.40)


def power_of(suite: Path, *, results: Path | None = None, examples: int | None = None) -> PowerReport:
    """Return what a suite's golden set can settle; with results also what they leave open.

    `examples` asks the same of a golden set of another size. Raises UsageError when neither tells a size.
    """
    policy = load_suite(suite).suite
    questions = questions_of(policy)
    evidence = None if results is None else gather_file(policy, results, suite.parent).evidence
    n = examples or _size(suite, evidence, has_golden=policy.golden_set is not None)
    return PowerReport(
        suite=policy.name,
        examples=n,
        confidence=questions.confidence,
        power=questions.power,
        margin=questions.margin,
        mean=questions.target_is is TargetIs.MEAN,
        bars=tuple(_bars(questions, n)),
        gaps=tuple(_gap(share, n, questions, observed=seen) for share, seen in _disagreements(evidence, questions)),
        needs=() if evidence is None else tuple(_needs(evidence, decide(evidence, policy_hash=policy_hash(policy)))),
        has_results=evidence is not None,
    )


def _size(suite: Path, evidence: Evidence | None, *, has_golden: bool) -> int:
    if evidence is not None:
        return max((each.expected for each in evidence.comparison.candidates), default=0)
    if not has_golden:
        raise UsageError("the suite has no golden set to count", hint="give --results FILE or --examples N", file=suite)
    return len(load(suite).golden)


def _bars(questions: Questions, n: int) -> Iterator[BarPower]:
    target, alpha = questions.accuracy_target, error_of(questions.confidence)
    named = [("90% bar", questions.bar_share * target), ("target", target)]
    if questions.gap_k is not None and questions.gap_n is not None:
        named.insert(1, (f"{questions.gap_k} of {questions.gap_n}", questions.gap_k / questions.gap_n))
    for name, bar in named:
        # Who is truly at the bar can't be proven to reach it; half the way to a perfect rate can.
        at = target if target > bar else bar + (1 - bar) / 2
        yield BarPower(
            name=name,
            bar=bar,
            proves_from=least_to_prove(n, bar, alpha=alpha),
            refutes_to=most_to_refute(n, bar, alpha=alpha),
            if_at=at,
            examples_needed=examples_needed(at, bar, alpha=alpha, power=questions.power, cap=questions.examples_cap),
        )


def _disagreements(evidence: Evidence | None, questions: Questions) -> Sequence[tuple[float, bool]]:
    assumed = ASSUMED_SPREADS if questions.target_is is TargetIs.MEAN else ASSUMED
    pair = None if evidence is None else _pair(evidence.comparison)
    return [(each, False) for each in assumed] if pair is None else [(pair, True)]


def _pair(comparison: Comparison) -> float | None:
    """Return how often the best fine-tune and the best prompt disagree; of mean scores, how much their difference varies."""
    pair = comparison.pair(comparison.best_fine_tuned, comparison.best_prompt)
    if pair is None or not pair.n:
        return None
    return pair.spread if comparison.questions.target_is is TargetIs.MEAN else (pair.only_first + pair.only_second) / pair.n


def _for_margin(comparison: Comparison) -> int | None:
    """Return the examples at which the lead over each rival would be proven to be above the margin: the hardest takes the most."""
    asked, counts = comparison.questions, []
    for pair in comparison.against(comparison.best_fine_tuned):
        if pair.lower is not None and pair.lower > asked.margin:
            continue
        if pair.difference is None or pair.spread is None:
            return None
        counts.append(margin_examples(pair.difference, pair.spread, asked.margin, alpha=error_of(asked.confidence), power=asked.power))
    known = [each for each in counts if each is not None]
    found = max(known) if known and len(known) == len(counts) else None
    return found if found is not None and found <= asked.examples_cap else None


def _gap(disagree: float, n: int, questions: Questions, *, observed: bool) -> GapPower:
    alpha, margin = error_of(questions.confidence), questions.margin
    if questions.target_is is TargetIs.MEAN:
        return GapPower(
            disagree=disagree,
            observed=observed,
            smallest_gap=smallest_lead(n, disagree, alpha=alpha, power=questions.power),
            examples_for_gain=None if margin <= 0 else margin_examples(margin, disagree, 0.0, alpha=alpha, power=questions.power),
        )
    first, second = (disagree + margin) / 2, (disagree - margin) / 2
    return GapPower(
        disagree=disagree,
        observed=observed,
        smallest_gap=smallest_gap(n, disagree, alpha=alpha, power=questions.power),
        examples_for_gain=connor_examples(first, second, alpha=alpha, power=questions.power) if second >= 0 and margin > 0 else None,
    )


def _needs(evidence: Evidence, verdict: Verdict) -> Iterator[Need]:
    costs = [each.usd_per_1k for each in evidence.totals]
    per_example = None if not costs or None in costs else sum(each for each in costs if each is not None) / 1000
    for finding in verdict.findings:
        # Only what an example settles: a cost or a plan is undecided for want of other numbers.
        if finding.proof is not Proof.UNDECIDED or finding.rule not in SETTLED_BY_EXAMPLES:
            continue
        needed = verdict.examples_needed.get(finding.rule)
        if finding.rule == "gap-is-large":
            needed = _for_margin(evidence.comparison)
        usd = None if needed is None or per_example is None else needed * per_example
        yield Need(rule=finding.rule, examples=needed, usd=usd)
