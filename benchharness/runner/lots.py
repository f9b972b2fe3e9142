"""Questions that are ready at the same time go to a provider in one lot, where it takes many at once."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from benchharness.interfaces import BatchProvider
from benchharness.records.answer import Answer, Failure, NoAnswer
from benchharness.records.request import Request

__all__ = ["Lots"]

# A lot goes as soon as it's full, or when nobody has joined it for so long.
LINGER_S = 0.05


@dataclass(slots=True)
class _Waiting:
    """A question, and whom its result wakes."""

    request: Request
    result: "asyncio.Future[Answer | NoAnswer]"


class Lots:
    """Asks one question for each caller, many of them in one go.

    So each question keeps its own try, its own money and its own row: a lot is a way to send, and nothing else knows of it.
    """

    def __init__(self, provider: BatchProvider) -> None:
        self._provider = provider
        self._waiting: list[_Waiting] = []
        self._timer: asyncio.TimerHandle | None = None
        self._sent: set[asyncio.Task[None]] = set()

    async def answer(self, request: Request) -> Answer | NoAnswer:
        """Ask within the next lot; an error of the whole lot is everybody's whose result hadn't come."""
        loop = asyncio.get_running_loop()
        mine = _Waiting(request, loop.create_future())
        self._waiting.append(mine)
        if self._timer is not None:
            self._timer.cancel()
        if len(self._waiting) >= self._provider.most_at_once:
            self._send()
        else:
            self._timer = loop.call_later(LINGER_S, self._send)
        return await mine.result

    def cancel(self) -> None:
        """Break off what is on its way."""
        if self._timer is not None:
            self._timer.cancel()
        for task in self._sent:
            task.cancel()

    def _send(self) -> None:
        # Whoever gave up meanwhile isn't asked for.
        lot, self._waiting = [each for each in self._waiting if not each.result.done()], []
        self._timer = None
        if lot:
            task = asyncio.get_running_loop().create_task(self._ask(lot))
            self._sent.add(task)
            task.add_done_callback(self._sent.discard)

    async def _ask(self, lot: Sequence[_Waiting]) -> None:
        try:
            async for at, result in self._provider.answer_many([each.request for each in lot]):
                if not lot[at].result.done():
                    lot[at].result.set_result(result)
        except Exception as error:  # noqa: BLE001 - raised again where each question is asked
            for each in lot:
                if not each.result.done():
                    each.result.set_exception(error)
        finally:
            for each in lot:
                if not each.result.done():
                    each.result.set_result(NoAnswer(failure=Failure.MALFORMED, message="the lot ended without a result for it"))
