"""Ask all jobs until done or told to stop, and let every provider go."""

import asyncio
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from benchharness.pipeline.jobs import Cast
from benchharness.pipeline.setting_up import Loaded
from benchharness.pipeline.stopping import Monitor
from benchharness.records.answer import AnswerStatus
from benchharness.records.row import Row
from benchharness.runner.asking import Asking
from benchharness.runner.engine import Engine, LocalEngine
from benchharness.runner.event_loop import run_in_loop
from benchharness.runner.job import Job, Progress
from benchharness.runner.journal import Journal
from benchharness.runner.store import ResponseStore

# Progress and Job are shown by screens, which know the pipeline only.
__all__ = ["Asked", "Job", "Listener", "Progress", "ask"]


@dataclass(slots=True, kw_only=True)
class Listener:
    """How a screen hears of a run."""

    starts: Callable[[Loaded, Sequence[Job], Cast], None] = lambda _loaded, _jobs, _cast: None
    """Before the first question; may raise to call the run off."""
    progress: Callable[[Progress], None] = lambda _progress: None
    """After every row."""
    stopping: Callable[[], None] = lambda: None
    """When a signal asks to stop."""


@dataclass(slots=True, kw_only=True)
class Asked:
    """How the asking ended."""

    signal: int | None = None
    """The signal that stopped it; None when all was asked."""
    first_failure: str = ""
    """The first reason a question had no answer."""


def ask(jobs: Sequence[Job], cast: Cast, store: ResponseStore, journal: Journal, *, seed: int, hears: Listener, monitor: Monitor) -> Asked:
    """Ask all jobs, block after block, until done or the monitor stops them.

    A first signal finishes what is in flight and keeps it, a second one ends at once.
    """
    asked = Asked()

    def write(row: Row) -> None:
        journal.write(row)
        monitor.hears(row)
        if row.status is AnswerStatus.ERROR and not asked.first_failure:
            asked.first_failure = f"{row.candidate}: {row.error}"

    async def everything() -> None:
        stop = asyncio.Event()
        _on_signals(stop, asked, hears.stopping)
        asking = Asking(store=store, write=write, seed=seed, stop=stop, tell=hears.progress)
        asking.progress.update(
            {(job.candidate, job.prompt): Progress(candidate=job.candidate, prompt=job.prompt, total=job.total) for job in jobs}
        )
        try:
            await _in_blocks(LocalEngine(), jobs, asking, monitor)
        finally:
            await cast.close()

    try:
        run_in_loop(everything())
    except (asyncio.CancelledError, KeyboardInterrupt):
        asked.signal = asked.signal or signal.SIGINT
    return asked


async def _in_blocks(engine: Engine, jobs: Sequence[Job], asking: Asking, monitor: Monitor) -> None:
    begin = 0
    for end in monitor.ends:
        live = [replace(job, examples=job.examples[begin:end]) for at, job in enumerate(jobs) if at not in monitor.stopped]
        if not live or not await engine.ask_all(live, asking):
            return
        for at in monitor.look(end):
            progress = asking.progress[jobs[at].candidate, jobs[at].prompt]
            progress.total = progress.done
            asking.tell(progress)
        begin = end


def _on_signals(stop: asyncio.Event, asked: Asked, tell: Callable[[], None]) -> None:
    loop = asyncio.get_running_loop()
    task = asyncio.current_task()

    def heard(number: int) -> None:
        if asked.signal is not None and task is not None:
            task.cancel()
        asked.signal = number
        stop.set()
        tell()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, heard, number)
