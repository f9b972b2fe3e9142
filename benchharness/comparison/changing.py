"""Two sets of answers to the same examples: the difference, who flipped, and on which slices."""

from dataclasses import dataclass

import numpy as np

from benchharness.comparison.measuring import measure
from benchharness.comparison.outcomes import values_of
from benchharness.comparison.pairing import pair
from benchharness.records.comparison import PairedResult, Questions
from benchharness.records.outcomes import Outcomes, Whole

__all__ = ["LEAST_IN_SLICE", "Flips", "change_of", "flipped", "only_codes"]

# Below this a slice's interval spans half of what there is.
LEAST_IN_SLICE = 20


@dataclass(frozen=True, slots=True)
class Flips:
    """Which examples only one side got right, by code."""

    newly_right: Whole
    """Only the first."""
    newly_wrong: Whole
    """Only the second."""


def change_of(first: Outcomes, second: Outcomes, questions: Questions) -> PairedResult:
    """Return first minus second on the examples both were measured on."""
    measured = [measure(each, values_of(each, questions.target_is), questions, tried=1, plan=False) for each in (first, second)]
    return pair(measured[0], measured[1], questions, plan=False)


def flipped(first: Outcomes, second: Outcomes) -> Flips:
    """Return who flipped; with repeats an example counts as right from one half on."""
    mine, theirs = values_of(first), values_of(second)
    codes = np.intersect1d(mine.codes, theirs.codes, assume_unique=True)
    right, before = (each.among(codes)[0] >= 0.5 for each in (mine, theirs))  # noqa: PLR2004 - half of the repeats
    return Flips(newly_right=codes[right & ~before], newly_wrong=codes[before & ~right])


def only_codes(outcomes: Outcomes, codes: Whole) -> Outcomes:
    """Return the outcomes on some examples."""
    return outcomes.rows(np.isin(outcomes.codes, codes), expected=len(codes))
