"""One key and endpoint: who may be asked now, how fast, and whether it's still alive."""

import asyncio
import random
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

from benchharness.records.answer import Answer, Failure, NoAnswer
from benchharness.records.rate_limits import RateLimits
from benchharness.runner.breaker import Breaker
from benchharness.runner.pace import Pace, Reservation
from benchharness.runner.window import Window

__all__ = ["LONGEST_PAUSE_S", "Lane", "Ticket", "pause"]

# A provider that asks for a longer pause than anybody would sit through won't answer in this run.
LONGEST_PAUSE_S = 120.0
# A provider that refused for speed for so long, and answered nothing in between, is given up.
LONGEST_REFUSAL_S = 300.0
# How far apart those come back who were told the same second.
SPREAD_S = 0.25
# How soon somebody who waits hears that it's over.
LOOK_UP_S = 0.1
# The provider is gone, or a gateway before it: no single question explains that.
DEAD = frozenset({Failure.UNREACHABLE, Failure.TIMEOUT, Failure.SERVER_ERROR, Failure.MALFORMED})
# A refused key or an empty account is the same for every model behind it; what is forbidden may be one model.
SAME_FOR_ALL = frozenset({Failure.AUTH, Failure.QUOTA})
FORBIDDEN = 403
TOO_FAST = frozenset({Failure.RATE_LIMITED, Failure.OVERLOADED})


@dataclass(slots=True)
class Ticket:
    """That one try may be sent."""

    tokens: float
    """Tokens reserved for it."""
    slot: Reservation
    """Where they were reserved."""
    look: bool = False
    """Whether it goes to see if a dead provider is back."""


@dataclass(slots=True, kw_only=True)
class Lane:
    """The controller of one key and endpoint; all its questions pass here, and every outcome is told to it."""

    name: str
    """Whose."""
    window: Window
    """How many may be in flight."""
    jitter: random.Random
    """Spreads those who wait."""
    pace: Pace = field(default_factory=Pace)
    """Requests and tokens a minute."""
    breaker: Breaker = field(default_factory=Breaker)
    """Whether it's alive."""
    ended: NoAnswer | None = None
    """Why nothing more is asked of it."""
    in_flight: int = 0
    """Tries on their way."""
    throttled: int = 0
    """How often it refused for speed."""
    failures: Counter[str] = field(default_factory=Counter)
    """Failed tries by kind."""
    waited_s: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    """Seconds that questions waited, by why: `retry-after`, `pace`, `breaker`, `backoff`; of all questions together."""
    paused_until: float = 0.0
    """When the provider asked to come back."""
    refused_since: float | None = None
    """When it began to refuse for speed; None once it answered."""

    async def admit(self, tokens: float, over: Callable[[], bool]) -> Ticket | None:
        """Return a ticket as soon as a try may be sent; None once the lane has ended, or `over` says that the run is to stop."""
        clock = asyncio.get_running_loop().time
        while self.ended is None and not over():
            now = clock()
            if self.breaker.given_up:
                self.ended = NoAnswer(failure=Failure.UNREACHABLE, message="it stopped answering, and several looks found it still gone")
                break
            wait, why = self._wait(tokens, now)
            if wait <= 0:
                self.in_flight += 1
                # Reserved without a limit as well: one that's learnt later counts what was sent before.
                return Ticket(tokens=tokens, slot=self.pace.reserve(tokens, now), look=self.breaker.open)
            self.waited_s[why] += wait
            await pause(wait + self.jitter.random() * SPREAD_S, lambda: self.ended is not None or over())
        return None

    def settle(self, ticket: Ticket, result: Answer | NoAnswer, limits: RateLimits | None, *, first: bool) -> None:
        """Learn from how a try ended; `first` tells that it wasn't a retry."""
        now = asyncio.get_running_loop().time()
        if isinstance(result, Answer):
            self.breaker.succeeded()
            self.refused_since = None
            if first:
                self.window.answered(self.in_flight, now)
        else:
            self._learn_failure(ticket, result, now)
        self.in_flight -= 1
        if limits is not None:
            self.pace.learn(requests=limits.limit_requests, tokens=limits.limit_tokens)
        self.pace.settle(ticket.slot, ticket.tokens, _used(result, ticket.tokens), now)

    def withdraw(self, ticket: Ticket) -> None:
        """Take a ticket back whose try was broken off."""
        self.in_flight -= 1
        if ticket.look:
            self.breaker.failed(asyncio.get_running_loop().time(), looked=True)

    def _wait(self, tokens: float, now: float) -> tuple[float, str]:
        if now < self.paused_until:
            return self.paused_until - now, "retry-after"
        if self.pace.limited and (wait := self.pace.wait_s(tokens, now)) > 0:
            return wait, "pace"
        return self.breaker.wait_s(now), "breaker"

    def _learn_failure(self, ticket: Ticket, result: NoAnswer, now: float) -> None:
        self.failures[result.failure.value] += 1
        asked = result.retry_after_s or 0.0
        too_fast = result.failure in TOO_FAST
        if (result.failure in SAME_FOR_ALL and result.status_code != FORBIDDEN) or (too_fast and asked > LONGEST_PAUSE_S):
            self.ended = result
        elif asked <= LONGEST_PAUSE_S:
            self.paused_until = max(self.paused_until, now + asked)
        if too_fast:
            self.throttled += 1
            self.window.throttled(now)
            self._give_up_after_a_while(now)
        if result.failure in DEAD:
            self.window.troubled(now)
            self.breaker.failed(now, looked=ticket.look)
        else:
            self.breaker.succeeded()

    def _give_up_after_a_while(self, now: float) -> None:
        self.refused_since = now if self.refused_since is None else self.refused_since
        if now - self.refused_since > LONGEST_REFUSAL_S:
            told = f"it refused every question for {LONGEST_REFUSAL_S:g} s, as too many"
            self.ended = self.ended or NoAnswer(failure=Failure.RATE_LIMITED, message=told)


async def pause(seconds: float, over: Callable[[], bool]) -> None:
    """Sleep, but not on once `over` says that nobody waits any more."""
    clock = asyncio.get_running_loop().time
    until = clock() + seconds
    while (left := until - clock()) > 0 and not over():  # noqa: ASYNC110 - what ends it is no single event
        await asyncio.sleep(min(left, LOOK_UP_S))


def _used(result: Answer | NoAnswer, reserved: float) -> float:
    """Return the tokens a try took: what was reserved where the provider doesn't say, nothing where it refused."""
    if isinstance(result, NoAnswer):
        return 0.0 if result.status_code is not None else reserved
    usage = result.usage
    if usage.input_tokens is None or usage.output_tokens is None:
        return reserved
    return float(usage.input_tokens + usage.output_tokens)
