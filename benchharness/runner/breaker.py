"""A circuit breaker: stop asking a provider that is dead, look now and then whether it's back, and give it up in the end."""

import math
from dataclasses import dataclass

__all__ = ["Breaker"]

# Failures in a row that no single question explains.
FAILURES_IN_A_ROW = 10
FIRST_LOOK_S = 5.0
# One that answered before may come back; one that never did is most likely not there at all.
MOST_LOOKS, MOST_LOOKS_AT_A_STRANGER = 4, 2


@dataclass(slots=True)
class Breaker:
    """Closed while answers come; open after ten failures in a row, when single questions look again after 5, 10, 20 and 40 s.

    A provider that never answered is given up after two of them: nobody waits a minute and a half for a wrong port.
    """

    looks: int = 0
    """How often it looked again since it opened."""
    opened: int = 0
    """How often it opened."""
    answered: bool = False
    """Whether it ever answered."""
    _failures: int = 0
    _look_at: float = math.inf
    _looking: bool = False

    @property
    def open(self) -> bool:
        """Tell whether questions are held back."""
        return self._failures >= FAILURES_IN_A_ROW

    @property
    def given_up(self) -> bool:
        """Tell whether the last look failed as well."""
        most = MOST_LOOKS if self.answered else MOST_LOOKS_AT_A_STRANGER
        return self.open and self.looks >= most and not self._looking

    def wait_s(self, now: float) -> float:
        """Return the seconds a question has to wait; 0 lets it go, and an open breaker lets one go at a time, to look."""
        if not self.open:
            return 0.0
        if self._looking:
            return FIRST_LOOK_S / 10
        if now < self._look_at:
            return self._look_at - now
        self._looking = True
        self.looks += 1
        return 0.0

    def succeeded(self) -> None:
        """Take note that the provider answered, whatever it said."""
        self.answered = True
        self._failures = self.looks = 0
        self._looking = False

    def failed(self, now: float, *, looked: bool) -> None:
        """Take note of no answer at all: unreachable, timed out, broken; `looked` for the question that went to look."""
        self._failures += 1
        if self._failures == FAILURES_IN_A_ROW:
            self.opened += 1
            self._look_at = now + FIRST_LOOK_S
        if looked:
            self._looking = False
            self._look_at = now + FIRST_LOOK_S * 2**self.looks
