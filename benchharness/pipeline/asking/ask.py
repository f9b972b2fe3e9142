"""Ask all jobs until done or told to stop, and let every provider go."""

import asyncio
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from benchharness.pipeline.asking.composites import composite_rows
from benchharness.pipeline.asking.jobs import Cast
from benchharness.pipeline.asking.stopping import Monitor
from benchharness.pipeline.loading.suite import Loaded
from benchharness.records.answer import AnswerStatus, Failure, NoAnswer
from benchharness.records.asking_facts import AskingFacts
from benchharness.records.row import Row
from benchharness.runner.asking import Asking
from benchharness.runner.budget import Ledger
from benchharness.runner.claims import Claims
from benchharness.runner.engine import Engine, LocalEngine
from benchharness.runner.event_loop import run_in_loop
from benchharness.runner.job import Job, Progress
from benchharness.runner.journal import Journal
from benchharness.runner.loop_lag import LoopLag
from benchharness.runner.pace import Pace
from benchharness.runner.reckoning import asking_facts
from benchharness.runner.store import ResponseStore

# Progress and Job are shown by screens, which know the pipeline only.
__all__ = ["Asked", "Job", "Limit", "Listener", "Progress", "ask"]

# Under a budget the candidates are asked in turn, a twentieth of the examples at a time: what is left out is left out for all.
BLOCKS_UNDER_BUDGET, LEAST_IN_BLOCK = 20, 20


@dataclass(slots=True, kw_only=True)
class Listener:
    """How a screen hears of a run."""

    starts: Callable[[Loaded, Sequence[Job], Cast], None] = lambda _loaded, _jobs, _cast: None
    """Before the first question; may raise to call the run off."""
    progress: Callable[[Progress], None] = lambda _progress: None
    """After every row."""
    stopping: Callable[[], None] = lambda: None
    """When a signal asks to stop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """What a run may take."""

    ledger: Ledger
    """Dollars."""
    seed: int = 0
    """The suite's; it spreads waits."""
    run_timeout_s: float | None = None
    """Seconds."""
    paces: dict[str, Pace] = field(default_factory=dict)
    """How fast each key and endpoint may be asked, by a latency probe and by the run together."""


@dataclass(slots=True, kw_only=True)
class Asked:
    """How the asking ended."""

    signal: int | None = None
    """The signal that stopped it; None when all was asked."""
    first_failure: str = ""
    """The first reason a question had no answer."""
    facts: AskingFacts | None = None
    """What it took; None when it was broken off."""


def ask(
    jobs: Sequence[Job],
    cast: Cast,
    store: ResponseStore,
    journal: Journal,
    *,
    hears: Listener,
    monitor: Monitor,
    limit: Limit,
    engine: Engine | None = None,
) -> Asked:
    """Ask all jobs, block after block, until done or the monitor stops them; at a limit the rest has rows that say so.

    Without an engine it's this process that asks. What is made of others' answers is filled in at the end.

    A first signal finishes what is in flight and keeps it, a second one ends at once.
    """
    asked = Asked()
    asks = engine or LocalEngine()

    def write(row: Row) -> None:
        journal.write(row)
        monitor.hears(row)
        if row.status is AnswerStatus.ERROR and not asked.first_failure:
            asked.first_failure = f"{row.candidate}: {row.error}"

    async def everything() -> None:
        stop = asyncio.Event()
        _on_signals(stop, asked, hears.stopping)
        asking = Asking(
            store=store, write=write, seed=limit.seed, stop=stop, tell=hears.progress, claims=claims, ledger=limit.ledger, paces=limit.paces
        )
        for job in jobs:
            asking.progress_of(job)
        _in_time(asking, limit.run_timeout_s)
        lag = LoopLag()
        try:
            async with lag.watched():
                await _in_blocks(asks, jobs, asking, monitor)
            asked.facts = asking_facts(asking, lag)
        finally:
            await cast.close()

    try:
        with Claims(store.path.parent) as claims:
            run_in_loop(everything())
    except (asyncio.CancelledError, KeyboardInterrupt):
        asked.signal = asked.signal or signal.SIGINT
    if asked.signal is None:
        for row in composite_rows(cast.composites, journal.path):
            journal.write(row)
    return asked


async def _in_blocks(engine: Engine, jobs: Sequence[Job], asking: Asking, monitor: Monitor) -> None:
    if await _asked_in_blocks(engine, jobs, asking, monitor) and asking.halted is None:
        stopped = dict(monitor.stopped)
        rest = [replace(jobs[at], examples=jobs[at].examples[stopped[at] :]) for at in sorted(monitor.reopened())]
        for job in rest:
            progress = asking.progress[job.candidate, job.prompt]
            progress.total = progress.done + len(job.examples) * job.repeat
        if rest:
            await engine.ask_all(rest, asking)


async def _asked_in_blocks(engine: Engine, jobs: Sequence[Job], asking: Asking, monitor: Monitor) -> bool:
    """Ask block after block; tell whether nothing broke it off."""
    begin = 0
    for end in _ends(monitor, limited=asking.ledger.limited):
        live = [replace(job, examples=job.examples[begin:end]) for at, job in enumerate(jobs) if at not in monitor.stopped]
        if not live:
            return True
        if not await engine.ask_all(live, asking):
            return False
        # What was left unasked for want of money or time is no look at the data.
        for at in monitor.look(end) if end in monitor.ends and asking.halted is None else ():
            progress = asking.progress[jobs[at].candidate, jobs[at].prompt]
            progress.total = progress.done
            asking.tell(progress)
        begin = end
    return True


def _ends(monitor: Monitor, *, limited: bool) -> list[int]:
    """Return where each block of examples ends."""
    if not limited:
        return monitor.ends
    size = max(LEAST_IN_BLOCK, monitor.planned // BLOCKS_UNDER_BUDGET)
    return sorted({*monitor.ends, *range(size, monitor.planned, size)})


def _in_time(asking: Asking, seconds: float | None) -> None:
    """Stop asking after so many seconds; what is in flight is finished and kept."""
    if seconds is None:
        return

    def halt() -> None:
        why = NoAnswer(failure=Failure.TIME_LIMIT, message=f"not asked: the run's {seconds:g} s were over")
        asking.halted = asking.halted or why

    asyncio.get_running_loop().call_later(seconds, halt)


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
