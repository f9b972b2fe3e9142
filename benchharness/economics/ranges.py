"""Ranges of dollars: a lowest and a highest value, and the arithmetic between them."""

from dataclasses import dataclass

from benchharness.records.comparison import Interval
from benchharness.records.cost_plan import Amount

__all__ = ["NOTHING", "Range", "range_of"]


@dataclass(frozen=True, slots=True)
class Range:
    """Everything from `low` to `high`, neither negative."""

    low: float
    """The least."""
    high: float
    """The most."""

    def __post_init__(self) -> None:
        if not 0 <= self.low <= self.high:
            raise ValueError(f"{self.low} to {self.high} is no range of amounts")

    def __add__(self, other: "Range") -> "Range":
        return Range(self.low + other.low, self.high + other.high)

    def times(self, other: "Range | float") -> "Range":
        """Return the product; both are never negative, so the ends are the ends' products."""
        by = other if isinstance(other, Range) else Range(other, other)
        return Range(self.low * by.low, self.high * by.high)

    def over(self, other: "Range") -> "Range":
        """Return the quotient; raises ZeroDivisionError where the divisor reaches 0."""
        return Range(self.low / other.high, self.high / other.low)

    def interval(self) -> Interval:
        """Return it as a record; it's a corner-to-corner range, no confidence interval."""
        return Interval(low=self.low, high=self.high, method="corners")


NOTHING = Range(0.0, 0.0)


def range_of(amount: Amount) -> Range:
    """Return a stated amount as a range; ValueError when its ends are the wrong way round."""
    return Range(*amount) if isinstance(amount, tuple) else Range(amount, amount)
