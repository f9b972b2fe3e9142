"""How a pretend model behaves."""

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from annotated_types import Ge, Le

__all__ = ["Rehearsal"]

STRICT: dict[str, Any] = {"extra": "forbid"}
Share = Annotated[float, Ge(0), Le(1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """How the pretend model behaves, for demos, dry runs and tests."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    accuracy: Share = 1.0
    """The share of questions it answers with the target; which ones is fixed by the suite's seed."""
    wrong: str = "wrong"
    """What it says otherwise."""
    latency_s: Annotated[float, Ge(0)] = 0.0
    """How long each answer takes, in seconds."""
    refuse: Share = 0.0
    """The share it refuses."""
    truncate: Share = 0.0
    """The share it breaks off."""
    fail: Share = 0.0
    """The share that fails for good (status 500)."""
    fail_first: Annotated[int, Ge(0)] = 0
    """How many tries of every question fail (status 429) before one succeeds."""
    retry_after_s: Annotated[float, Ge(0)] | None = None
    """The Retry-After it sends with a 429, in seconds."""
