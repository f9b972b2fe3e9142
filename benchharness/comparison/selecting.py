"""The best of several looks better than it is: what its rate is on examples it wasn't chosen on."""

from collections.abc import Sequence

import numpy as np

from benchharness.comparison.outcomes import Values
from benchharness.comparison.splitting import units_of
from benchharness.records.comparison import Selection
from benchharness.records.outcomes import Floats, Outcomes, Whole

__all__ = ["cross_fitted"]

FOLDS = 5
# Many ways to fold a small set even out the luck of one; for a large one a single way is as good.
REPEATS = 20
LARGE = 20_000


def cross_fitted(outcomes: Sequence[Outcomes], values: Sequence[Values], *, seed: int) -> tuple[Selection, ...]:
    """Return, for each path with several measured candidates, the naive rate of the best and its cross-fitted rate.

    The best is chosen on four fifths of the examples and counted on the last fifth, five times over, and the whole is
    repeated with other folds (sample splitting, Cox 1975; repeated as in Chernozhukov et al. 2018). Clusters stay together.
    """
    found = []
    for path in dict.fromkeys(each.path for each in outcomes):
        among = [at for at, each in enumerate(outcomes) if each.path == path and len(values[at].codes)]
        if len(among) < 2:  # noqa: PLR2004 - one alone wasn't chosen
            continue
        codes, units = units_of([outcomes[at] for at in among])
        table = _table(codes, [values[at] for at in among])
        means = np.nanmean(table, axis=1)
        best = int(np.argmax(np.round(means, 12)))
        chosen = outcomes[among[best]]
        honest = _held_out(table, units, seed)
        if honest is not None:
            naive = float(means[best])
            found.append(Selection(path=path, tried=len(among), chosen=chosen.key, naive=naive, honest=honest, method="cross-fitting"))
    return tuple(found)


def _table(codes: Whole, values: Sequence[Values]) -> Floats:
    table = np.full((len(values), len(codes)), np.nan)
    for row, each in zip(table, values, strict=True):
        row[np.searchsorted(codes, each.codes)] = each.values
    return table


def _held_out(table: Floats, units: Whole, seed: int) -> float | None:
    """Return the mean over folds of the held-out rate of what the other folds choose; None with fewer units than folds."""
    count = int(units.max()) + 1
    if count < FOLDS:
        return None
    rng = np.random.default_rng(seed)
    known = ~np.isnan(table)
    filled = np.where(known, table, 0.0)
    total, measured = 0.0, 0.0
    for _ in range(1 if table.shape[1] > LARGE else REPEATS):
        fold = (rng.permutation(count) % FOLDS)[units]
        sums = np.stack([np.bincount(fold, weights=row, minlength=FOLDS) for row in filled])
        sizes = np.stack([np.bincount(fold, weights=row, minlength=FOLDS) for row in known.astype(np.float64)])
        others = sums.sum(axis=1, keepdims=True) - sums
        rest = np.maximum(sizes.sum(axis=1, keepdims=True) - sizes, 1.0)
        picks = np.argmax(np.round(others / rest, 12), axis=0)
        total += float(sums[picks, np.arange(FOLDS)].sum())
        measured += float(sizes[picks, np.arange(FOLDS)].sum())
    return total / measured if measured else None
