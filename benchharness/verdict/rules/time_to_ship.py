"""Is there time before the deadline for every path on the table?"""

from benchharness import numbers
from benchharness.records.evidence import Evidence
from benchharness.records.verdict import Finding, Status

__all__ = ["SOURCE", "find"]

SOURCE = (
    "S0: a wrapper in 2 weeks instead of 6, a fine-tune in 2 to 3 and evaluation, hosting in months; S1: days to weeks, weeks to months, "
    "months to years; S2: days to weeks, 2 to 8 weeks, 6 to 18 months. The team's own plan goes before any of them"
)
RULE = "time-to-ship"


def find(evidence: Evidence) -> Finding:
    """Return met when each path on the table takes at most `decision.deadline_weeks`; it informs and blocks nothing."""
    deadline, weeks = evidence.decision.deadline_weeks, _weeks(evidence)
    told = numbers.listed([f"{each} {taken:g}" for each, taken in weeks.items()])
    if deadline is None:
        return Finding(
            rule=RULE,
            status=Status.NOT_TESTED,
            measured=max(weeks.values()),
            sentence=f"The suite states no deadline (`decision.deadline_weeks`); weeks it takes: {told}.",
            remedy="Say it with `decision.deadline_weeks: 8`, and your own plan with `decision.build.weeks`.",
            source=SOURCE,
        )
    late = [each for each, taken in weeks.items() if taken > deadline]
    verdict = f"{numbers.listed(late)} can't be ready by then" if late else "all of it fits"
    return Finding(
        rule=RULE,
        status=Status.NOT_MET if late else Status.MET,
        measured=max(weeks.values()),
        threshold=deadline,
        sentence=f"Weeks left: {deadline:g}; weeks it takes: {told}: {verdict}.",
        remedy="" if not late else "Ship what fits first; the rest can follow it.",
        source=SOURCE,
    )


def _weeks(evidence: Evidence) -> dict[str, float]:
    """Return the weeks of each path on the table, the team's own plan for a model of its own where it states one."""
    decision, comparison = evidence.decision, evidence.comparison
    paths = {each.path for each in evidence.effort}
    planned = None if decision.build is None else decision.build.weeks
    found = {"a prompt": evidence.thresholds["weeks_prompt"]}
    if "fine-tuned" in paths or comparison.best_fine_tuned is not None or decision.fine_tune is not None:
        found["a fine-tune"] = evidence.thresholds["weeks_fine_tune"] if planned is None else planned
    if "self-hosted" in paths or comparison.best_self_hosted is not None or (decision.build is not None and len(found) == 1):
        found["a model of one's own"] = evidence.thresholds["weeks_self_host"] if planned is None else planned
    return found
