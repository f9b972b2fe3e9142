"""Say what a run would ask and cost, and send nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from benchharness.records.request import Request
from benchharness.records.suite import Price
from benchharness.runner.job import Job
from benchharness.runner.pace import input_tokens_of
from benchharness.runner.probing import probe_questions
from benchharness.runner.store import ResponseStore, request_key

__all__ = ["JobPlan", "plan"]

# A label needs a few tokens however long max_tokens is: the low end of an estimate.
FEWEST_OUTPUT_TOKENS = 4
# Questions looked at together, and how much of a key tells two apart.
LOT, NAME_BYTES = 1000, 16


@dataclass(frozen=True, slots=True, kw_only=True)
class JobPlan:
    """What one job would still ask."""

    candidate: str
    """The candidate's name."""
    prompt: str
    """Its prompt; empty for none."""
    calls: int
    """Questions to send."""
    stored: int
    """Questions the store answers."""
    input_tokens: int
    """Estimated input tokens of the calls."""
    output_tokens_low: int
    """The fewest output tokens."""
    output_tokens_high: int
    """The most: max_tokens each."""
    usd_low: float | None
    """The least it costs; None when the price is unknown."""
    usd_high: float | None
    """The most it costs; None when the price is unknown."""


def plan(jobs: Sequence[Job], store: ResponseStore, *, probe: int = 0) -> tuple[JobPlan, ...]:
    """Return the plan of every job; fills prompts and looks into the store, calls no provider.

    `probe` is how many questions a latency probe asks of each.
    """
    return tuple(_plan(job, store, probe) for job in jobs)


def _plan(job: Job, store: ResponseStore, probe: int) -> JobPlan:
    count = _Count()
    for request in probe_questions(job, probe) if probe else ():
        count.add(request)
    requests = (job.build(example, repeat) for example in job.examples for repeat in range(job.repeat))
    stored, seen = 0, set[bytes]()
    while lot := list(islice(requests, LOT)):
        keys = [request_key(job.provider.wire(request), request.repeat) for request in lot]
        found = store.find(keys)
        stored += sum(key in found for key in keys)
        for key, request in zip(keys, lot, strict=True):
            # The same words twice are one call.
            name = bytes.fromhex(key)[:NAME_BYTES]
            if key not in found and name not in seen:
                seen.add(name)
                count.add(request)
    price = job.provider.price()
    low, high = (_dollars(price, count.input_tokens, output, calls=count.calls) for output in (count.low, count.high))
    return JobPlan(
        candidate=job.candidate,
        prompt=job.prompt,
        calls=count.calls,
        stored=stored,
        input_tokens=count.input_tokens,
        output_tokens_low=count.low,
        output_tokens_high=count.high,
        usd_low=low,
        usd_high=high,
    )


@dataclass(slots=True)
class _Count:
    """Calls and tokens, added up."""

    calls: int = 0
    input_tokens: int = 0
    low: int = 0
    high: int = 0

    def add(self, request: Request) -> None:
        """Add one call."""
        self.calls += 1
        self.input_tokens += round(input_tokens_of(request))
        self.low += FEWEST_OUTPUT_TOKENS
        self.high += request.parameters.max_tokens


def _dollars(price: Price | None, input_tokens: int, output_tokens: int, *, calls: int) -> float | None:
    """Return what the calls cost: nothing when there are none, None when the price is unknown."""
    if not calls:
        return 0.0
    if price is None:
        return None
    return (input_tokens * price.input_usd_per_million + output_tokens * price.output_usd_per_million) / 1e6
