"""Say what a run would ask and cost, and send nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

from benchharness.records.request import Request
from benchharness.runner.job import Job
from benchharness.runner.store import ResponseStore, request_key

__all__ = ["JobPlan", "plan"]

# English text runs at 3.5 to 4.5 characters a token; 3.5 errs towards the dearer side. (OpenAI's cookbook says about 4.)
CHARACTERS_PER_TOKEN = 3.5
# A label needs a few tokens however long max_tokens is: the low end of an estimate.
FEWEST_OUTPUT_TOKENS = 4


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


def plan(jobs: Sequence[Job], store: ResponseStore) -> tuple[JobPlan, ...]:
    """Return the plan of every job; fills prompts and looks into the store, calls no provider."""
    return tuple(_plan(job, store) for job in jobs)


def _plan(job: Job, store: ResponseStore) -> JobPlan:
    requests = [job.build(example, repeat) for example in job.examples for repeat in range(job.repeat)]
    keys = [request_key(job.provider.wire(request), request.repeat) for request in requests]
    stored = store.find(keys)
    to_send = [request for request, key in zip(requests, keys, strict=True) if key not in stored]
    input_tokens = sum(_tokens(request) for request in to_send)
    low = FEWEST_OUTPUT_TOKENS * len(to_send)
    high = sum(request.parameters.max_tokens for request in to_send)
    price = job.provider.price()
    dollars = [
        None if price is None else (input_tokens * price.input_usd_per_million + output * price.output_usd_per_million) / 1e6
        for output in (low, high)
    ]
    return JobPlan(
        candidate=job.candidate,
        prompt=job.prompt,
        calls=len(to_send),
        stored=len(requests) - len(to_send),
        input_tokens=input_tokens,
        output_tokens_low=low,
        output_tokens_high=high,
        usd_low=dollars[0],
        usd_high=dollars[1],
    )


def _tokens(request: Request) -> int:
    return round(sum(len(message.content) for message in request.messages) / CHARACTERS_PER_TOKEN)
