"""Would a fine-tune stay ahead of the next releases of the large models?"""

from benchharness.records.circumstances import Frontier
from benchharness.records.evidence import Evidence
from benchharness.records.verdict import Finding, Status
from benchharness.verdict.rules.stating import not_asked

__all__ = ["SOURCE", "find"]

SOURCE = (
    "S1: where the frontier moves fast the next release overtakes a fine-tune within 6 months, on a plateau its advantage compounds; "
    "S0: check again at each release whether it still beats prompting a newer base"
)
RULE = "frontier-pace"


def find(evidence: Evidence) -> Finding:
    """Return met on a plateau and not where releases keep improving, as the team states it; it informs and blocks nothing."""
    months = evidence.thresholds["frontier_months"]
    stated = evidence.decision.frontier
    if stated is None:
        question = "whether new releases of the large models keep getting better at this task"
        remedy = "Say it with `decision.frontier: moving` or `plateau`; asking the last two releases of one model shows which."
        return not_asked(evidence, rule=RULE, question=question, key="frontier", remedy=remedy, source=SOURCE)
    if stated is Frontier.MOVING:
        return Finding(
            rule=RULE,
            status=Status.NOT_MET,
            threshold=months,
            sentence=f"New releases keep getting better at this task: a fine-tune may be overtaken within {months:g} months.",
            remedy="Count a new training on each newer base into the cost, and ask new releases with the same suite.",
            source=SOURCE,
        )
    return Finding(
        rule=RULE,
        status=Status.MET,
        threshold=months,
        sentence="New releases of the large models don't get better at this task: a fine-tune's lead would last.",
        source=SOURCE,
    )
