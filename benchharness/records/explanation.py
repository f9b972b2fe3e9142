"""What a rule means, in the parts `bench explain` shows."""

from dataclasses import dataclass

__all__ = ["Explanation", "NumberOf"]


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberOf:
    """One number a rule reads."""

    name: str
    """As written in a suite."""
    value: float | str
    """The default."""
    unit: str
    """What it counts."""
    source: str
    """Where it comes from."""
    key: str
    """Where a suite changes it, e.g. `decision.thresholds.smallest_useful_gain`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """One rule."""

    rule: str
    """Its name."""
    question: str
    """What it asks."""
    method: str
    """What it looks at and when it is met."""
    source: str
    """Who says so."""
    numbers: tuple[NumberOf, ...]
    """The numbers it reads."""
    decides: tuple[str, ...]
    """The verdicts it has a say in; empty when it only informs."""
