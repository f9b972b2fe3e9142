"""Several tests joined by `or`: Holm's correction. Tests joined by `and` need none."""

from collections.abc import Sequence

__all__ = ["holm"]


def holm(p_values: Sequence[float]) -> list[float]:
    """Return p-values adjusted so that the chance of any false one is kept (Holm 1979), in the order given."""
    count = len(p_values)
    order = sorted(range(count), key=lambda at: p_values[at])
    adjusted = [0.0] * count
    highest = 0.0
    for rank, at in enumerate(order):
        highest = max(highest, min(1.0, (count - rank) * p_values[at]))
        adjusted[at] = highest
    return adjusted
