"""What a run of questions knows and remembers: store, money, lanes, who has ended."""

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass, field

from benchharness.records.answer import Failure, NoAnswer
from benchharness.records.row import Row
from benchharness.runner.budget import Ledger
from benchharness.runner.claims import Claims
from benchharness.runner.job import Job, Progress
from benchharness.runner.lane import Lane
from benchharness.runner.pace import Pace
from benchharness.runner.store import ResponseStore
from benchharness.runner.window import Window

__all__ = ["Asking", "pace_of"]


@dataclass(slots=True, kw_only=True)
class Asking:
    """What a run of questions needs from outside, what it remembers from block to block, and how it is told to stop."""

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
    claims: Claims | None = None
    """Which questions other runs on the same store are asking; None when there can't be one."""
    ledger: Ledger = field(default_factory=Ledger)
    """What may be spent."""
    progress: dict[tuple[str, str], Progress] = field(default_factory=dict)
    """How far each candidate and prompt is."""
    paces: dict[str, Pace] = field(default_factory=dict)
    """What was sent to each key and endpoint within the last minute, a latency probe's questions included."""
    lanes: dict[str, Lane] = field(default_factory=dict)
    """The controller of each key and endpoint."""
    asked_over: dict[str, set[tuple[str, str]]] = field(default_factory=dict)
    """Whose candidates and prompts were asked over each of them."""
    ended: dict[int, NoAnswer] = field(default_factory=dict)
    """Providers that ended, by identity, and what ended them."""
    askers: dict[str, object] = field(default_factory=dict)
    """Who within this run asks each open question, by key: two jobs with the same question over two keys pay once."""
    failure: Exception | None = None
    """What broke the run off, once what was in flight is kept."""
    halted: NoAnswer | None = None
    """Why nothing is asked any more, although the rows go on: each says that it wasn't asked."""

    def over(self) -> bool:
        """Tell whether nothing new is sent, for good."""
        return self.halted is not None or self.stop.is_set()

    def progress_of(self, job: Job) -> Progress:
        """Return how far a job is."""
        fresh = Progress(candidate=job.candidate, prompt=job.prompt, total=job.total, lane=job.provider.lane)
        return self.progress.setdefault((job.candidate, job.prompt), fresh)

    def lane_of(self, job: Job) -> Lane:
        """Return the controller of a job's key and endpoint."""
        name = job.provider.lane
        self.asked_over.setdefault(name, set()).add((job.candidate, job.prompt))
        if name not in self.lanes:
            jitter = random.Random(f"{self.seed} {len(self.lanes)}")  # noqa: S311 - spreads waits, no secret
            pace = pace_of(job, self.paces)
            self.lanes[name] = Lane(name=job.provider.name, window=Window(job.max_concurrent), jitter=jitter, pace=pace)
        return self.lanes[name]

    def ended_for(self, job: Job) -> NoAnswer | None:
        """Return why a job's questions aren't asked any more; None while they are."""
        return self.halted or self.ended.get(id(job.provider))

    def fail(self, error: Exception) -> None:
        """Stop for an error that isn't one question's; what is in flight is finished and kept, as it is paid."""
        self.failure = self.failure or error
        self.stop.set()

    def end(self, job: Job, why: NoAnswer) -> None:
        """Ask nothing more of a job's provider: it serves one candidate with all its prompts, and a refused key ends them all."""
        self.ended.setdefault(id(job.provider), why)

    def out_of_money(self, job: Job, usd: float) -> NoAnswer:
        """End a candidate whose own budget doesn't hold so many dollars, or everybody when it's that of the run; return why."""
        if self.ledger.own_is_spent(job.candidate, usd):
            own = self.ledger.by_candidate[job.candidate]
            why = NoAnswer(failure=Failure.BUDGET, message=f"not asked: its budget of ${own:g} is spent")
            self.end(job, why)
        else:
            why = NoAnswer(failure=Failure.BUDGET, message=f"not asked: the budget of ${self.ledger.limit_usd:g} is spent")
            self.halted = self.halted or why
        return why


def pace_of(job: Job, paces: dict[str, Pace]) -> Pace:
    """Return how fast a job's key and endpoint may be asked: one pace, whoever asks."""
    fresh = Pace(requests_per_minute=job.requests_per_minute, tokens_per_minute=job.tokens_per_minute)
    return paces.setdefault(job.provider.lane, fresh)
