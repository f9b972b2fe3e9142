"""The seams: who answers, who scores. Anything with these methods fits."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, Protocol, runtime_checkable

from benchharness.records.answer import Answer, NoAnswer
from benchharness.records.example import Example
from benchharness.records.rate_limits import RateLimits
from benchharness.records.request import Request
from benchharness.records.score import Score, Unparsable, Unscored
from benchharness.records.suite import Price

__all__ = ["AnswerScorer", "BatchProvider", "Provider", "Scorer", "StandIn", "Streaming"]


@runtime_checkable
class Provider(Protocol):
    """Answer one request; one instance serves one candidate entry of a suite."""

    name: str
    """Who is asked, as reports show it: `embedded`, `openai`, the endpoint's host."""
    lane: str
    """What its speed depends on: providers of one lane are asked one after another, so that none slows another's latency."""
    max_concurrent: int | None
    """The most questions it takes at once, when it has a limit of its own."""

    def price(self) -> Price | None:
        """Return what its tokens cost, or None when that isn't known; unknown is not free."""
        ...

    def wire(self, request: Request) -> Mapping[str, Any]:
        """Return everything that decides the answer: endpoint, model, body; never a key or header. Its hash names the stored answer."""
        ...

    async def answer(self, request: Request) -> Answer | NoAnswer:
        """Ask once; an expected failure is a NoAnswer, never an exception."""
        ...

    def limits(self) -> RateLimits | None:
        """Return what the last reply told of rate limits, a failed one too; None when none did."""
        ...

    async def close(self) -> None:
        """Let go of connections and servers; called once, even after a failure."""
        ...


@runtime_checkable
class BatchProvider(Protocol):
    """A provider that can also be asked many questions in one go."""

    most_at_once: int
    """The most questions of one lot."""

    def answer_many(self, requests: Sequence[Request]) -> AsyncIterator[tuple[int, Answer | NoAnswer]]:
        """Ask a lot once; yield each result as soon as it's there with its request's place, in any order.

        An expected failure is a NoAnswer of its request. What is yielded is kept, whatever happens to the rest of the lot; a
        lot may take as long as it takes, so the limit on a try doesn't hold for it.
        """
        ...


@runtime_checkable
class StandIn(Protocol):
    """A provider that repeats what a model said before."""

    model_told: str
    """The model that its answers name; empty when they name none, or several."""


@runtime_checkable
class Streaming(Protocol):
    """A provider that can also tell when the first words of an answer came."""

    async def first_token_s(self, request: Request) -> float | None:
        """Ask once, streamed, and return the seconds to the first words; None when there were none."""
        ...


class Scorer(Protocol):
    """Say how right an answer is."""

    name: str
    """What the score is called in rows and reports."""
    version: int
    """Raised when a change makes earlier scores incomparable."""

    def score(self, answer: str, example: Example) -> Score | Unparsable | Unscored:
        """Compare the extracted answer with the example's target."""
        ...


@runtime_checkable
class AnswerScorer(Protocol):
    """Say how good an answer is by more than the text found in it: the whole output, its status, time or cost."""

    name: str
    """What the score is called in rows and reports."""
    version: int
    """Raised when a change makes earlier scores incomparable."""

    def score_answer(self, answer: Answer, example: Example) -> Score | Unparsable | Unscored:
        """Look at the answer as it came; what wasn't measured is unscored, never 0."""
        ...
