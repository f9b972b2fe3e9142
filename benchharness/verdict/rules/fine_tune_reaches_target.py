"""Does the best fine-tune itself reach the bar? One that doesn't is no way out either."""

from benchharness import numbers
from benchharness.records.evidence import Evidence
from benchharness.records.verdict import Finding, Status
from benchharness.verdict.rules.stating import did
from benchharness.verdict.settling import how_sure, what_settles

__all__ = ["SOURCE", "find"]

SOURCE = "RULES Q4: the fine-tune is held to the same 90% of the target as the prompt"
RULE = "fine-tune-reaches-target"


def find(evidence: Evidence) -> Finding:
    """Return whether the best fine-tune reaches r x T."""
    best = evidence.comparison.result(evidence.comparison.best_fine_tuned)
    if best is None or best.rate is None:
        return Finding(rule=RULE, status=Status.NOT_TESTED, sentence="No fine-tuned candidate was measured.", source=SOURCE)
    return Finding(
        rule=RULE,
        status=Status.MET if best.bar.met else Status.NOT_MET,
        proof=best.bar.proof,
        measured=best.rate,
        threshold=best.bar.bar,
        interval=best.interval,
        sentence=(
            f"{best.candidate} {did(best, evidence.comparison.questions)}; the bar is {numbers.share(best.bar.bar)}. {how_sure(best.bar)}"
        ),
        remedy=what_settles(best.bar),
        source=SOURCE,
    )
