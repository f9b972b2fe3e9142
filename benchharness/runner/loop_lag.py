"""How late this process hears of things: what it adds to every latency it measures."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

__all__ = ["LoopLag"]

EVERY_S = 0.02
# Bounds of the histogram's bins in seconds, a quarter more each: constant memory, and a percentile within a quarter.
LEAST_S, GROWTH, BINS = 0.0005, 1.25, 60


class LoopLag:
    """Sleeps for 20 ms again and again, and counts by how much each sleep was too long."""

    def __init__(self) -> None:
        self._bins = [0] * BINS

    @asynccontextmanager
    async def watched(self) -> AsyncIterator[None]:
        """Watch while the block runs."""
        task = asyncio.create_task(self._watch())
        try:
            yield
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def _watch(self) -> None:
        clock = asyncio.get_running_loop().time
        while True:
            began = clock()
            await asyncio.sleep(EVERY_S)
            self.note(clock() - began - EVERY_S)

    def note(self, late_s: float) -> None:
        """Count one lateness, in seconds."""
        bound, at = LEAST_S, 0
        while late_s > bound and at < BINS - 1:
            bound, at = bound * GROWTH, at + 1
        self._bins[at] += 1

    def percentile(self, share: float) -> float | None:
        """Return the lateness in seconds that so large a share stays within, rounded up to its bin; None before the first look."""
        total, seen = sum(self._bins), 0
        for at, count in enumerate(self._bins):
            seen += count
            if total and seen >= share * total:
                return float(LEAST_S * GROWTH**at)
        return None
