"""The seam for other ways to ask (Ray, batch APIs), and the one in this process: lanes side by side, the jobs of a lane in turn."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Protocol

from benchharness.errors import BenchError, UsageError
from benchharness.runner.asking import Asking
from benchharness.runner.job import Job
from benchharness.runner.job_run import JobRun

__all__ = ["ENGINES", "Engine", "LocalEngine", "engine_of"]


class Engine(Protocol):
    """Ask jobs: exactly one row for each example and repeat, every answer in the store before its row is written."""

    async def ask_all(self, jobs: Sequence[Job], asking: Asking) -> bool:
        """Ask every job and return whether all was asked; raise the first BenchError of a provider."""
        ...


class LocalEngine:
    """Asks from this process's event loop."""

    async def ask_all(self, jobs: Sequence[Job], asking: Asking) -> bool:
        """Ask every job and return whether all was asked; raise the first BenchError of a provider."""
        lanes: dict[str, list[Job]] = {}
        for job in jobs:
            lanes.setdefault(job.provider.lane, []).append(job)
        try:
            async with asyncio.TaskGroup() as group:
                for lane in lanes.values():
                    group.create_task(_ask_lane(lane, asking))
        except BaseExceptionGroup as failures:
            raise _first(failures) from None
        if asking.failure is not None:
            raise asking.failure
        return not asking.stop.is_set()


# By name; each makes its engine when a run begins, and imports what it needs then.
ENGINES: dict[str, Callable[[], Engine]] = {"local": LocalEngine}


def engine_of(name: str) -> Engine:
    """Return the engine of that name; UsageError for one that isn't there."""
    if name not in ENGINES:
        raise UsageError(f"no engine is called {name!r}", hint=f"there are {', '.join(sorted(ENGINES))}")
    return ENGINES[name]()


async def _ask_lane(jobs: list[Job], asking: Asking) -> None:
    for job in jobs:
        if asking.stop.is_set():
            return
        await JobRun(job, asking.lane_of(job), asking).run()


def _first(failures: BaseExceptionGroup[BaseException]) -> BaseException:
    """Return the failure a person should hear of: ours before others."""
    leaves: list[BaseException] = []
    queue: list[BaseException] = [failures]
    while queue:
        each = queue.pop(0)
        if isinstance(each, BaseExceptionGroup):
            queue.extend(each.exceptions)
        else:
            leaves.append(each)
    return next((each for each in leaves if isinstance(each, BenchError)), leaves[0])
