"""Does the best prompt reach 90% of the accuracy target? Then fine-tuning is probably not worth the rest."""

from benchharness import numbers
from benchharness.records.comparison import CandidateResult, Comparison, Proof
from benchharness.records.evidence import Evidence
from benchharness.records.policy_words import NinetyPercentOf
from benchharness.records.verdict import Finding, Status
from benchharness.verdict.rules.stating import did, name_of
from benchharness.verdict.settling import how_sure, what_settles

__all__ = ["SOURCE", "find"]

SOURCE = "S2: an API with good prompting that reaches 90% of the accuracy target"


def find(evidence: Evidence) -> Finding:
    """Return whether the best prompt reaches r x T, on the point and proven."""
    best = evidence.comparison.result(evidence.comparison.best_prompt)
    decision = evidence.decision
    bar = decision.ninety_percent_rule * decision.accuracy_target
    rule = "ninety-percent"
    if best is None or best.rate is None:
        return Finding(
            rule=rule,
            status=Status.NOT_TESTED,
            threshold=bar,
            sentence="No prompt-only candidate was measured.",
            remedy="Ask at least one model with a prompt.",
            source=SOURCE,
        )
    if decision.ninety_percent_of is NinetyPercentOf.FINE_TUNED:
        return _of_fine_tuned(evidence, best)
    of_target = best.rate / decision.accuracy_target
    sentence = (
        f"{name_of(best)} {did(best, evidence.comparison.questions)}: {numbers.percent(of_target)} of the target "
        f"{numbers.share(decision.accuracy_target)}; the bar is {numbers.share(bar)}. {how_sure(best.bar)}"
    )
    proof, others = _proof(evidence.comparison, best)
    if others:
        sentence += f" Not proven to be below it: {numbers.listed(others)}."
    return Finding(
        rule=rule,
        status=Status.MET if best.bar.met else Status.NOT_MET,
        proof=proof,
        measured=best.rate,
        threshold=bar,
        interval=best.interval,
        sentence=sentence,
        remedy=what_settles(best.bar),
        source=SOURCE,
    )


def _proof(comparison: Comparison, best: CandidateResult) -> tuple[Proof, list[str]]:
    """Return the best prompt's proof, and which others keep it from being refuted: prompting falls short where each prompt does."""
    if best.bar.proof is not Proof.REFUTED:
        return best.bar.proof, []
    open_ = [name_of(each) for each in comparison.on("api") if each.bar.proof is not Proof.REFUTED]
    return (Proof.UNDECIDED, open_) if open_ else (Proof.REFUTED, [])


def _ratio_proof(comparison: Comparison, best: CandidateResult) -> Proof:
    """Return proven when the prompt keeps its share of every fine-tune's rate, refuted when no prompt keeps it of the best one's."""
    tuned = {each.key for each in comparison.on("fine-tuned")}
    kept = [each.ratio_proof for each in comparison.pairs if each.first in tuned and each.second == best.key]
    prompts = {each.key for each in comparison.on("api")}
    lost = [each.ratio_proof for each in comparison.against(comparison.best_fine_tuned) if each.second in prompts]
    if kept and all(each is Proof.PROVEN for each in kept):
        return Proof.PROVEN
    return Proof.REFUTED if lost and all(each is Proof.REFUTED for each in lost) else Proof.UNDECIDED


def _of_fine_tuned(evidence: Evidence, best: CandidateResult) -> Finding:
    """Return whether the best prompt keeps r of the best fine-tune's own rate, on the same examples (Tang's score test)."""
    comparison = evidence.comparison
    share = evidence.decision.ninety_percent_rule
    pair = comparison.pair(comparison.best_fine_tuned, comparison.best_prompt)
    if pair is None or pair.ratio is None:
        return Finding(
            rule="ninety-percent",
            status=Status.NOT_TESTED,
            threshold=share,
            sentence="The rule asks for a share of the fine-tune's rate, and no fine-tuned candidate got anything right.",
            remedy="Measure a fine-tune, or set `ninety_percent_of: target`.",
            source=SOURCE,
        )
    name = name_of(best)
    between = "" if pair.ratio_interval is None else f" (95% interval {numbers.interval(pair.ratio_interval)})"
    sure = {Proof.PROVEN: "Proven.", Proof.REFUTED: "Proven to be below it."}
    word = "Met" if pair.ratio >= share else "Missed"
    proof = _ratio_proof(comparison, best)
    told = f"{word} on the point." if pair.ratio_proof is None else sure.get(proof, f"{word} on the point, not proven.")
    return Finding(
        rule="ninety-percent",
        status=Status.MET if pair.ratio >= share else Status.NOT_MET,
        proof=proof,
        measured=pair.ratio,
        threshold=share,
        interval=pair.ratio_interval,
        sentence=(
            f"{name} keeps {numbers.percent(pair.ratio)} of {pair.first}'s rate{between}, on the same "
            f"{numbers.quantity(pair.n, 'example')}; the bar is {numbers.percent(share, digits=0)}. {told}"
        ),
        source=SOURCE,
    )
