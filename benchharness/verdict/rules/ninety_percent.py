"""Does the best prompt reach 90% of the accuracy target? Then fine-tuning is probably not worth the rest."""

from benchharness import numbers
from benchharness.records.evidence import Evidence
from benchharness.records.verdict import Finding, Status
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
    of_target = best.rate / decision.accuracy_target
    sentence = (
        f"{best.candidate} with {best.prompt or 'no prompt'} matches {numbers.count_of(best.matched, best.n)} "
        f"({numbers.percent(best.rate)}, 95% interval {numbers.interval(best.interval)}): {numbers.percent(of_target)} of the target "
        f"{numbers.share(decision.accuracy_target)}; the bar is {numbers.share(bar)}. {how_sure(best.bar)}"
    )
    return Finding(
        rule=rule,
        status=Status.MET if best.bar.met else Status.NOT_MET,
        proof=best.bar.proof,
        measured=best.rate,
        threshold=bar,
        interval=best.interval,
        sentence=sentence,
        remedy=what_settles(best.bar),
        source=SOURCE,
    )
