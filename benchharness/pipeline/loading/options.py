"""What a user chose on the command line of `bench run`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from benchharness.records.comparison import Stopping

__all__ = ["Options"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a user chose on the command line."""

    suite: Path
    """The suite file."""
    only: tuple[str, ...] = ()
    """Candidates to ask; all when empty."""
    limit: int | None = None
    """The most golden examples to ask."""
    out: Path = Path("reports")
    """Where run directories go."""
    require_all: bool = False
    """Whether a candidate that can't be asked is an error."""
    stop: Stopping = Stopping.CURTAIL
    """When the run may stop before every example was asked."""
    replay: Path | None = None
    """An export or a store whose answers alone are used; nobody is asked."""
    resume: bool = False
    """Whether the newest unfinished run goes on in its own directory."""
    retry_errors: bool = False
    """Whether the newest finished run is made again, so that what ended as an error is asked again."""
    budgets: Mapping[str, float] = field(default_factory=dict)
    """US dollars that may be spent, by candidate; an empty name stands for the run."""
    latency_probe: int = 0
    """How many questions each candidate is asked one at a time, for its latency; 0 for none."""
    brief: bool = False
    """Whether a brief for a board is written beside the report."""
    engine: str = "local"
    """What asks, by its name in the runner's table."""
    command: tuple[str, ...] = ()
    """The command line, for the record."""
