"""Is the data a moat: proprietary, growing, labelled by experts, and not soon out of date?"""

from benchharness import numbers
from benchharness.records.evidence import Evidence
from benchharness.records.verdict import Finding, Status
from benchharness.verdict.rules.stating import FILL_IN, named, not_asked

__all__ = ["SOURCE", "find"]

SOURCE = (
    "S1: four questions to a claimed data moat, 'most teams have none'; data that's soon out of date needs a pipeline, so it counts against"
)
RULE = "litmus"
GOOD = {"proprietary": True, "growing": True, "expert_labels": True, "perishable": False}
WORDS = {"proprietary": "proprietary", "growing": "growing", "expert_labels": "labelled by experts", "perishable": "lasting"}


def find(evidence: Evidence) -> Finding:
    """Return met when at least `litmus_answers` of the four answers under `decision.data` are good; it informs and blocks nothing."""
    least = evidence.thresholds["litmus_answers"]
    stated = evidence.decision.data
    answers = {} if stated is None else {each: getattr(stated, each) for each in GOOD}
    unsaid = [each for each in GOOD if answers.get(each) is None]
    if len(unsaid) == len(GOOD):
        remedy = "Say it with `decision.data: {proprietary: true, growing: false, expert_labels: true, perishable: false}`."
        return not_asked(
            evidence, rule=RULE, question="whether the data is an advantage that lasts", key="data", remedy=remedy, source=SOURCE
        )
    good = [WORDS[each] for each, wanted in GOOD.items() if answers[each] is wanted]
    bad = [WORDS[each] for each, wanted in GOOD.items() if answers[each] is (not wanted)]
    # What isn't said can't mend it, or isn't needed.
    short = Status.NOT_MET if len(good) + len(unsaid) < least else Status.NOT_TESTED
    status = Status.MET if len(good) >= least else short
    told = [f"is {numbers.listed(good)}"] if good else []
    told += [f"isn't {numbers.listed(bad)}"] if bad else []
    keys = [f"data.{each}" for each in unsaid] if status is Status.NOT_TESTED else []
    rest = f" Not said: {named(keys)}." if keys else ""
    return Finding(
        rule=RULE,
        status=status,
        measured=float(len(good)),
        threshold=least,
        sentence=(
            f"The data {'; it '.join(told)}: {numbers.count_of(len(good), len(GOOD))} answers speak for "
            f"a moat, {least:g} are asked for.{rest}"
        ),
        remedy=FILL_IN if keys else "",
        source=SOURCE,
    )
