"""What a golden set of a size can settle, and what the rest would take."""

from dataclasses import dataclass

__all__ = ["BarPower", "GapPower", "Need", "PowerReport"]


@dataclass(frozen=True, slots=True, kw_only=True)
class BarPower:
    """What it takes to settle whether a rate reaches a bar."""

    name: str
    """Which bar."""
    bar: float
    """As a share."""
    proves_from: int | None
    """The fewest matches that prove it; None when even all don't."""
    refutes_to: int | None
    """The most matches that prove a rate below it; None when even none doesn't."""
    if_at: float
    """A true rate, as a share."""
    examples_needed: int | None
    """Examples that prove the bar with the stated power at that true rate; None when no affordable number does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GapPower:
    """The smallest lead of one candidate over another that can be shown."""

    disagree: float
    """Share of examples only one of the two gets right; of mean scores the standard deviation of the difference on one example."""
    observed: bool
    """Whether that share was measured; else it's assumed."""
    smallest_gap: float | None
    """As a share; None when these examples can show no lead at all."""
    examples_for_gain: int | None
    """Examples that prove a true lead of the smallest useful gain to be above zero."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """A rule that isn't settled."""

    rule: str
    """Its name."""
    examples: int | None
    """Fresh examples that would settle it if what was observed is true; None: on the line, no affordable number would."""
    usd: float | None
    """What asking every measured candidate those would cost, at the cost per answer of the run; None when a cost is unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerReport:
    """The whole answer of `bench power`."""

    suite: str
    """The suite's name."""
    examples: int
    """Examples of the golden set, or those in the results."""
    confidence: float
    """1 - alpha of every proof."""
    power: float
    """The power that every number of examples promises."""
    margin: float
    """The smallest useful gain, as a share."""
    mean: bool = False
    """Whether the target is of the mean score; bars are then counted as though every score were 0 or 1, the most they can vary."""
    bars: tuple[BarPower, ...]
    """By bar."""
    gaps: tuple[GapPower, ...]
    """By how often two candidates disagree."""
    needs: tuple[Need, ...] = ()
    """Rules that the results leave open."""
    has_results: bool = False
    """Whether results were looked at."""
