"""A deterministic pretend model with settable accuracy, latency, price and faults: for demos, dry runs and tests."""

import asyncio
import hashlib
import time
from collections.abc import Mapping
from typing import Any

from benchharness.providers.context import ProviderContext
from benchharness.providers.pricing import cost_usd
from benchharness.records.answer import Answer, AnswerStatus, Failure, LatencyKind, NoAnswer, Usage
from benchharness.records.example import several
from benchharness.records.json_form import canonical, to_json
from benchharness.records.rate_limits import RateLimits
from benchharness.records.request import Request
from benchharness.records.suite import CandidateEntry, Price, Rehearsal

__all__ = ["RehearsalProvider", "make"]

CHARACTERS_PER_TOKEN = 4


def make(entry: CandidateEntry, context: ProviderContext) -> "RehearsalProvider":
    """Return the pretend model of a candidate; it never needs a key."""
    return RehearsalProvider(entry, context)


class RehearsalProvider:
    """Answers the target, or what the settings say instead; the same question always gets the same answer."""

    max_concurrent: int | None = None

    def __init__(self, entry: CandidateEntry, context: ProviderContext) -> None:
        self.name = "rehearsal"
        self.lane = f"rehearsal {entry.name}"
        self._entry = entry
        self._settings = entry.rehearsal or Rehearsal()
        self._context = context
        self._tries: dict[tuple[str, int], int] = {}

    def price(self) -> Price | None:
        """Return the price the suite gives it."""
        return self._entry.price

    def wire(self, request: Request) -> Mapping[str, Any]:
        """Return what decides the answer: the settings, the seed and the question."""
        return {
            "rehearsal": self._entry.name,
            "settings": to_json(self._settings),
            "seed": self._context.seed,
            "example": request.example_id,
            "messages": to_json(request.messages),
            "target": to_json(self._context.targets(request.example_id)),
        }

    async def answer(self, request: Request) -> Answer | NoAnswer:
        """Play the model: faults first, then latency, then the answer."""
        settings = self._settings
        started = time.perf_counter()
        if settings.fail_first and self._tried(request) <= settings.fail_first:
            return NoAnswer(failure=Failure.RATE_LIMITED, message="pretended 429", status_code=429, retry_after_s=settings.retry_after_s)
        if self._draw(request, "fail") < settings.fail:
            return NoAnswer(failure=Failure.BAD_REQUEST, message="pretended failure", status_code=400)
        if settings.latency_s:
            await asyncio.sleep(settings.latency_s)
        output, status = self._output(request)
        usage = Usage(
            input_tokens=sum(len(each.content) for each in request.messages) // CHARACTERS_PER_TOKEN,
            output_tokens=max(1, len(output) // CHARACTERS_PER_TOKEN),
        )
        return Answer(
            output=output,
            status=status,
            finish_reason="length" if status is AnswerStatus.TRUNCATED else "stop",
            usage=usage,
            cost_usd=cost_usd(usage, self.price()),
            latency_s=time.perf_counter() - started,
            latency_kind=LatencyKind.LOADED,
            served_model=self._entry.model,
            effective_params=to_json(request.parameters),
        )

    def limits(self) -> RateLimits | None:
        """Return None; the pretend model has none."""
        return None

    async def close(self) -> None:
        """Do nothing; there is nothing to let go of."""

    def _tried(self, request: Request) -> int:
        key = (request.example_id, request.repeat)
        self._tries[key] = self._tries.get(key, 0) + 1
        return self._tries[key]

    def _output(self, request: Request) -> tuple[str, AnswerStatus]:
        settings = self._settings
        if self._draw(request, "refuse") < settings.refuse:
            return "I can't help with that.", AnswerStatus.REFUSED
        target = self._context.targets(request.example_id)
        # A list may be JSON that's asked for; SQuAD's object never is.
        texts = several(target) if isinstance(target, Mapping) else ()
        right = target if isinstance(target, str) else texts[0] if texts else canonical(target)
        if self._draw(request, "truncate") < settings.truncate:
            return right[: len(right) // 2], AnswerStatus.TRUNCATED
        return (right if self._draw(request, "right") < settings.accuracy else settings.wrong), AnswerStatus.ANSWERED

    def _draw(self, request: Request, what: str) -> float:
        """Return a number from 0 to 1 that depends on the question only, so that a higher share keeps what was right."""
        words = f"{self._context.seed}|{self._entry.name}|{request.example_id}|{request.repeat}|{what}"
        return int.from_bytes(hashlib.sha256(words.encode()).digest()[:8]) / 2**64
