"""What the evidence knows of a judge that decides: how well it agrees with people, and what their labels correct."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from benchharness.comparison.correcting import corrected_judging
from benchharness.comparison.held_against import confusion
from benchharness.comparison.kappa import cohen_kappa
from benchharness.pipeline.loading.scorers import judges_of, primary_judged
from benchharness.records.comparison import Comparison, candidate_key
from benchharness.records.judge import Judging, LabelledMark
from benchharness.records.outcomes import Outcomes
from benchharness.records.run_facts import JudgeFacts
from benchharness.records.suite import Suite

__all__ = ["NEVER", "calibration_of", "judging_of"]

NEVER = "it was never held against people"


def calibration_of(marks: Sequence[LabelledMark]) -> tuple[int, float | None, float | None]:
    """Return labels, kappa and its lower end, from a run's marks: what a summary claims isn't believed.

    One answer to one example counts once, whoever gave it and however often it stands there.
    """
    once = {(each.example_id, each.answer): each for each in reversed(marks)}
    both = [(each.human, each.judged) for each in once.values() if each.judged is not None]
    human, judged = (np.array([each[at] for each in both], dtype=bool) for at in (0, 1))
    found = cohen_kappa(confusion(human, judged))
    return found.n, found.kappa, found.low


def judging_of(
    suite: Suite, facts: JudgeFacts | None, comparison: Comparison, outcomes: Sequence[Outcomes], ids: Sequence[str]
) -> Judging | None:
    """Return what's known of the judge that decides under a suite, with what its labels correct; None where none does."""
    entry = primary_judged(suite)
    if entry is None:
        return None
    blank = Judging(scorer=entry.label, judges=judges_of(entry), why_not=NEVER)
    if facts is None or facts.scorer != entry.label or facts.why_not:
        return blank if facts is None or not facts.why_not else replace(blank, why_not=facts.why_not)
    labels, kappa, low = calibration_of(facts.marks)
    code = {name: at for at, name in enumerate(ids)}
    truths: dict[str, dict[int, bool]] = defaultdict(dict)
    for each in facts.marks:
        if each.here and each.example_id in code:
            truths[candidate_key(each.candidate, each.prompt)][code[each.example_id]] = each.human
    known = Judging(scorer=blank.scorer, judges=blank.judges, labels=labels, kappa=kappa, kappa_low=low, truths=dict(truths))
    return corrected_judging(known, comparison, outcomes)
