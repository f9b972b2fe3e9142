"""Requests and tokens in any sixty seconds: reserved before a question, settled after it."""

import math
from collections import deque
from dataclasses import dataclass, field

from benchharness.records.request import Request

__all__ = ["CHARACTERS_PER_TOKEN", "Pace", "Reservation", "input_tokens_of", "tokens_of"]

MINUTE_S = 60.0
# Reservations of a tenth of a second are kept together: a minute is 600 of them, however many questions.
SLOT_S = 0.1
# English text runs at 3.5 to 4.5 characters a token; 3.5 errs towards the larger and dearer count. (OpenAI's cookbook says about 4.)
CHARACTERS_PER_TOKEN = 3.5


def input_tokens_of(request: Request) -> float:
    """Return about how many tokens a request's words are."""
    return sum(len(each.content) for each in request.messages) / CHARACTERS_PER_TOKEN


def tokens_of(request: Request) -> float:
    """Return the tokens a request may take: its words, estimated, and all of max_tokens, which providers reserve."""
    return input_tokens_of(request) + request.parameters.max_tokens


@dataclass(slots=True)
class Reservation:
    """What was taken within one tenth of a second."""

    until: float
    """When it leaves the minute."""
    requests: int = 0
    """Requests."""
    tokens: float = 0.0
    """Tokens: estimates, until they are settled."""


@dataclass(slots=True)
class Pace:
    """Never more than so many requests and tokens in any sixty seconds.

    A sliding minute rather than a bucket that refills: a bucket lets twice its size through around a full one.
    """

    requests_per_minute: float = math.inf
    """The limit of requests."""
    tokens_per_minute: float = math.inf
    """The limit of tokens, input and the output that may come."""
    _taken: deque[Reservation] = field(default_factory=deque)
    _requests: int = 0
    _tokens: float = 0.0

    @property
    def limited(self) -> bool:
        """Tell whether there is any limit."""
        return self.requests_per_minute < math.inf or self.tokens_per_minute < math.inf

    def wait_s(self, tokens: float, now: float) -> float:
        """Return the seconds until a request of so many tokens fits, 0 when it does; one larger than a whole minute's goes alone."""
        self._forget(now)
        if self._fits(tokens):
            return 0.0
        requests, taken = self._requests, self._tokens
        for each in self._taken:
            requests -= each.requests
            taken -= each.tokens
            alone = requests <= 0
            if alone or (requests + 1 <= self.requests_per_minute and taken + tokens <= self.tokens_per_minute):
                return max(SLOT_S / 10, each.until - now)
        return SLOT_S

    def reserve(self, tokens: float, now: float) -> Reservation:
        """Take a request and its tokens; ask `wait_s` first."""
        if not self._taken or self._taken[-1].until - MINUTE_S <= now:
            self._taken.append(Reservation(until=now + SLOT_S + MINUTE_S))
        slot = self._taken[-1]
        slot.requests += 1
        slot.tokens += tokens
        self._requests += 1
        self._tokens += tokens
        return slot

    def settle(self, slot: Reservation, reserved: float, used: float, now: float) -> None:
        """Put the real tokens in the place of the reserved ones."""
        self._forget(now)
        if slot.until > now:
            slot.tokens += used - reserved
            self._tokens += used - reserved

    def learn(self, *, requests: float | None, tokens: float | None) -> None:
        """Take the limits a provider tells of; the lower one holds."""
        if requests is not None and requests > 0:
            self.requests_per_minute = min(self.requests_per_minute, requests)
        if tokens is not None and tokens > 0:
            self.tokens_per_minute = min(self.tokens_per_minute, tokens)

    def _fits(self, tokens: float) -> bool:
        if self._requests == 0:
            return True
        return self._requests + 1 <= self.requests_per_minute and self._tokens + tokens <= self.tokens_per_minute

    def _forget(self, now: float) -> None:
        while self._taken and self._taken[0].until <= now:
            gone = self._taken.popleft()
            self._requests -= gone.requests
            self._tokens -= gone.tokens
        if not self._taken:
            # What sums of fractions leave behind must not add up over hours.
            self._tokens = 0.0
