"""What isn't measured, thought through: the same outcomes with every missing answer read as a miss, a match, or whichever hurts."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from benchharness.records.outcomes import NOT_MEASURED, Outcomes, Whole
from benchharness.records.policy_words import TargetIs

__all__ = ["readings_of"]

MATCH, MISS = 1, 0


def readings_of(outcomes: Sequence[Outcomes], target_is: TargetIs = TargetIs.SHARE) -> dict[str, list[Outcomes]]:
    """Return the readings of what's missing, by name; empty when nothing is.

    `as-miss`: every missing answer is a miss. `as-match`: every one is a match. `against-api` and so on: those of that path
    are misses and all others matches, the worst case for a claim of that path. A candidate whose every answer failed is read
    like any other: losing one answer more must not open a door. Where the target is of mean scores, an answer without a score is
    missing; read as a miss its score is 0, as a match 1, and no score is worse or better than that.
    """
    if target_is is TargetIs.MEAN:
        outcomes = [_by_score(each) for each in outcomes]
    present = {each.path: None for each in outcomes}
    universe = _universe(outcomes)
    clusters = _clusters(outcomes, universe)
    gaps = [_missing(each, universe) for each in outcomes]
    if not any(gaps):
        return {}
    fills: dict[str, dict[str, int]] = {
        "as-miss": dict.fromkeys(present, MISS),
        "as-match": dict.fromkeys(present, MATCH),
        **{f"against-{path}": {other: MISS if other == path else MATCH for other in present} for path in present},
    }
    return {
        name: [_filled(each, universe, clusters, fill[each.path]) if gap else each for each, gap in zip(outcomes, gaps, strict=True)]
        for name, fill in fills.items()
    }


def _by_score(outcomes: Outcomes) -> Outcomes:
    """Return the outcomes with an answer that has no score as not measured."""
    if outcomes.scores is None:
        return replace(outcomes, matched=np.full_like(outcomes.matched, NOT_MEASURED), scores=np.full(len(outcomes.codes), np.nan))
    return replace(outcomes, matched=np.where(np.isnan(outcomes.scores), NOT_MEASURED, outcomes.matched).astype(np.int8))


def _universe(outcomes: Sequence[Outcomes]) -> Whole:
    """Return the codes of all examples there were to measure, those without a single row included."""
    seen = np.unique(np.concatenate([each.codes for each in outcomes])) if outcomes else np.empty(0, dtype=np.int64)
    expected = max((each.expected for each in outcomes), default=0)
    first = int(seen[-1]) + 1 if len(seen) else 0
    return np.concatenate([seen, np.arange(first, first + max(0, expected - len(seen)))])


def _clusters(outcomes: Sequence[Outcomes], universe: Whole) -> Whole | None:
    """Return each example's cluster as any candidate's rows tell it; -1 for one that stands alone or was never asked."""
    if all(each.clusters is None for each in outcomes):
        return None
    found = np.full(len(universe), -1, dtype=np.int64)
    for each in outcomes:
        if each.clusters is not None:
            found[np.searchsorted(universe, each.codes)] = each.clusters
    return found


def _missing(outcomes: Outcomes, universe: Whole) -> bool:
    """Tell whether a candidate lacks an answer."""
    measured = outcomes.matched >= 0
    # A candidate the run stopped asking was to be measured on fewer examples: those aren't missing.
    return not bool(measured.all()) or (outcomes.expected == len(universe) and bool(len(_unseen(outcomes, universe))))


def _unseen(outcomes: Outcomes, universe: Whole) -> Whole:
    """Return the codes of the examples without a row; by marking, since sorting or hashing a million of them takes seconds."""
    seen = np.zeros(len(universe), dtype=bool)
    seen[np.searchsorted(universe, outcomes.codes)] = True
    return universe[~seen]


def _filled(outcomes: Outcomes, universe: Whole, clusters: Whole | None, value: int) -> Outcomes:
    marks = np.where(outcomes.matched < 0, value, outcomes.matched).astype(np.int8)
    scores = outcomes.scores
    if scores is not None:
        scores = np.where((outcomes.matched < 0) | np.isnan(scores), marks.astype(np.float64), scores)
    unseen = _unseen(outcomes, universe) if outcomes.expected == len(universe) else np.empty(0, dtype=np.int64)
    extra = np.full(len(unseen), value, dtype=np.int8)
    codes = np.concatenate([outcomes.codes, unseen])
    return replace(
        outcomes,
        codes=codes,
        matched=np.concatenate([marks, extra]),
        scores=None if scores is None else np.concatenate([scores, extra.astype(np.float64)]),
        clusters=None if clusters is None else clusters[np.searchsorted(universe, codes)],
    )
