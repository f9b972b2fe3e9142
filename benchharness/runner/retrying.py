"""Retry what may succeed, with backoff: tenacity's one home, and the only retries there are."""

import random
from collections.abc import Awaitable, Callable

from tenacity import AsyncRetrying, RetryCallState, retry_if_result

from benchharness.records.answer import Answer, NoAnswer
from benchharness.runner.lane import LONGEST_PAUSE_S, pause

__all__ = ["Outcome", "with_retries"]

Outcome = Answer | NoAnswer | None
"""How a try ended; None when it wasn't made because the run is to stop."""

FIRST_WAIT_S = 0.5
LONGEST_WAIT_S = 30.0
# A provider that says when to come back is obeyed without counting the try, for at most this long in all.
PATIENCE_S = 300.0
LEAST_PAUSE_S = 1.0


async def with_retries(
    once: Callable[[], Awaitable[Outcome]], *, attempts: int, jitter: random.Random, over: Callable[[], bool]
) -> tuple[Outcome, float]:
    """Return the answer, or the last failure, and how many seconds were waited between the tries.

    `once` makes one try and keeps to the lane's own pauses; once `over` says so it's neither waited nor tried again.
    """
    first = await once()
    if attempts == 1 or not _passes(first) or over():
        return first, 0.0
    tries = _Tries(once, first, over)
    retrying = AsyncRetrying(
        retry=retry_if_result(_passes),
        stop=lambda _state: tries.counted >= attempts or tries.obeyed_s > PATIENCE_S or over(),
        wait=lambda state: _wait_s(state, jitter),
        sleep=tries.wait,
        retry_error_callback=lambda state: state.outcome.result() if state.outcome else None,
    )
    await retrying(tries.make)
    return tries.last, tries.waited_s


class _Tries:
    """The tries of one question; the first was made already, as nearly every question needs no more than that."""

    def __init__(self, once: Callable[[], Awaitable[Outcome]], first: Outcome, over: Callable[[], bool]) -> None:
        self.last = first
        self.counted = 0
        self.obeyed_s = self.waited_s = 0.0
        self._fresh = True
        self._once = once
        self._over = over

    async def make(self) -> Outcome:
        """Make the next try, and remember it unless the run stopped before it."""
        found = self.last if self._fresh else await self._once()
        self._fresh = False
        if found is not None:
            obeyed = _pause_asked_for(found)
            self.last = found
            self.counted += not obeyed
            self.obeyed_s += obeyed
        return found

    async def wait(self, seconds: float) -> None:
        """Wait between two tries."""
        self.waited_s += seconds
        if seconds:
            await pause(seconds, self._over)


def _passes(result: Outcome) -> bool:
    return isinstance(result, NoAnswer) and result.failure.passes and (result.retry_after_s or 0.0) <= LONGEST_PAUSE_S


def _pause_asked_for(result: Outcome) -> float:
    """Return the seconds a provider wants to be left alone, when it means more than a moment."""
    asked = result.retry_after_s or 0.0 if isinstance(result, NoAnswer) else 0.0
    return asked if asked >= LEAST_PAUSE_S else 0.0


def _wait_s(state: RetryCallState, jitter: random.Random) -> float:
    """Return seconds to wait: none where the lane keeps the pause the provider asked for, else exponential, half of it jitter.

    "Come back at once" (Retry-After: 0) is no pause: obeyed, it would use up all tries within a moment.
    """
    result: Outcome = state.outcome.result() if state.outcome else None
    if _pause_asked_for(result):
        return 0.0
    backoff: float = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2 ** (state.attempt_number - 1)) * (0.5 + jitter.random() / 2)
    return backoff
