"""Break off tries that take far too long: one look now and then at all of them, where a timer for each costs a tenth of asking."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

__all__ = ["Overdue"]

# How exact it is: a second, and for short limits a quarter of them.
LOOK_EVERY_S = 1.0


class Overdue:
    """The tries on their way, the oldest first, and a limit in seconds that none of them may pass by much."""

    def __init__(self, limit_s: float) -> None:
        self._limit_s = limit_s
        self._began: dict[asyncio.Task[Any], float] = {}
        self._broken_off: set[asyncio.Task[Any]] = set()

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Watch while the block runs, in a running loop."""
        task = asyncio.create_task(self._watch())
        try:
            yield
        finally:
            task.cancel()

    def begin(self, task: asyncio.Task[Any], now: float) -> None:
        """Take note that a task begins a try; a task makes one at a time."""
        self._began[task] = now

    def end(self, task: asyncio.Task[Any]) -> bool:
        """Take note that it's over, however it ended, and return whether it was broken off here and by nobody else."""
        del self._began[task]
        if task not in self._broken_off:
            return False
        self._broken_off.discard(task)
        return task.uncancel() == 0

    async def _watch(self) -> None:
        clock = asyncio.get_running_loop().time
        while True:
            await asyncio.sleep(min(LOOK_EVERY_S, self._limit_s / 4))
            now = clock()
            for task, began in self._began.items():
                if now - began < self._limit_s:
                    break
                if task not in self._broken_off:
                    self._broken_off.add(task)
                    task.cancel()
