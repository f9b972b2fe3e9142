"""Any OpenAI-compatible endpoint of one's own (vLLM, Ollama, llama.cpp, TGI, LM Studio, Modal); httpx's one home."""

import itertools
import json
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx

from benchharness.providers.chat_format import chat_body, read_completion, shorten
from benchharness.providers.context import ProviderContext
from benchharness.providers.faults import failure_of, retry_after_s
from benchharness.records.answer import Answer, Failure, LatencyKind, NoAnswer
from benchharness.records.request import Request
from benchharness.records.run import Skipped
from benchharness.records.suite import CandidateEntry, Price

__all__ = ["FAILURES", "OwnEndpoint", "make"]

# httpx 0.28 scans its whole pool at every request, so one big pool costs quadratic time; small ones side by side don't
# (facts measured at 64 in flight: p99 1,713 ms with one pool, 276 ms with eight).
CONNECTIONS_PER_CLIENT = 8
LARGEST_BODY_BYTES = 10 * 2**20

# Every failure httpx can raise, by its most general class; a test proves that none is without a partner.
FAILURES: dict[type[Exception], Failure] = {
    httpx.TimeoutException: Failure.TIMEOUT,
    httpx.UnsupportedProtocol: Failure.BAD_REQUEST,
    httpx.DecodingError: Failure.MALFORMED,
    httpx.TooManyRedirects: Failure.NOT_FOUND,
    httpx.RemoteProtocolError: Failure.UNREACHABLE,
    httpx.TransportError: Failure.UNREACHABLE,
    httpx.InvalidURL: Failure.BAD_REQUEST,
    httpx.CookieConflict: Failure.MALFORMED,
    httpx.StreamError: Failure.MALFORMED,
    httpx.HTTPStatusError: Failure.SERVER_ERROR,
    httpx.RequestError: Failure.UNREACHABLE,
}


def make(entry: CandidateEntry, context: ProviderContext) -> "OwnEndpoint | Skipped":
    """Return what asks a candidate's endpoint; Skipped when the variable it names for its key isn't set."""
    key = None
    if entry.api_key_env is not None:
        key = context.environment.get(entry.api_key_env)
        if not key:
            return Skipped(candidate=entry.name, reason=f"{entry.api_key_env} is not set", hint=f"export {entry.api_key_env}=...")
    return OwnEndpoint(entry, key=key, timeout_s=entry.timeout_s or context.timeout_s)


class OwnEndpoint:
    """Asks `<endpoint>/chat/completions`."""

    max_concurrent: int | None = None

    def __init__(self, entry: CandidateEntry, *, key: str | None, timeout_s: float) -> None:
        self._entry = entry
        self._url = (entry.endpoint or "").rstrip("/") + "/chat/completions"
        self.name = urlsplit(self._url).netloc
        self.lane = self.name
        self._key = key
        self._timeout_s = timeout_s
        self._clients: list[httpx.AsyncClient] = []
        self._turn = itertools.count()

    def price(self) -> Price | None:
        """Return the price the suite gives it."""
        return self._entry.price

    def wire(self, request: Request) -> Mapping[str, Any]:
        """Return the address and the body."""
        return {"url": self._url, "body": self._body(request)}

    async def answer(self, request: Request) -> Answer | NoAnswer:
        """Ask once, timed from sending to the last byte."""
        body = self._body(request)
        headers = {} if self._key is None else {"Authorization": f"Bearer {self._key}"}
        started = time.perf_counter()
        try:
            async with self._client().stream("POST", self._url, json=body, headers=headers) as response:
                content = await _read(response)
        except tuple(FAILURES) as error:
            return NoAnswer(failure=_failure(error), message=self._clean(f"{type(error).__name__}: {error}"))
        latency = time.perf_counter() - started
        if response.status_code != httpx.codes.OK:
            return self._refused(response, content)
        try:
            reply = json.loads(content) if content is not None else None
        except ValueError as error:
            return NoAnswer(failure=Failure.MALFORMED, message=self._clean(f"not JSON ({error}): {content!r}"), status_code=200)
        return read_completion(reply, sent=body, price=self.price(), latency_s=latency, latency_kind=LatencyKind.LOADED)

    async def close(self) -> None:
        """Close every connection."""
        while self._clients:
            await self._clients.pop().aclose()

    def _client(self) -> httpx.AsyncClient:
        """Return the clients in turn, made when first needed."""
        shards = -(-(self._entry.max_concurrent or CONNECTIONS_PER_CLIENT) // CONNECTIONS_PER_CLIENT)
        if len(self._clients) < shards:
            limits = httpx.Limits(max_connections=CONNECTIONS_PER_CLIENT, max_keepalive_connections=CONNECTIONS_PER_CLIENT)
            self._clients.append(httpx.AsyncClient(timeout=self._timeout_s, limits=limits, trust_env=False))
            return self._clients[-1]
        return self._clients[next(self._turn) % shards]

    def _body(self, request: Request) -> dict[str, Any]:
        return chat_body(request, model=self._entry.model or "default")

    def _refused(self, response: httpx.Response, content: bytes | None) -> NoAnswer:
        text = "" if content is None else content.decode("utf-8", "replace")
        return NoAnswer(
            failure=failure_of(response.status_code, text),
            message=self._clean(text) or response.reason_phrase,
            status_code=response.status_code,
            retry_after_s=retry_after_s(response.headers.get("retry-after")),
        )

    def _clean(self, text: str) -> str:
        return shorten(text, keys=() if self._key is None else (self._key,))


async def _read(response: httpx.Response) -> bytes | None:
    """Return the body, or None when it's larger than any answer could be."""
    parts: list[bytes] = []
    size = 0
    async for part in response.aiter_bytes():
        size += len(part)
        if size > LARGEST_BODY_BYTES:
            return None
        parts.append(part)
    return b"".join(parts)


def _failure(error: Exception) -> Failure:
    return next(FAILURES[each] for each in type(error).__mro__ if each in FAILURES)
