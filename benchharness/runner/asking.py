"""Ask all jobs: lanes side by side, workers within a job, the store before and after every question."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice

from benchharness.errors import BenchError
from benchharness.records.answer import Answer, NoAnswer
from benchharness.records.example import Example
from benchharness.records.request import Request
from benchharness.records.row import Row
from benchharness.runner.job import Job, Progress
from benchharness.runner.retrying import ask_with_retries
from benchharness.runner.rows import answered_row, missing_row
from benchharness.runner.store import ResponseStore, Stored, request_key

__all__ = ["Asking", "ask_all"]

# Questions looked up in the store at once: few enough to hold in memory, many enough to make the look-up cheap.
CHUNK = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One example of a job, filled and named."""

    example: Example
    repeat: int
    request: Request
    key: str


@dataclass(slots=True, kw_only=True)
class Asking:
    """What a run of questions needs from outside, and how it is told to stop."""

    store: ResponseStore
    """Where answers are looked up and kept."""
    write: Callable[[Row], None]
    """Takes every row as soon as it's made."""
    seed: int
    """For the jitter of waits."""
    stop: asyncio.Event
    """Once set, nothing new is asked; what is in flight is finished and kept."""
    tell: Callable[[Progress], None] = lambda _progress: None
    """Hears of every row."""
    progress: dict[tuple[str, str], Progress] = field(default_factory=dict)
    """How far each candidate and prompt is; kept over the blocks of a run."""
    ended: dict[int, NoAnswer] = field(default_factory=dict)
    """Providers that ended, by identity, and what ended them; kept over the blocks of a run."""


async def ask_all(jobs: Sequence[Job], asking: Asking) -> bool:
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
    return not asking.stop.is_set()


async def _ask_lane(jobs: list[Job], asking: Asking) -> None:
    ended = asking.ended
    for job in jobs:
        if asking.stop.is_set():
            return
        # A provider serves one candidate with all its prompts: a refused key ends them all.
        run = _JobRun(job, asking, ended.get(id(job.provider)))
        await run.run()
        if run.ended is not None:
            ended[id(job.provider)] = run.ended


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


class _JobRun:
    """The run of one job."""

    def __init__(self, job: Job, asking: Asking, ended: NoAnswer | None) -> None:
        self._job = job
        self._asking = asking
        self._jitter = random.Random(asking.seed)  # noqa: S311 - spreads waits, no secret
        self.ended = ended
        self._in_flight: dict[str, asyncio.Future[Stored | NoAnswer]] = {}
        fresh = Progress(candidate=job.candidate, prompt=job.prompt, total=job.total)
        self._progress = asking.progress.setdefault((job.candidate, job.prompt), fresh)

    async def run(self) -> None:
        own = self._job.provider.max_concurrent
        workers = self._job.max_concurrent if own is None else min(own, self._job.max_concurrent)
        queue: asyncio.Queue[Question | None] = asyncio.Queue(maxsize=workers * 2)
        async with asyncio.TaskGroup() as group:
            for _ in range(workers):
                group.create_task(self._work(queue))
            async for question in self._unanswered():
                await queue.put(question)
            for _ in range(workers):
                await queue.put(None)

    async def _unanswered(self) -> AsyncIterator[Question]:
        """Yield the questions the store can't answer; write the rows of those it can."""
        questions = self._questions()
        while not self._asking.stop.is_set() and (chunk := list(islice(questions, CHUNK))):
            stored = self._asking.store.find(question.key for question in chunk)
            for question in chunk:
                found = stored.get(question.key)
                if found is None:
                    yield question
                else:
                    self._answered(question, found, cached=True)
            # A run answered from the store alone must still let a signal in.
            await asyncio.sleep(0)

    def _questions(self) -> Iterator[Question]:
        job = self._job
        for example in job.examples:
            for repeat in range(job.repeat):
                request = job.build(example, repeat)
                yield Question(example=example, repeat=repeat, request=request, key=request_key(job.provider.wire(request), repeat))

    async def _work(self, queue: asyncio.Queue[Question | None]) -> None:
        while (question := await queue.get()) is not None:
            if self.ended is not None:
                self._missing(question, self.ended, tries=0)
            elif not self._asking.stop.is_set():
                await self._ask(question)

    async def _ask(self, question: Question) -> None:
        if question.key in self._in_flight:
            # The same words twice in one golden set are one request: wait for its answer instead of paying again.
            self._settle(question, await asyncio.shield(self._in_flight[question.key]), tries=1, twin=True)
            return
        kept = self._asking.store.find([question.key]).get(question.key)
        if kept is not None:
            # A twin landed, or another process answered, since the chunk was looked up.
            self._settle(question, kept, tries=kept.attempts, twin=True)
            return
        asked_at = _now()
        async with self._flight(question.key) as landed:
            result, tries = await ask_with_retries(
                self._job.provider.answer,
                question.request,
                attempts=self._job.attempts,
                timeout_s=self._job.timeout_s,
                jitter=self._jitter,
                stop=self._asking.stop,
            )
            outcome: Stored | NoAnswer
            if isinstance(result, Answer):
                outcome = Stored(answer=result, asked_at=asked_at, attempts=tries)
                self._asking.store.keep(question.key, outcome)
            else:
                outcome = result
            landed.set_result(outcome)
        self._settle(question, outcome, tries=tries, twin=False)

    @asynccontextmanager
    async def _flight(self, key: str) -> AsyncIterator[asyncio.Future[Stored | NoAnswer]]:
        landed: asyncio.Future[Stored | NoAnswer] = asyncio.get_running_loop().create_future()
        self._in_flight[key] = landed
        try:
            yield landed
        finally:
            del self._in_flight[key]
            landed.cancel()

    def _settle(self, question: Question, outcome: Stored | NoAnswer, *, tries: int, twin: bool) -> None:
        self._progress.retried += 0 if twin else tries - 1
        if isinstance(outcome, NoAnswer):
            if outcome.failure.ends_provider:
                self.ended = outcome
            self._missing(question, outcome, tries=tries)
        else:
            self._answered(question, outcome, cached=twin)

    def _answered(self, question: Question, stored: Stored, *, cached: bool) -> None:
        row = answered_row(self._job, question.example, question.repeat, stored, cached=cached)
        self._progress.stored += cached
        self._progress.matched += bool(row.matched)
        self._progress.missing += row.score is None
        if not cached:
            self._progress.cost_usd += row.cost_usd or 0.0
        self._write(row)

    def _missing(self, question: Question, failure: NoAnswer, *, tries: int) -> None:
        self._progress.missing += 1
        self._progress.last_failure = failure.failure.value
        self._write(missing_row(self._job, question.example, question.repeat, failure, attempts=tries))

    def _write(self, row: Row) -> None:
        self._progress.done += 1
        self._asking.write(row)
        self._asking.tell(self._progress)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
