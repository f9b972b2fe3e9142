"""One candidate's share of a run: who is asked what, and how hard."""

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from benchharness.interfaces import Provider
from benchharness.records.answer import Answer
from benchharness.records.example import Example
from benchharness.records.request import Request
from benchharness.records.score import Mark

__all__ = ["Job", "Progress", "Spec"]


class Spec(Protocol):
    """What a job can be made from again in another process; it can be pickled."""

    def build(self, examples: Sequence[Example], environment: Mapping[str, str]) -> "Job":
        """Return the job over these examples with a provider of its own, which the caller closes."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One model with one prompt over all examples."""

    candidate: str
    """The candidate's name."""
    prompt: str
    """Its prompt; empty for none."""
    path: str
    """`api`, `fine-tuned`, `self-hosted` or `classical`."""
    model: str
    """The model as requested."""
    provider: Provider
    """Who answers."""
    examples: Sequence[Example]
    """The golden set, in asking order."""
    build: Callable[[Example, int], Request]
    """Fill the prompt for an example and a repeat."""
    mark: Callable[[Example, Answer], Mark]
    """Score an answer."""
    repeat: int = 1
    """How often each example is asked."""
    max_concurrent: int = 8
    """The most questions in flight at once."""
    attempts: int = 4
    """Tries for one question."""
    timeout_s: float = 60.0
    """Seconds one try may take."""
    requests_per_minute: float = math.inf
    """The limit of its key and endpoint, when the suite states one."""
    tokens_per_minute: float = math.inf
    """The limit of its key and endpoint, when the suite states one."""

    spec: Spec | None = None
    """What it's made from, for an engine of many processes; None for what only this one can ask."""

    @property
    def total(self) -> int:
        """Return how many rows it makes."""
        return len(self.examples) * self.repeat


@dataclass(slots=True, kw_only=True)
class Progress:
    """How far one job is; the runner updates it, a screen reads it."""

    candidate: str
    """The candidate's name."""
    prompt: str
    """Its prompt."""
    total: int
    """Rows it will make."""
    done: int = 0
    """Rows made."""
    stored: int = 0
    """Of these, answered from the store."""
    matched: int = 0
    """Of these, matches."""
    missing: int = 0
    """Of these, not measured."""
    asked: int = 0
    """Questions that were sent and ended, answered or not."""
    answered: int = 0
    """Of these, answered."""
    retried: int = 0
    """Tries beyond the first."""
    lane: str = ""
    """Its key and endpoint; never shown."""
    throttled: int = 0
    """How often its lane refused for speed, in this run and over all its candidates."""
    in_flight: int = 0
    """Questions on their way to the provider."""
    window: int = 0
    """How many may be."""
    failures: Counter[str] = field(default_factory=Counter)
    """Questions without an answer, by kind."""
    cost_usd: float = 0.0
    """Known dollars spent in this run."""
    asked_s: float = 0.0
    """Seconds that questions were on their way, of all together."""
    backoff_s: float = 0.0
    """Seconds that questions waited to be tried again, of all together."""
    began: float | None = None
    """When its first question was looked at, by the loop's clock; None before."""
    ended: float = 0.0
    """When its last row was written."""
