"""How many answers a suite would save by reading their first line: told, never done by itself."""

from pathlib import Path

import numpy as np

from benchharness import numbers
from benchharness.results.columns import read_numbers
from benchharness.scorers.label import FIRST_LINE_SAYS

__all__ = ["first_line_warnings"]


def first_line_warnings(results: Path) -> list[str]:
    """Return the warning that answers without a label give one on their first line alone; none where none does."""
    columns = read_numbers(results, ["candidate", "error"])
    candidates, reasons = columns["candidate"], columns["error"]
    saved = np.array([FIRST_LINE_SAYS in text for text in reasons.texts] + [False])[reasons.codes]
    counts = np.bincount(candidates.codes[saved], minlength=len(candidates.texts))
    whole = np.bincount(candidates.codes[candidates.codes >= 0], minlength=len(candidates.texts))
    told = [f"{name} {numbers.count_of(int(counts[at]), int(whole[at]))} answers" for at, name in enumerate(candidates.texts) if counts[at]]
    if not told:
        return []
    whom = numbers.listed(told, most=len(told))
    hint = "`read: first-line` on the label scorer would read them."
    return [f"Their first line alone gives a label, and the rest names others: {whom}. They count as misses; {hint}"]
