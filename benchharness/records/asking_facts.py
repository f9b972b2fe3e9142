"""What asking took, and what held it up: one record for each key and endpoint."""

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["AskingFacts", "LaneFacts"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneFacts:
    """How one key and endpoint was asked."""

    provider: str
    """Who, as reports show it."""
    candidates: tuple[str, ...]
    """`candidate/prompt` of those asked over it."""
    asked: int
    """Questions that were sent and ended, answered or not; stored ones are none."""
    answered: int
    """Of these, answered."""
    tries: int
    """Requests sent, retries included."""
    seconds: float
    """From its first question to its last row, in seconds."""
    in_flight_s: float
    """Seconds that questions were on their way, of all together."""
    waited_s: Mapping[str, float] = field(default_factory=dict)
    """Seconds that questions waited to be sent, of all together, by why: `retry-after`, `pace`, `breaker`, `backoff`."""
    throttled: int = 0
    """Tries refused for speed."""
    cuts: int = 0
    """How often the window was narrowed for it."""
    widest: int = 1
    """The most questions allowed in flight at any time."""
    opened: int = 0
    """How often it was left alone because nothing answered."""
    failed_tries: Mapping[str, int] = field(default_factory=dict)
    """Failed tries by kind, the later mended ones included."""
    unanswered: Mapping[str, int] = field(default_factory=dict)
    """Questions that ended without an answer, by kind."""
    ended: str = ""
    """Why nothing more was asked of it, when so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskingFacts:
    """How a run was asked."""

    lanes: tuple[LaneFacts, ...]
    """By key and endpoint."""
    loop_lag_s: float | None = None
    """How late this process was to hear of an answer, 95th percentile in seconds; None when nothing was asked."""
    spent_usd: float | None = None
    """Dollars spent, and perhaps spent on tries that nobody heard the end of; None without a budget."""
    halted: str = ""
    """Why not everything was asked, when a budget or a time limit ended it."""

    @property
    def unasked(self) -> int:
        """Return how many questions a budget or a time limit left unasked."""
        return sum(lane.unanswered.get(kind, 0) for lane in self.lanes for kind in ("budget", "time-limit"))
