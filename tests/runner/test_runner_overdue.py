"""Tries that take far too long are broken off, and nobody else."""

import asyncio

import pytest

from benchharness.runner.overdue import Overdue


async def one_try(overdue: Overdue, seconds: float) -> str:
    task = asyncio.current_task()
    assert task is not None
    overdue.begin(task, asyncio.get_running_loop().time())
    try:
        await asyncio.sleep(seconds)
    except asyncio.CancelledError:
        if not overdue.end(task):
            raise
        return "broken off"
    overdue.end(task)
    return "done"


def test_only_what_takes_too_long_is_broken_off_and_its_task_goes_on() -> None:
    async def go() -> list[list[str]]:
        overdue = Overdue(0.08)

        async def worker(*seconds: float) -> list[str]:
            return [await one_try(overdue, each) for each in seconds]

        with overdue.watched():
            return list(await asyncio.gather(worker(0.01, 60, 0.01), worker(0.01, 0.01, 60, 60), worker(0.02)))

    assert asyncio.run(go()) == [["done", "broken off", "done"], ["done", "done", "broken off", "broken off"], ["done"]]


def test_what_somebody_else_cancels_stays_cancelled() -> None:
    async def go() -> None:
        overdue = Overdue(60)
        with overdue.watched():
            task = asyncio.create_task(one_try(overdue, 60))
            await asyncio.sleep(0.01)
            task.cancel()
            await task

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(go())
