"""Answer from what was kept and from nowhere else; note every question it has no answer to."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from benchharness.interfaces import Provider
from benchharness.records.answer import Answer, Failure, LatencyKind, NoAnswer
from benchharness.records.rate_limits import RateLimits
from benchharness.records.request import Request
from benchharness.records.suite import Price
from benchharness.runner.job import Job
from benchharness.runner.naming import NamedRequest, name_request
from benchharness.runner.store import ResponseStore, Stored

__all__ = ["Missed", "ReplayStore", "unasked"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """A question that nothing kept answers."""

    candidate: str
    """Whose it is."""
    prompt: str
    """Its prompt; empty for none."""
    example_id: str
    """The example."""
    model: str
    """The model as the suite names it."""
    named: NamedRequest
    """The request."""


class ReplayStore(ResponseStore):
    """A store whose answers were given elsewhere: how long they took says nothing about here and now."""

    def find(self, keys: Iterable[str]) -> dict[str, Stored]:
        """Return the stored answers among `keys`, without their latency."""
        return {
            key: replace(kept, answer=replace(kept.answer, latency_s=None, latency_kind=LatencyKind.NONE))
            for key, kept in super().find(keys).items()
        }


class _Unasked:
    """Stands before a provider, names its requests, and never asks it."""

    def __init__(self, job: Job, failures: Mapping[str, str], misses: list[Missed]) -> None:
        self._inner: Provider = job.provider
        self._job = job
        self._failures = failures
        self._misses = misses
        self.name = self._inner.name
        self.lane = self._inner.lane
        self.max_concurrent = self._inner.max_concurrent

    def price(self) -> Price | None:
        """Return the provider's price."""
        return self._inner.price()

    def wire(self, request: Request) -> Mapping[str, Any]:
        """Return the provider's wire request."""
        return self._inner.wire(request)

    async def answer(self, request: Request) -> Answer | NoAnswer:
        """Say that there is no answer, and note the question unless the run that is replayed had none either; nobody is asked."""
        named = name_request(self._inner.wire(request), request.repeat)
        if named.key in self._failures:
            return NoAnswer(failure=Failure.NOT_RECORDED, message=f"no answer in the run that is replayed: {self._failures[named.key]}")
        job = self._job
        self._misses.append(Missed(candidate=job.candidate, prompt=job.prompt, example_id=request.example_id, model=job.model, named=named))
        return NoAnswer(failure=Failure.NOT_RECORDED, message="not among the answers that are replayed")

    def limits(self) -> RateLimits | None:
        """Return None; nobody is asked."""
        return None

    async def close(self) -> None:
        """Do nothing; whoever made the provider closes it."""


def unasked(jobs: Sequence[Job], failures: Mapping[str, str], misses: list[Missed]) -> tuple[Job, ...]:
    """Return the same jobs with nobody to ask; what neither store nor `failures` (by key) answer is added to `misses`."""
    return tuple(replace(job, provider=_Unasked(job, failures, misses), spec=None) for job in jobs)
