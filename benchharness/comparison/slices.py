"""The best fine-tune against each comparator within each protected slice, on the examples both were measured on."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from benchharness.comparison.measuring import Measured
from benchharness.comparison.pairing import pair
from benchharness.records.comparison import Questions, SliceResult
from benchharness.records.outcomes import Whole

__all__ = ["sliced"]


def sliced(
    first: Measured, rivals: Sequence[Measured], slices: Mapping[str, Whole], questions: Questions, *, tried: int
) -> tuple[SliceResult, ...]:
    """Return the paired difference by slice and rival, the first minus the rival; `slices` holds the examples' codes, ascending.

    That no slice is worse is claimed of all of them, against every rival, at once, so each lower bound keeps its error (Berger
    1982, intersection-union test) and pays only for the first having been chosen among `tried`; that some slice is worse is
    claimed of the worst of them, so the upper bounds share theirs (Bonferroni).
    """
    counts = (tried, max(1, len(slices) * len(rivals)))
    return tuple(
        SliceResult(name=name, pair=pair(_within(first, codes), _within(rival, codes), questions, tried=counts))
        for name, codes in slices.items()
        for rival in rivals
    )


def _within(measured: Measured, codes: Whole) -> Measured:
    values = measured.values
    there = np.isin(values.codes, codes)
    clusters = None if values.clusters is None else values.clusters[there]
    kept = values.values[there]
    binary = bool(((kept == 0) | (kept == 1)).all())
    rows = int(there.sum())
    return replace(measured, values=replace(values, codes=values.codes[there], values=kept, clusters=clusters, rows=rows, binary=binary))
