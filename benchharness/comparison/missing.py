"""What isn't measured, thought through: do the measured, the worst case and the likely case agree?"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchharness.comparison.paired import tango_bound
from benchharness.comparison.threshold import bar_test
from benchharness.records.comparison import Proof

__all__ = ["PairedScenarios", "Scenarios", "Table", "bar_scenarios", "paired_scenarios", "tables"]

Marks = NDArray[np.int8]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenarios:
    """One claim under three readings of what's missing."""

    complete: Proof
    """Measured examples only."""
    as_miss: Proof
    """Missing answers are misses."""
    worst: Proof
    """Missing answers are whatever speaks most against the claim."""

    @property
    def agree(self) -> bool:
        """Tell whether what's missing can't change the answer."""
        return self.complete == self.as_miss == self.worst


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Counts of two candidates on the same examples."""

    both: int
    """Both matched."""
    only_first: int
    """Only the first matched."""
    only_second: int
    """Only the second matched."""
    neither: int
    """Neither matched."""

    @property
    def n(self) -> int:
        """Return the examples in all."""
        return self.both + self.only_first + self.only_second + self.neither


@dataclass(frozen=True, slots=True, kw_only=True)
class PairedScenarios:
    """Two candidates under three readings of what's missing."""

    complete: Table
    """Examples measured on both sides."""
    as_miss: Table
    """Every example; missing answers are misses."""
    worst: Table
    """Every example; the first's missing answers are misses, the second's are matches: the worst for a claim of the first."""


def bar_scenarios(matched: int, n: int, missing: int, bar: float, *, confidence: float = 0.95, reaches: bool = True) -> Scenarios:
    """Return whether a rate reaches a bar under the three readings, for the claim that it does, or that it doesn't.

    `n` counts the measured; `missing` comes on top. For the claim that the bar is missed the worst case counts every
    missing answer as a match.
    """
    kept = matched + (0 if reaches else missing)
    return Scenarios(
        complete=_proof(matched, n, bar, confidence),
        as_miss=_proof(matched, n + missing, bar, confidence),
        worst=_proof(kept, n + missing, bar, confidence),
    )


def _proof(matched: int, n: int, bar: float, confidence: float) -> Proof:
    return bar_test(matched, n, bar, confidence=confidence, power=0.8, cap=1, plan=False).proof


def tables(first: Marks, second: Marks) -> PairedScenarios:
    """Return the three tables of two aligned arrays of 1 (matched), 0 (didn't) and -1 (not measured)."""
    known = (first >= 0) & (second >= 0)
    return PairedScenarios(
        complete=_table(first[known], second[known]),
        as_miss=_table(np.maximum(first, 0), np.maximum(second, 0)),
        worst=_table(np.maximum(first, 0), np.where(second < 0, np.int8(1), second)),
    )


def _table(first: Marks, second: Marks) -> Table:
    mine, theirs = first == 1, second == 1
    both = int(np.sum(mine & theirs))
    only_first, only_second = int(np.sum(mine)) - both, int(np.sum(theirs)) - both
    return Table(both=both, only_first=only_first, only_second=only_second, neither=len(first) - both - only_first - only_second)


def paired_scenarios(first: Marks, second: Marks, *, margin: float = 0.0, confidence: float = 0.95) -> Scenarios:
    """Return whether the first is ahead of the second by more than `margin` under the three readings (Tango's bounds).

    The worst case is the worst for that claim; a negative margin asks for non-inferiority.
    """
    three = tables(first, second)
    return Scenarios(
        complete=_ahead(three.complete, margin, confidence),
        as_miss=_ahead(three.as_miss, margin, confidence),
        worst=_ahead(three.worst, margin, confidence),
    )


def _ahead(table: Table, margin: float, confidence: float) -> Proof:
    if tango_bound(table.only_first, table.only_second, table.n, confidence, lower=True) > margin:
        return Proof.PROVEN
    upper = tango_bound(table.only_first, table.only_second, table.n, confidence, lower=False)
    return Proof.REFUTED if upper <= margin and table.n else Proof.UNDECIDED
