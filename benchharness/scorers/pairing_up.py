"""Pair the items of two lists so that the pairs are worth the most together."""

from collections.abc import Callable, Sequence
from typing import TypeVar

__all__ = ["MOST_ITEMS", "best_pairs"]

# The time grows with the cube of the length; so many on both sides take some tenths of a second.
MOST_ITEMS = 300

One = TypeVar("One")
Other = TypeVar("Other")


def best_pairs(ones: Sequence[One], others: Sequence[Other], worth: Callable[[One, Other], float]) -> float:
    """Return what the best pairing of two lists is worth, each item used once (Hungarian method); `worth` is from 0 to 1.

    Raises ValueError when either has more than MOST_ITEMS items.
    """
    if not ones or not others:
        return 0.0
    if max(len(ones), len(others)) > MOST_ITEMS:
        raise ValueError(f"more than {MOST_ITEMS} items to be paired")
    table = [[worth(one, other) for other in others] for one in ones]
    if len(ones) == 1 or len(others) == 1:
        return max(max(row) for row in table)
    import numpy as np
    from scipy.optimize import linear_sum_assignment

    worths = np.array(table)
    return float(worths[linear_sum_assignment(worths, maximize=True)].sum())
