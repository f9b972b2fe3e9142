"""Measure latency truly: one question at a time, warm, the cold start apart; a busy client makes any server look slow."""

import asyncio
import time
from itertools import islice

from benchharness.interfaces import Streaming
from benchharness.records.answer import Answer, Failure, NoAnswer
from benchharness.records.latency_probe import LatencyProbe
from benchharness.records.request import Request
from benchharness.runner.budget import Ledger, most_usd, spent
from benchharness.runner.job import Job
from benchharness.runner.pace import Pace, tokens_of

__all__ = ["probe", "probe_questions"]

# A provider that fails so often in a row would fail the rest as well.
MOST_FAILURES = 3
# A streamed question for every so many plain ones: each is paid for.
ONE_STREAMED_OF, LEAST_STREAMED = 4, 3


def probe_questions(job: Job, count: int) -> list[Request]:
    """Return what a probe asks: one cold question, `count` warm ones and some to stream, as far as there are examples.

    No example is asked twice: a provider's prompt cache would answer it faster than a fresh one.
    """
    streamed = max(LEAST_STREAMED, count // ONE_STREAMED_OF) if isinstance(job.provider, Streaming) else 0
    return [job.build(example, 0) for example in islice(job.examples, count + 1 + streamed)]


async def probe(job: Job, count: int, ledger: Ledger, pace: Pace) -> LatencyProbe:
    """Return what a fresh provider takes for `count` questions, asked one after another; nothing of it is stored or scored."""
    asker = _Asker(job, ledger, pace)
    questions = iter(probe_questions(job, count))
    began = time.perf_counter()
    cold = await asker.ask(next(questions))
    cold_s = time.perf_counter() - began if cold is not None else None
    warm = [took for request in islice(questions, count) if (took := await asker.ask(request)) is not None]
    streamed = [took for request in questions if (took := await asker.stream(request)) is not None]
    return LatencyProbe(
        candidate=job.candidate,
        prompt=job.prompt,
        cold_s=cold_s,
        warm_s=tuple(warm),
        first_token_s=tuple(streamed),
        failed=asker.failed,
    )


class _Asker:
    """Asks within time and money, and gives up on a provider that fails again and again."""

    def __init__(self, job: Job, ledger: Ledger, pace: Pace) -> None:
        self.failed = 0
        self._in_a_row = 0
        self._job = job
        self._ledger = ledger
        self._pace = pace

    async def ask(self, request: Request) -> float | None:
        """Return the seconds an answer took; None for none."""
        usd = await self._reserved(request)
        if usd is None:
            return None
        try:
            async with asyncio.timeout(self._job.timeout_s):
                result = await self._job.provider.answer(request)
        except TimeoutError:
            result = NoAnswer(failure=Failure.TIMEOUT, message="")
        self._ledger.settle(self._job.candidate, usd, spent(result, usd))
        return self._noted(result.latency_s if isinstance(result, Answer) else None, answered=isinstance(result, Answer))

    async def stream(self, request: Request) -> float | None:
        """Return the seconds to the first words of an answer; None for none."""
        provider = self._job.provider
        if not isinstance(provider, Streaming) or (usd := await self._reserved(request)) is None:
            return None
        try:
            async with asyncio.timeout(self._job.timeout_s):
                took = await provider.first_token_s(request)
        except TimeoutError:
            took = None
        self._ledger.settle(self._job.candidate, usd, usd)
        return self._noted(took, answered=took is not None)

    async def _reserved(self, request: Request) -> float | None:
        if self._in_a_row >= MOST_FAILURES:
            return None
        price = self._job.provider.price()
        usd = most_usd(request, price) if price is not None else 0.0
        if not await self._ledger.reserve(self._job.candidate, usd):
            return None
        clock, tokens = asyncio.get_running_loop().time, tokens_of(request)
        while (wait := self._pace.wait_s(tokens, clock())) > 0:  # noqa: ASYNC110 - the clock alone ends it
            await asyncio.sleep(wait)
        self._pace.reserve(tokens, clock())
        return usd

    def _noted(self, took: float | None, *, answered: bool) -> float | None:
        self.failed += not answered
        self._in_a_row = 0 if answered else self._in_a_row + 1
        return took
