"""Ask one job: as many workers as its lane's window is wide, the store before and after every question."""

import asyncio
from collections import deque
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice

from benchharness.records.answer import Answer, Failure, NoAnswer
from benchharness.records.example import Example
from benchharness.records.request import Request
from benchharness.runner.asking import Asking
from benchharness.runner.budget import most_usd
from benchharness.runner.job import Job, Progress
from benchharness.runner.lane import Lane, Ticket
from benchharness.runner.naming import name_request
from benchharness.runner.overdue import Overdue
from benchharness.runner.retrying import Outcome, with_retries
from benchharness.runner.rows import answered_row, missing_row
from benchharness.runner.store import Origin, Stored

__all__ = ["JobRun"]

# Stored questions are looked up in growing lots, as nobody waits for them; what must be asked, as many as can be in flight.
LARGEST_LOT = 1000
# How often it's looked whether another run has answered what both need.
LOOK_AGAIN_S = 0.2
# A provider has its own limit on a try; this much later the runner stops believing in it.
GRACE_S = 5.0
# English text runs at 3.5 to 4.5 characters a token; 3.5 errs towards the larger count.
CHARACTERS_PER_TOKEN = 3.5
# After these a provider may have answered, and charged, although nobody heard it.
PERHAPS_CHARGED = frozenset({Failure.TIMEOUT, Failure.MALFORMED, Failure.UNREACHABLE})


@dataclass(frozen=True, slots=True)
class Question:
    """One example of a job, filled and named."""

    example: Example
    repeat: int
    request: Request
    key: str
    text: str


@dataclass(slots=True)
class _Pending:
    """A question that must be asked, and those with the very same words."""

    question: Question
    twins: list[Question] = field(default_factory=list)
    tries: int = 0


class JobRun:
    """The run of one job on its lane."""

    def __init__(self, job: Job, lane: Lane, asking: Asking) -> None:
        self._job = job
        self._lane = lane
        self._asking = asking
        self._questions = self._all_questions()
        self._lot = 1
        self._ready: deque[_Pending] = deque()
        self._open: dict[str, _Pending] = {}
        self._settled: list[str] = []
        self._elsewhere: list[_Pending] = []
        self._workers = 0
        self._exhausted = False
        own = job.provider.max_concurrent
        lane.window.fit(job.max_concurrent if own is None else min(own, job.max_concurrent))
        self._progress = asking.progress_of(job)
        self._overdue = Overdue(job.timeout_s + GRACE_S)

    async def run(self) -> None:
        """Ask every question the store can't answer, and write a row for each."""
        self._progress.began = self._progress.began or asyncio.get_running_loop().time()
        with self._overdue.watched():
            async with asyncio.TaskGroup() as group:
                self._staff(group)
        if self._asking.claims is not None and self._settled:
            self._asking.claims.release(self._settled)
        self._progress.in_flight = 0
        self._progress.ended = asyncio.get_running_loop().time()

    def _staff(self, group: asyncio.TaskGroup) -> None:
        while self._workers < self._lane.window.size and not self._exhausted:
            self._workers += 1
            group.create_task(self._work(group))

    async def _work(self, group: asyncio.TaskGroup) -> None:
        window = self._lane.window
        try:
            while (pending := await self._next()) is not None:
                await self._ask(pending)
                if self._workers < window.size:
                    self._staff(group)
                elif self._workers > window.size:
                    return
        finally:
            self._workers -= 1

    async def _next(self) -> _Pending | None:
        """Return the next question that must be asked; None when there is none or the run is to stop."""
        while not self._asking.stop.is_set():
            if self._ready:
                return self._ready.popleft()
            if not self._exhausted:
                self._look_up()
                # A run answered from the store alone must still let a signal in.
                await asyncio.sleep(0)
            elif self._elsewhere:
                await asyncio.sleep(LOOK_AGAIN_S)
                self._look_elsewhere()
            else:
                return None
        return None

    def _look_up(self) -> None:
        """Take the next lot: write the rows of what is stored, and line up the rest."""
        lot = list(islice(self._questions, self._lot))
        self._exhausted = len(lot) < self._lot
        stored = self._asking.store.find([question.key for question in lot])
        unknown = [question.key for question in lot if question.key not in stored]
        mine = self._claim(unknown) if unknown else ()
        if self._asking.claims is not None:
            # Another run may have answered, and given back, between the look and the claim.
            stored |= self._asking.store.find(unknown)
        for question in lot:
            found = stored.get(question.key)
            if found is not None:
                self._answered(question, found, cached=True)
            elif question.key in self._open:
                # The same words twice in one golden set are one request: wait for its answer instead of paying again.
                self._open[question.key].twins.append(question)
            else:
                self._open[question.key] = pending = _Pending(question)
                (self._ready if question.key in mine else self._elsewhere).append(pending)
        self._lot = min(LARGEST_LOT, self._lot * 4) if not self._ready else self._lane.window.size

    def _look_elsewhere(self) -> None:
        """Take the answers that another run got meanwhile, and the questions that it gave back."""
        waiting, self._elsewhere = self._elsewhere, []
        keys = [each.question.key for each in waiting]
        mine = self._claim(keys)
        stored = self._asking.store.find(keys)
        for each in waiting:
            found = stored.get(each.question.key)
            if found is not None:
                del self._open[each.question.key]
                for question in (each.question, *each.twins):
                    self._answered(question, found, cached=True)
            else:
                (self._ready if each.question.key in mine else self._elsewhere).append(each)

    def _claim(self, keys: list[str]) -> Collection[str]:
        """Return those that this run may ask; give back what it has answered."""
        if self._asking.claims is None:
            return keys
        done, self._settled = self._settled, []
        return self._asking.claims.claim(keys, done)

    def _all_questions(self) -> Iterator[Question]:
        job = self._job
        for example in job.examples:
            for repeat in range(job.repeat):
                request = job.build(example, repeat)
                named = name_request(job.provider.wire(request), repeat)
                yield Question(example, repeat, request, named.key, named.text)

    async def _ask(self, pending: _Pending) -> None:
        question, asking = pending.question, self._asking
        result: Outcome = asking.ended_for(self._job) or self._lane.ended
        tries = 0
        asked_at = _now()
        if result is None:
            result, tries, waited = await with_retries(
                lambda: self._try(pending), attempts=self._job.attempts, jitter=self._lane.jitter, over=asking.over
            )
            self._note(result, pending.tries, waited)
        if result is None:
            # Stopped before it was asked: it has no row, and the next run asks it.
            return
        if isinstance(result, Answer):
            stored = Stored(answer=result, asked_at=asked_at, attempts=tries)
            origin = Origin(provider=self._job.provider.name, model=self._job.model, request=question.text)
            await asking.store.keep_soon(question.key, stored, origin)
            self._close(question.key)
            self._answered(question, stored, cached=False)
            for twin in pending.twins:
                self._answered(twin, stored, cached=True)
        else:
            if result.failure.ends_provider:
                asking.end(self._job, result)
            self._close(question.key)
            for each in (question, *pending.twins):
                self._missing(each, result, tries=tries)

    def _close(self, key: str) -> None:
        del self._open[key]
        if self._asking.claims is not None:
            self._settled.append(key)

    def _note(self, result: Outcome, tries: int, waited_s: float) -> None:
        progress = self._progress
        progress.backoff_s += waited_s
        progress.retried += max(0, tries - 1)
        progress.asked += tries > 0
        progress.answered += isinstance(result, Answer)

    async def _try(self, pending: _Pending) -> Outcome:
        """Make one try: reserve money, wait for the lane, ask, settle both."""
        job, lane, asking, request = self._job, self._lane, self._asking, pending.question.request
        if asking.halted is not None:
            return asking.halted
        usd = 0.0
        if asking.ledger.limited and (price := job.provider.price()) is not None:
            usd = most_usd(request, price)
            if not await asking.ledger.reserve(job.candidate, usd):
                return asking.out_of_money(job, usd)
        ticket = await lane.admit(_tokens(request) if lane.pace.limited else 0.0, asking.over)
        if ticket is None:
            asking.ledger.settle(job.candidate, usd, 0.0)
            return None if asking.stop.is_set() else asking.ended_for(job) or lane.ended
        pending.tries += 1
        return await self._send(request, ticket, usd, first=pending.tries == 1)

    async def _send(self, request: Request, ticket: Ticket, usd: float, *, first: bool) -> Answer | NoAnswer:
        job, lane = self._job, self._lane
        clock = asyncio.get_running_loop().time
        task = asyncio.current_task()
        assert task is not None
        began = clock()
        self._overdue.begin(task, began)
        try:
            result = await job.provider.answer(request)
        except asyncio.CancelledError:
            if not self._overdue.end(task):
                self._broken_off(ticket, usd)
                raise
            result = NoAnswer(failure=Failure.TIMEOUT, message=f"no answer within {job.timeout_s:g} s")
        except BaseException:
            self._overdue.end(task)
            self._broken_off(ticket, usd)
            raise
        else:
            self._overdue.end(task)
        self._progress.asked_s += clock() - began
        lane.settle(ticket, result, job.provider.limits(), first=first)
        self._asking.ledger.settle(job.candidate, usd, _spent(result, usd))
        return result

    def _broken_off(self, ticket: Ticket, usd: float) -> None:
        self._lane.withdraw(ticket)
        self._asking.ledger.settle(self._job.candidate, usd, usd)

    def _answered(self, question: Question, stored: Stored, *, cached: bool) -> None:
        row = answered_row(self._job, question.example, question.repeat, stored, cached=cached)
        progress = self._progress
        progress.stored += cached
        progress.matched += bool(row.matched)
        progress.missing += row.score is None
        if not cached:
            progress.cost_usd += row.cost_usd or 0.0
        self._asking.write(row)
        self._tell(progress)

    def _missing(self, question: Question, failure: NoAnswer, *, tries: int) -> None:
        self._progress.missing += 1
        self._progress.failures[failure.failure.value] += 1
        self._asking.write(missing_row(self._job, question.example, question.repeat, failure, attempts=tries))
        self._tell(self._progress)

    def _tell(self, progress: Progress) -> None:
        lane = self._lane
        progress.done += 1
        progress.in_flight, progress.window, progress.throttled = lane.in_flight, lane.window.size, lane.throttled
        self._asking.tell(progress)


def _tokens(request: Request) -> float:
    """Return the tokens a request may take: its words, estimated, and all of max_tokens, which providers reserve."""
    return sum(len(each.content) for each in request.messages) / CHARACTERS_PER_TOKEN + request.parameters.max_tokens


def _spent(result: Answer | NoAnswer, reserved: float) -> float:
    """Return what a try cost, or may have cost where nobody can know."""
    if isinstance(result, Answer):
        return reserved if result.cost_usd is None else result.cost_usd
    return reserved if result.failure in PERHAPS_CHARGED else 0.0


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
