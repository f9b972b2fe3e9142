"""Say what a run would ask and cost, and send nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

from benchharness.records.request import Request
from benchharness.records.suite import Price
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
    # The same words twice are one call.
    to_send = list({key: request for request, key in zip(requests, keys, strict=True) if key not in stored}.values())
    input_tokens = sum(_tokens(request) for request in to_send)
    low = FEWEST_OUTPUT_TOKENS * len(to_send)
    high = sum(request.parameters.max_tokens for request in to_send)
    price = job.provider.price()
    dollars = [_dollars(price, input_tokens, output, calls=len(to_send)) for output in (low, high)]
    return JobPlan(
        candidate=job.candidate,
        prompt=job.prompt,
        calls=len(to_send),
        stored=sum(key in stored for key in keys),
        input_tokens=input_tokens,
        output_tokens_low=low,
        output_tokens_high=high,
        usd_low=dollars[0],
        usd_high=dollars[1],
    )


def _dollars(price: Price | None, input_tokens: int, output_tokens: int, *, calls: int) -> float | None:
    """Return what the calls cost: nothing when there are none, None when the price is unknown."""
    if not calls:
        return 0.0
    if price is None:
        return None
    return (input_tokens * price.input_usd_per_million + output_tokens * price.output_usd_per_million) / 1e6


def _tokens(request: Request) -> int:
    return round(sum(len(message.content) for message in request.messages) / CHARACTERS_PER_TOKEN)
