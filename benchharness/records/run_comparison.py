"""Candidates of one run, or the same candidates of several runs, against each other on the same examples."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from benchharness.records.comparison import Interval

__all__ = ["Change", "RunComparison", "SliceChange"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SliceChange:
    """The difference on the examples of one target, or of one slice."""

    name: str
    """The target, or the slice as `key=value`."""
    n: int
    """Examples both were measured on."""
    difference: float | None
    """As a share; None for too few examples to judge."""
    interval: Interval | None
    """95%, of the slice alone."""
    p_value: float | None
    """Exact McNemar, adjusted by Holm over all slices of all changes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One candidate against what it is held against, on the examples both were measured on."""

    name: str
    """`candidate/prompt`, with its run where several are compared."""
    against: str
    """The other side's."""
    n: int
    """Examples both were measured on."""
    rate: float | None
    """Its rate on them."""
    rate_against: float | None
    """The other's."""
    difference: float | None
    """Its rate minus the other's, as a share."""
    interval: Interval | None
    """95%, of this pair alone."""
    p_value: float | None
    """Two-sided, adjusted by Holm over all changes."""
    test: str
    """What made it."""
    newly_right: tuple[str, ...]
    """Examples only it got right, by id."""
    newly_wrong: tuple[str, ...]
    """Examples only the other got right, by id."""
    mean: bool = False
    """Whether the rates are mean scores, and not shares of matches."""
    usd_per_1k: tuple[float | None, float | None] = (None, None)
    """Its dollars per 1,000 answers, and the other's."""
    p95_s: tuple[float | None, float | None] = (None, None)
    """Its 95th percentile of latency in seconds, and the other's."""
    slices: tuple[SliceChange, ...] = ()
    """By target, when targets are a closed list, and by the suite's `slices`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunComparison:
    """The whole answer of `bench compare`."""

    suite: str
    """The suite's name."""
    runs: tuple[str, ...]
    """Directories, the one held against first."""
    examples: int
    """Examples compared."""
    left_out: Mapping[str, int] = field(default_factory=dict)
    """Examples not compared, by why."""
    changes: tuple[Change, ...] = ()
    """In the order of the suite."""
    warnings: tuple[str, ...] = ()
    """What a reader must know."""
