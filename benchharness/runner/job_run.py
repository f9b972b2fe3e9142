"""Ask one job: as many workers as its lane's window is wide, the store before and after every question."""

import asyncio
from collections import deque
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice

from benchharness.interfaces import BatchProvider
from benchharness.records.answer import Answer, Failure, NoAnswer
from benchharness.records.example import Example
from benchharness.records.request import Request
from benchharness.runner.asking import Asking
from benchharness.runner.budget import most_usd, spent
from benchharness.runner.job import Job, Progress
from benchharness.runner.lane import Lane, Ticket
from benchharness.runner.lots import Lots
from benchharness.runner.naming import name_request
from benchharness.runner.overdue import Overdue
from benchharness.runner.pace import tokens_of
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
# Batch APIs answer within a day or two; a lot that takes longer than a week never comes.
LONGEST_LOT_S = 7 * 86_400.0


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
        self._looked_at = 0.0
        self._workers = 0
        self._exhausted = False
        self._lots = Lots(job.provider) if isinstance(job.provider, BatchProvider) else None
        own = job.provider.max_concurrent
        lane.window.fit(job.max_concurrent if own is None else min(own, job.max_concurrent))
        if isinstance(job.provider, BatchProvider):
            # Nobody waits for a lot's fellows: it's as wide as it may be from the first.
            lane.window.open(min(job.provider.most_at_once, job.total))
        self._progress = asking.progress_of(job)
        self._overdue = Overdue(LONGEST_LOT_S if self._lots is not None else job.timeout_s + GRACE_S)

    async def run(self) -> None:
        """Ask every question the store can't answer, and write a row for each."""
        self._progress.began = self._progress.began or asyncio.get_running_loop().time()
        with self._overdue.watched():
            try:
                async with asyncio.TaskGroup() as group:
                    self._staff(group)
            finally:
                if self._lots is not None:
                    self._lots.cancel()
        if self._asking.claims is not None and self._settled:
            self._asking.claims.release(self._settled)
        self._progress.in_flight = 0
        self._progress.ended = asyncio.get_running_loop().time()

    def _staff(self, group: asyncio.TaskGroup) -> None:
        while self._workers < self._lane.window.size and (self._ready or not self._exhausted):
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
        except Exception as error:  # noqa: BLE001 - raised again once what's in flight, and paid, is kept
            self._asking.fail(error)
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
                await self._look_elsewhere()
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
                self._let_go(question.key)
                self._answered(question, found, cached=True)
            elif question.key in self._open:
                # The same words twice in one golden set are one request: wait for its answer instead of paying again.
                self._open[question.key].twins.append(question)
            else:
                self._open[question.key] = pending = _Pending(question)
                (self._ready if question.key in mine else self._elsewhere).append(pending)
        self._lot = min(LARGEST_LOT, self._lot * 4) if not self._ready else self._lane.window.size

    async def _look_elsewhere(self) -> None:
        """Take the answers that another run got meanwhile, and the questions that it gave back."""
        clock = asyncio.get_running_loop().time
        # A job that asks nothing more doesn't wait for others either; and of many workers one looks.
        if self._why_ended() is None:
            await asyncio.sleep(LOOK_AGAIN_S)
            if clock() - self._looked_at < LOOK_AGAIN_S:
                return
        self._looked_at = clock()
        waiting, self._elsewhere = self._elsewhere, []
        keys = [each.question.key for each in waiting]
        mine = self._claim(keys)
        stored = self._asking.store.find(keys)
        for each in waiting:
            found = stored.get(each.question.key)
            if found is not None:
                self._close(each.question.key)
                for question in (each.question, *each.twins):
                    self._answered(question, found, cached=True)
            else:
                free = each.question.key in mine or self._why_ended() is not None
                (self._ready if free else self._elsewhere).append(each)

    def _claim(self, keys: list[str]) -> Collection[str]:
        """Return those that this job may ask: no other run asks them, nor another job of this one; give back what was answered."""
        mine: Collection[str] = keys
        if self._asking.claims is not None:
            done, self._settled = self._settled, []
            mine = self._asking.claims.claim(keys, done)
        return {key for key in mine if self._asking.askers.setdefault(key, self) is self}

    def _let_go(self, key: str) -> None:
        if self._asking.askers.get(key) is self:
            del self._asking.askers[key]
            if self._asking.claims is not None:
                self._settled.append(key)

    def _why_ended(self) -> NoAnswer | None:
        return self._asking.ended_for(self._job) or self._lane.ended

    def _all_questions(self) -> Iterator[Question]:
        job = self._job
        for example in job.examples:
            for repeat in range(job.repeat):
                request = job.build(example, repeat)
                named = name_request(job.provider.wire(request), repeat)
                yield Question(example, repeat, request, named.key, named.text)

    async def _ask(self, pending: _Pending) -> None:
        question, asking = pending.question, self._asking
        result: Outcome = self._why_ended()
        asked_at = _now()
        if result is None:
            result, waited = await with_retries(
                lambda: self._try(pending), attempts=self._job.attempts, jitter=self._lane.jitter, over=self._over
            )
            self._note(result, pending.tries, waited)
        if result is None:
            # Stopped before it was asked: it has no row, and the next run asks it.
            return
        if isinstance(result, Answer):
            stored = Stored(answer=result, asked_at=asked_at, attempts=pending.tries)
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
                self._missing(each, result, tries=pending.tries)

    def _over(self) -> bool:
        """Tell whether no question of this job is tried any more."""
        return self._lane.ended is not None or self._asking.over()

    def _close(self, key: str) -> None:
        del self._open[key]
        self._let_go(key)

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
        ticket = await lane.admit(tokens_of(request), asking.over)
        if ticket is None:
            asking.ledger.settle(job.candidate, usd, 0.0)
            return None if asking.stop.is_set() else self._why_ended()
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
            result = await (self._lots or job.provider).answer(request)
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
        self._asking.ledger.settle(job.candidate, usd, spent(result, usd))
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


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
