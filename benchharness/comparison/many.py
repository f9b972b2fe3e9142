"""Several tests joined by `or`: Holm's correction. Tests joined by `and` need none."""

from collections.abc import Sequence

__all__ = ["holm"]


def holm(p_values: Sequence[float | None]) -> list[float | None]:
    """Return p-values adjusted so that the chance of any false one is kept (Holm 1979), in the order given.

    One that wasn't measured (None) stays so and counts among the tests made: leaving it out would be the bolder choice.
    """
    count = len(p_values)
    known = sorted((p_value, at) for at, p_value in enumerate(p_values) if p_value is not None)
    adjusted: list[float | None] = [None] * count
    highest = 0.0
    for rank, (p_value, at) in enumerate(known):
        highest = max(highest, min(1.0, (count - rank) * p_value))
        adjusted[at] = highest
    return adjusted
