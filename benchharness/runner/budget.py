"""Money that may be spent: reserved before a question, settled after it, so that the limit is never passed."""

import asyncio
import math
from collections import defaultdict
from collections.abc import Mapping

from benchharness.records.answer import Answer, Failure, NoAnswer
from benchharness.records.request import Request
from benchharness.records.suite import Price

__all__ = ["Ledger", "most_usd", "spent"]

# What a chat template may add to a message, and to a request, beyond its own words.
TOKENS_PER_MESSAGE = 16
TOKENS_PER_REQUEST = 64
# The dearest factor a provider puts on input it writes to its cache, where the price doesn't say (Anthropic, for an hour).
CACHE_WRITE = 2.0
# Less than this is what sums of fractions leave behind, no reservation.
IN_FLIGHT_USD = 1e-12
# After these a provider may have answered, and charged, although nobody heard it.
PERHAPS_CHARGED = frozenset({Failure.TIMEOUT, Failure.MALFORMED, Failure.UNREACHABLE})
# An error within a 200, and those of a gateway: the model behind may have answered. Other errors of a server aren't charged.
BEHIND = (None, 200, 502, 504)


def most_usd(request: Request, price: Price) -> float:
    """Return what a question can cost at most, in US dollars: a token for every byte of its words, and all of max_tokens."""
    words = sum(len(each.content.encode("utf-8", "replace")) + TOKENS_PER_MESSAGE for each in request.messages)
    schema = len(str(request.response_schema)) if request.response_schema else 0
    tokens = words + schema + TOKENS_PER_REQUEST
    dearest = max(price.input_usd_per_million * CACHE_WRITE, price.cached_usd_per_million or 0.0)
    return (tokens * dearest + request.parameters.max_tokens * price.output_usd_per_million) / 1e6


def spent(result: Answer | NoAnswer, reserved: float) -> float:
    """Return what a try cost, or may have cost where nobody can know, in US dollars."""
    if isinstance(result, Answer):
        return reserved if result.cost_usd is None else result.cost_usd
    unsure = result.failure is Failure.SERVER_ERROR and result.status_code in BEHIND
    return reserved if unsure or result.failure in PERHAPS_CHARGED else 0.0


class Ledger:
    """What may be spent, is reserved and is spent: over all, and by candidate where one has a limit of its own."""

    def __init__(self, limit_usd: float | None = None, by_candidate: Mapping[str, float] | None = None) -> None:
        self.limit_usd = limit_usd
        self.by_candidate = dict(by_candidate or {})
        self.spent: defaultdict[str, float] = defaultdict(float)
        self._reserved: defaultdict[str, float] = defaultdict(float)
        self._settled = asyncio.Event()

    @property
    def limited(self) -> bool:
        """Tell whether anything is limited."""
        return self.limit_usd is not None or bool(self.by_candidate)

    async def reserve(self, candidate: str, usd: float) -> bool:
        """Take dollars for a question, waiting while others in flight may give some back; False when they aren't there."""
        while not self._fits(candidate, usd):
            if not self._may_come_back(candidate, usd):
                return False
            self._settled.clear()
            await self._settled.wait()
        self._reserved[candidate] += usd
        return True

    def settle(self, candidate: str, reserved: float, spent: float) -> None:
        """Put what was spent in the place of what was reserved."""
        self._reserved[candidate] -= reserved
        self.spent[candidate] += spent
        self._settled.set()

    def total(self) -> float:
        """Return the dollars spent by all."""
        return sum(self.spent.values())

    def own_is_spent(self, candidate: str, usd: float) -> bool:
        """Tell whether it's the candidate's own limit that doesn't hold so many dollars more."""
        return self.spent[candidate] + self._reserved[candidate] + usd > self.by_candidate.get(candidate, math.inf)

    def _fits(self, candidate: str, usd: float) -> bool:
        whole = math.inf if self.limit_usd is None else self.limit_usd
        return not self.own_is_spent(candidate, usd) and self.total() + sum(self._reserved.values()) + usd <= whole

    def _may_come_back(self, candidate: str, usd: float) -> bool:
        """Tell whether a question would fit once those in flight have cost nothing."""
        own = self.by_candidate.get(candidate, math.inf)
        whole = math.inf if self.limit_usd is None else self.limit_usd
        in_flight = sum(self._reserved.values()) > IN_FLIGHT_USD
        return in_flight and self.spent[candidate] + usd <= own and self.total() + usd <= whole
