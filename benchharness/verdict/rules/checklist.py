"""Is the architect's checklist done, all eleven items of it?"""

from collections.abc import Mapping

from benchharness import numbers
from benchharness.records.evidence import Evidence
from benchharness.records.verdict import Finding, Status
from benchharness.verdict.rules.annual_spend import find as annual_spend
from benchharness.verdict.rules.provider_coverage import find as provider_coverage
from benchharness.verdict.rules.team import find as team

__all__ = ["SOURCE", "find"]

SOURCE = "S2: eleven items before the decision; what the run measured is ticked by itself, the rest by what the suite states"
RULE = "checklist"


def find(evidence: Evidence) -> Finding:
    """Return met when at least `checklist_items` of the eleven are ticked; an item nobody spoke of is open. It informs."""
    items = _items(evidence)
    asked = evidence.thresholds["checklist_items"]
    undone = [name for name, (done, _) in items.items() if not done]
    keys = [key for done, key in items.values() if not done]
    ticked = len(items) - len(undone)
    rest = f"; open: {numbers.listed(undone, most=len(undone))}" if undone else ""
    met = ticked >= asked
    return Finding(
        rule=RULE,
        status=Status.MET if met else Status.NOT_MET,
        measured=float(ticked),
        threshold=asked,
        sentence=f"{numbers.count_of(ticked, len(items))} items are ticked{rest}.",
        remedy="" if met else f"What ticks them: {'; '.join(keys)}.",
        source=SOURCE,
    )


def _items(evidence: Evidence) -> Mapping[str, tuple[bool, str]]:
    """Return each item, whether it's done, and what would tick it."""
    decision, comparison = evidence.decision, evidence.comparison
    providers = {each.provider for each in evidence.effort if each.path == "api" and each.measured and each.provider}
    needs = decision.latency is not None and decision.volume is not None and decision.privacy is not None
    skills = decision.team is not None and team(evidence).status is not Status.NOT_TESTED
    data_flow = decision.privacy is not None and bool(decision.privacy.data_sent.strip())
    return {
        "requirements": (needs, "`decision.latency`, `.volume` and `.privacy`"),
        "a baseline with APIs": (provider_coverage(evidence).status is Status.MET, "candidates of more providers"),
        "a projection of cost": (annual_spend(evidence).status is not Status.NOT_TESTED, "`decision.volume` and prices"),
        "data": (evidence.labelled_examples is not None, "`decision.fine_tune.labelled_examples` or a training pool"),
        "skills": (skills, "`decision.team`"),
        "time": (decision.deadline_weeks is not None, "`decision.deadline_weeks`"),
        "lock-in": (len(providers) >= evidence.thresholds["portable_providers"], "the same prompts at a second provider"),
        "one metric for all": (any(each.n for each in comparison.candidates), "a measured candidate"),
        "the reason written down": (bool(decision.target_reason.strip()), "`decision.target_reason`"),
        "a day to look again": (evidence.today is not None, "a run with its date"),
        "what data flows where": (data_flow, "`decision.privacy.data_sent`"),
    }
