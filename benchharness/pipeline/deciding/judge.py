"""What the evidence knows of a judge that decides: how well it agrees with people, and what their labels correct."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from benchharness.comparison.correcting import corrected_judging
from benchharness.comparison.held_against import confusion
from benchharness.comparison.kappa import cohen_kappa
from benchharness.pipeline.loading.scorers import judges_of, primary_judged
from benchharness.records.comparison import Comparison, candidate_key
from benchharness.records.judge import Judging
from benchharness.records.outcomes import Outcomes
from benchharness.records.suite import Suite

__all__ = ["NEVER", "calibration_of", "judging_of"]

MARK_PARTS = 7
NEVER = "it was never held against people"


def calibration_of(marks: Sequence[Sequence[Any]]) -> tuple[int, float | None, float | None]:
    """Return labels, kappa and its lower end, from a run's marks: what a summary claims isn't believed.

    One answer to one example counts once, whoever gave it and however often it stands there.
    """
    once = {(example_id, answer): (human, judged) for _, _, example_id, human, judged, _, answer in reversed(list(_whole(marks)))}
    both = [(bool(human), bool(judged)) for human, judged in once.values() if judged is not None]
    human, judged = (np.array([each[at] for each in both], dtype=bool) for at in (0, 1))
    found = cohen_kappa(confusion(human, judged))
    return found.n, found.kappa, found.low


def judging_of(
    suite: Suite, facts: Mapping[str, Any] | None, comparison: Comparison, outcomes: Sequence[Outcomes], ids: Sequence[str]
) -> Judging | None:
    """Return what's known of the judge that decides under a suite, with what its labels correct; None where none does."""
    entry = primary_judged(suite)
    if entry is None:
        return None
    blank = Judging(scorer=entry.label, judges=judges_of(entry), why_not=NEVER)
    if facts is None or facts.get("scorer") != entry.label or facts.get("why_not"):
        why = blank.why_not if facts is None or not facts.get("why_not") else str(facts["why_not"])
        return Judging(scorer=blank.scorer, judges=blank.judges, why_not=why)
    labels, kappa, low = calibration_of(facts["marks"])
    code = {name: at for at, name in enumerate(ids)}
    truths: dict[str, dict[int, bool]] = defaultdict(dict)
    for candidate, prompt, example_id, human, _, here, _ in _whole(facts["marks"]):
        if here and example_id in code:
            truths[candidate_key(candidate, prompt)][code[example_id]] = bool(human)
    known = Judging(scorer=blank.scorer, judges=blank.judges, labels=labels, kappa=kappa, kappa_low=low, truths=dict(truths))
    return corrected_judging(known, comparison, outcomes)


def _whole(marks: Sequence[Sequence[Any]]) -> Iterator[tuple[str, str, str, Any, Any, Any, str]]:
    """Yield the marks that are some: candidate, prompt, example, people's, the judge's, whether it's of this run, the answer's hash."""
    for each in marks:
        if isinstance(each, list | tuple) and len(each) == MARK_PARTS and all(isinstance(each[at], str) for at in (0, 1, 2, 6)):
            yield each[0], each[1], each[2], each[3], each[4], each[5], each[6]
