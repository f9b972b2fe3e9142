"""Is the fine-tune's lead at least the smallest gain worth having?"""

from benchharness import numbers
from benchharness.records.comparison import Proof
from benchharness.records.evidence import Evidence
from benchharness.records.verdict import Finding, Status

__all__ = ["SOURCE", "find"]

SOURCE = "S0: fine-tune only if the gap is real and large"


def find(evidence: Evidence) -> Finding:
    """Return whether the paired difference reaches `smallest_useful_gain`."""
    comparison = evidence.comparison
    margin = evidence.thresholds["smallest_useful_gain"]
    pair = comparison.pair(comparison.best_fine_tuned, comparison.best_prompt)
    if pair is None or pair.difference is None or pair.lower is None or pair.upper is None:
        return Finding(
            rule="gap-is-large", status=Status.NOT_TESTED, threshold=margin, sentence="There is no pair to compare.", source=SOURCE
        )
    proof = Proof.PROVEN if pair.lower > margin else Proof.REFUTED if pair.upper < margin else Proof.UNDECIDED
    return Finding(
        rule="gap-is-large",
        status=Status.MET if pair.difference >= margin else Status.NOT_MET,
        proof=proof,
        measured=pair.difference,
        threshold=margin,
        interval=pair.interval,
        sentence=(
            f"The lead is {numbers.points(pair.difference)}, at least {numbers.points(pair.lower)} with "
            f"{numbers.percent(evidence.decision.confidence, digits=0)} confidence; worth having from {numbers.points(margin)}."
        ),
        source=SOURCE,
    )
