"""Is the fine-tune's lead over every prompt and classical model at least the smallest gain worth having?"""

from benchharness import numbers
from benchharness.records.comparison import Proof
from benchharness.records.evidence import Evidence
from benchharness.records.verdict import Finding, Status
from benchharness.verdict.proving import better_by, hardest, lead_of

__all__ = ["SOURCE", "find"]

SOURCE = "S0: fine-tune only if the gap is real and large"
RULE = "gap-is-large"


def find(evidence: Evidence) -> Finding:
    """Return whether the paired difference to each prompt and classical model reaches `smallest_useful_gain`."""
    comparison = evidence.comparison
    margin = evidence.thresholds["smallest_useful_gain"]
    pairs = comparison.against(comparison.best_fine_tuned)
    rival, lead = hardest(pairs), lead_of(pairs)
    if rival is None or lead is None:
        return Finding(rule=RULE, status=Status.NOT_TESTED, threshold=margin, sentence="There is no pair to compare.", source=SOURCE)
    proof = better_by(pairs, margin)
    among = "" if len(pairs) == 1 else f" over {rival.second}, the hardest of {len(pairs)} to beat,"
    return Finding(
        rule=RULE,
        status=Status.MET if lead >= margin else Status.NOT_MET,
        proof=proof,
        measured=rival.difference,
        threshold=margin,
        interval=rival.interval,
        sentence=(
            f"The lead{among} is {numbers.points(rival.difference)}, at least {numbers.points(rival.lower)} with "
            f"{numbers.percent(evidence.decision.confidence, digits=0)} confidence; worth having from {numbers.points(margin)}."
        ),
        remedy="" if proof is not Proof.UNDECIDED else "More examples would narrow it; `bench power --results` says how many.",
        source=SOURCE,
    )
