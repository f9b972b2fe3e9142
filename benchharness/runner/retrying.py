"""Ask again when a failure is of a kind that passes; tenacity's one home."""

import asyncio
import contextlib
import random
from collections.abc import Awaitable, Callable

from tenacity import AsyncRetrying, RetryCallState, retry_if_result

from benchharness.records.answer import Answer, Failure, NoAnswer
from benchharness.records.request import Request

__all__ = ["ask_with_retries"]

FIRST_WAIT_S = 0.5
LONGEST_WAIT_S = 30.0
LONGEST_RETRY_AFTER_S = 120.0
# A provider has its own limit on a try; this much later the runner stops believing in it.
GRACE_S = 5.0


async def ask_with_retries(
    ask: Callable[[Request], Awaitable[Answer | NoAnswer]],
    request: Request,
    *,
    attempts: int,
    timeout_s: float,
    jitter: random.Random,
    stop: asyncio.Event,
) -> tuple[Answer | NoAnswer, int]:
    """Return the answer, or the last failure, and how many tries it took; once `stop` is set it neither waits nor tries again."""
    retrying = AsyncRetrying(
        retry=retry_if_result(_passes),
        stop=lambda state: state.attempt_number >= attempts or stop.is_set(),
        wait=lambda state: _wait_s(state, jitter),
        sleep=lambda seconds: _sleep(seconds, stop),
        retry_error_callback=lambda state: state.outcome.result() if state.outcome else None,
    )
    tries = 0
    last: Answer | NoAnswer | None = None

    async def once() -> Answer | NoAnswer:
        nonlocal tries, last
        # The stop may have come during the wait before this try.
        if last is None or not stop.is_set():
            tries += 1
            last = await _ask_within(timeout_s, ask, request)
        return last

    result: Answer | NoAnswer = await retrying(once)
    return result, tries


async def _ask_within(timeout_s: float, ask: Callable[[Request], Awaitable[Answer | NoAnswer]], request: Request) -> Answer | NoAnswer:
    try:
        async with asyncio.timeout(timeout_s + GRACE_S):
            return await ask(request)
    except TimeoutError:
        return NoAnswer(failure=Failure.TIMEOUT, message=f"no answer within {timeout_s:g} s")


async def _sleep(seconds: float, stop: asyncio.Event) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await stop.wait()


def _passes(result: Answer | NoAnswer) -> bool:
    # A provider that asks for a longer wait than anybody would sit through won't answer in this run.
    return isinstance(result, NoAnswer) and result.failure.passes and (result.retry_after_s or 0.0) <= LONGEST_RETRY_AFTER_S


def _wait_s(state: RetryCallState, jitter: random.Random) -> float:
    """Return seconds to wait: what the provider asks for, else exponential, half of it jitter."""
    backoff: float = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2 ** (state.attempt_number - 1)) * (0.5 + jitter.random() / 2)
    result: Answer | NoAnswer | None = state.outcome.result() if state.outcome else None
    if isinstance(result, NoAnswer) and result.retry_after_s is not None:
        # A little on top, so that a crowd told the same second doesn't come back in the same millisecond.
        return result.retry_after_s + jitter.random() * 0.25
    return backoff
