"""Do at least k of n answers of the best prompt match, as the team's own rule asks?"""

from benchharness import numbers
from benchharness.records.evidence import Evidence
from benchharness.records.verdict import Finding, Status
from benchharness.verdict.rules.stating import did
from benchharness.verdict.settling import how_sure, what_settles

__all__ = ["SOURCE", "find"]

SOURCE = "S0: the 48-hour test matched quality on 44 of 50 examples, and the team shipped the wrapper"


def find(evidence: Evidence) -> Finding:
    """Return whether the best prompt matches at least the share k / n."""
    best = evidence.comparison.result(evidence.comparison.best_prompt)
    if evidence.decision.gap_rule is None:
        return Finding(rule="gap", status=Status.NOT_APPLICABLE, sentence="The suite sets no gap rule.", source=SOURCE)
    if best is None or best.gap is None or best.rate is None:
        return Finding(
            rule="gap",
            status=Status.NOT_TESTED,
            sentence="No prompt-only candidate was measured.",
            remedy="Ask at least one model with a prompt.",
            source=SOURCE,
        )
    gap = best.gap
    asked = f"{numbers.count_of(gap.k, gap.n)} ({numbers.percent(gap.k / gap.n)})"
    return Finding(
        rule="gap",
        status=Status.MET if gap.test.met else Status.NOT_MET,
        proof=gap.test.proof,
        measured=best.rate,
        threshold=gap.k / gap.n,
        interval=best.interval,
        sentence=f"The best prompt {did(best, evidence.comparison.questions)}; the rule asks for {asked}. {how_sure(gap.test)}",
        remedy=what_settles(gap.test),
        source=SOURCE,
    )
