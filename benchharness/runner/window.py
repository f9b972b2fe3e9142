"""How many questions may be in flight at once: grown while all goes well, cut when the provider says it's too much."""

import math
from dataclasses import dataclass

__all__ = ["Window"]

# The constants of Inspect's adaptive connections, but for the start, 20 there: small servers are met first.
START = 8
CUT = 0.8
STEP = 0.05
COOL_DOWN_S = 15.0
SATURATED = 0.8


@dataclass(slots=True)
class Window:
    """Additive increase, multiplicative decrease (Chiu & Jain 1989), doubled each clean round until the first cut.

    A round is as many answers as the window is wide. It grows only when it was nearly full: an idle window has shown nothing.
    """

    ceiling: int
    """Never wider than this."""
    width: float = 0.0
    """Questions that may be in flight; its whole part counts."""
    widest: int = 0
    """The widest it was."""
    cuts: int = 0
    """How often it was cut."""
    _clean: int = 0
    _slow_start: bool = True
    _cut_at: float = -math.inf
    _paused_until: float = -math.inf

    def __post_init__(self) -> None:
        self.width = self.width or float(min(START, self.ceiling))
        self.widest = self.size

    @property
    def size(self) -> int:
        """Return how many may be in flight, at least one."""
        return max(1, int(self.width))

    def fit(self, ceiling: int) -> None:
        """Take another job's ceiling."""
        self.ceiling = ceiling
        self.width = min(self.width, float(ceiling))

    def open(self, width: int) -> None:
        """Be so wide at once, and stay: what takes many in one go needn't be felt out."""
        self.ceiling = width
        self.width = self.width if self.cuts else float(width)
        self.widest = max(self.widest, self.size)

    def answered(self, in_flight: int, now: float) -> None:
        """Take note of an answer that came at the first try; `now` in seconds of any clock that only goes forward."""
        if in_flight < SATURATED * self.size or self.width >= self.ceiling or now < self._paused_until:
            return
        self._clean += 1
        if self._clean < self.size:
            return
        self._clean = 0
        grown = self.width * 2 if self._slow_start else self.width + max(1.0, self.width * STEP)
        self.width = min(float(self.ceiling), grown)
        self.widest = max(self.widest, self.size)

    def throttled(self, now: float) -> None:
        """Take note that the provider refused for speed: one cut for each cool-down, however many are refused together."""
        self._clean = 0
        self._slow_start = False
        self._paused_until = now + COOL_DOWN_S
        if now - self._cut_at >= COOL_DOWN_S:
            self._cut_at = now
            self.width = max(1.0, self.width * CUT)
            self.cuts += 1

    def troubled(self, now: float) -> None:
        """Take note of a failing server: no growth for a while, no cut."""
        self._clean = 0
        self._paused_until = max(self._paused_until, now + COOL_DOWN_S)
