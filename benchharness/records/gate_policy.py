"""What a repository asks of every proposal: the file `suites/gate.yaml`."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, ClassVar

from annotated_types import Ge, Le, MinLen

__all__ = ["GatePolicy", "Guard", "Need"]

STRICT = {"extra": "forbid"}

Days = Annotated[int, Ge(1), Le(3660)]


class Need(StrEnum):
    """What a guarded path needs before it may change."""

    LIVE_DECISION = "live-decision"


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """Paths that may not change without a decision behind them."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    paths: Annotated[tuple[Annotated[str, MinLen(1)], ...], MinLen(1)]
    """Patterns from the repository's root: `*` within a folder, `**` across folders, e.g. `training/**`."""
    needs: Need = Need.LIVE_DECISION
    """`live-decision`: an approved proposal, not expired, whose `applies_to` covers the path."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GatePolicy:
    """What `bench gate` asks besides each suite's own bars."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    proposals: tuple[Annotated[str, MinLen(1)], ...] = ("proposals",)
    """Folders of proposals, relative to this file."""
    evidence_days: Days = 90
    """Days after a run at which its evidence is too old to decide on."""
    price_days: Days = 90
    """Days after a run at which its prices are too old, where money is part of the verdict."""
    longest_waiver_days: Days = 180
    """The most days a waiver may have left to run."""
    longest_decision_days: Days = 365
    """The most days a decision may hold."""
    grace_days: Annotated[int, Ge(0), Le(365)] = 14
    """Days before a decision ends in which the gate warns."""
    guards: tuple[Guard, ...] = ()
    """Paths that may not change without a decision."""
