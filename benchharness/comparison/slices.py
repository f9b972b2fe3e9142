"""The best fine-tune against the best prompt within each protected slice, on the examples both were measured on."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from benchharness.comparison.measuring import Measured
from benchharness.comparison.outcomes import Whole
from benchharness.comparison.pairing import pair
from benchharness.records.comparison import Questions, SliceResult

__all__ = ["sliced"]


def sliced(first: Measured, second: Measured, slices: Mapping[str, Whole], questions: Questions) -> tuple[SliceResult, ...]:
    """Return the paired difference by slice, first minus second; `slices` holds the examples' codes, ascending.

    That no slice is worse is claimed of all of them at once, so each lower bound keeps its error (Berger 1982, intersection-
    union test); that some slice is worse is claimed of the worst of them, so the upper bounds share theirs (Bonferroni).
    """
    tried = (1, max(1, len(slices)))
    return tuple(
        SliceResult(name=name, pair=pair(_within(first, codes), _within(second, codes), questions, tried=tried))
        for name, codes in slices.items()
    )


def _within(measured: Measured, codes: Whole) -> Measured:
    values = measured.values
    there = np.isin(values.codes, codes)
    clusters = None if values.clusters is None else values.clusters[there]
    kept = values.values[there]
    binary = bool(((kept == 0) | (kept == 1)).all())
    rows = int(there.sum())
    return replace(measured, values=replace(values, codes=values.codes[there], values=kept, clusters=clusters, rows=rows, binary=binary))
