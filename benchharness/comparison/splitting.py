"""Part the examples: some choose the best candidate, others judge it; a cluster is never parted."""

from collections.abc import Sequence

import numpy as np

from benchharness.records.comparison import Questions
from benchharness.records.outcomes import Outcomes, Whole

__all__ = ["beyond", "parted", "units_of"]


def units_of(outcomes: Sequence[Outcomes]) -> tuple[Whole, Whole]:
    """Return all example codes, ascending, and for each the number of the unit (cluster, or itself) that stays together."""
    if not outcomes:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    codes = np.unique(np.concatenate([each.codes for each in outcomes]))
    units = -1 - codes
    for each in outcomes:
        if each.clusters is not None:
            at = np.searchsorted(codes, each.codes)
            units[at] = np.where(each.clusters >= 0, each.clusters, units[at])
    return codes, np.unique(units, return_inverse=True)[1].astype(np.int64)


def parted(outcomes: Sequence[Outcomes], questions: Questions) -> tuple[list[Outcomes], list[Outcomes]]:
    """Return the outcomes on the dev part and on the sealed part; by seed and share, whatever the order of rows.

    Either part has at least one example or cluster; a single one can't be parted, and then both parts are empty, so that
    nothing is said.
    """
    codes, units = units_of(outcomes)
    count = int(units.max()) + 1 if len(units) else 0
    order = np.random.default_rng(questions.seed).permutation(count)
    chosen = np.zeros(count, dtype=bool)
    if count == 1:
        nothing = np.empty(0, dtype=np.int64)
        return [_among(each, nothing, inside=True) for each in outcomes], [_among(each, nothing, inside=True) for each in outcomes]
    chosen[order[: min(count - 1, max(1, round(questions.dev_share * count)))]] = True
    dev = codes[chosen[units]] if count else codes
    return [_among(each, dev, inside=True) for each in outcomes], [_among(each, dev, inside=False) for each in outcomes]


def beyond(outcomes: Sequence[Outcomes], seen: Whole) -> list[Outcomes]:
    """Return the outcomes on examples that aren't among the codes `seen`, nor in a cluster with one of them."""
    codes, units = units_of(outcomes)
    known = codes[np.isin(units, units[np.isin(codes, seen)])]
    return [_among(each, known, inside=False) for each in outcomes]


def _among(outcomes: Outcomes, dev: Whole, *, inside: bool) -> Outcomes:
    kept = np.isin(outcomes.codes, dev) == inside
    own = len(np.unique(outcomes.codes))
    # What was never asked belongs to the part that judges: there it may hurt.
    expected = len(np.unique(outcomes.codes[kept])) + (0 if inside else max(0, outcomes.expected - own))
    return outcomes.rows(kept, expected=expected)
