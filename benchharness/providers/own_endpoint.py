"""Any OpenAI-compatible endpoint of one's own (vLLM, Ollama, llama.cpp, TGI, LM Studio, Modal), asked through httpx."""

import asyncio
import base64
import json
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

import httpx

from benchharness import __version__
from benchharness.errors import SetupError
from benchharness.providers.blotting import Secrets
from benchharness.providers.chat_format import MOST_READ, chat_body, first_words, read_completion, refusal_before_answering, shorten
from benchharness.providers.context import ProviderContext, is_replayed
from benchharness.providers.faults import failure_of, is_refusal, retry_after_s
from benchharness.providers.keys import sendable
from benchharness.providers.transports import make_transport
from benchharness.records.answer import Answer, Failure, LatencyKind, NoAnswer
from benchharness.records.rate_limits import RateLimits
from benchharness.records.request import Request
from benchharness.records.run import Skipped
from benchharness.records.suite import CandidateEntry, Price

__all__ = ["FAILURES", "OwnEndpoint", "make"]

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
    """Return what asks a candidate's endpoint; Skipped when its key's variable isn't set, SetupError when URL or key can't be used."""
    _check_url(entry)
    key = None
    if entry.api_key_env is not None and not is_replayed(context, entry.model):
        key = context.environment.get(entry.api_key_env, "").strip()
        if not key:
            return Skipped(candidate=entry.name, reason=f"{entry.api_key_env} is not set", hint=f"export {entry.api_key_env}=...")
        if not sendable(key):
            raise SetupError(
                f"{entry.name}: the value of {entry.api_key_env} can't be a key",
                hint="copy it again: it has a line break or a sign beyond ASCII",
            )
    return OwnEndpoint(entry, key=key, timeout_s=entry.timeout_s or context.timeout_s)


class OwnEndpoint:
    """Asks `<endpoint>/chat/completions`."""

    max_concurrent: int | None = None

    def __init__(self, entry: CandidateEntry, *, key: str | None, timeout_s: float) -> None:
        self._entry = entry
        parts = urlsplit((entry.endpoint or "").rstrip("/") + "/chat/completions")
        # The name stands in every row and the address in the store: a user and password of the URL must not.
        self.name = parts.netloc.rpartition("@")[2]
        self.lane = f"{self.name} {hash(key)}"
        self._address = parts._replace(netloc=self.name).geturl()
        self._timeout_s = timeout_s
        self._url = httpx.URL(self._address)
        self._headers = _headers(parts, key)
        sent = self._headers.get("Authorization", "").partition(" ")[2]
        self._secrets = Secrets([secret for secret in (key, parts.password, unquote(parts.password or ""), sent) if secret])
        self._transport: httpx.AsyncBaseTransport | None = None

    def price(self) -> Price | None:
        """Return the price the suite gives it."""
        return self._entry.price

    def wire(self, request: Request) -> Mapping[str, Any]:
        """Return the address and the body."""
        return {"url": self._address, "body": self._body(request)}

    async def answer(self, request: Request) -> Answer | NoAnswer:
        """Ask once, timed from sending to the last byte; the time limit holds for the whole, however slowly bytes drip."""
        body = self._body(request)
        asked = self._request(body)
        transport = self._open()
        started = time.perf_counter()
        try:
            async with asyncio.timeout(self._timeout_s):
                response = await transport.handle_async_request(asked)
                try:
                    content = await _read(response)
                finally:
                    await response.aclose()
        except TimeoutError:
            return NoAnswer(failure=Failure.TIMEOUT, message=f"no answer within {self._timeout_s:g} s")
        except tuple(FAILURES) as error:
            failure = _failure(error)
            told = f"no answer within {self._timeout_s:g} s" if failure is Failure.TIMEOUT else f"{type(error).__name__}: {error}"
            return NoAnswer(failure=failure, message=self._clean(told))
        latency = time.perf_counter() - started
        if response.status_code != httpx.codes.OK:
            return self._not_ok(response, content, body, latency)
        if content is None:
            return NoAnswer(failure=Failure.MALFORMED, message=f"the reply is larger than {LARGEST_BODY_BYTES >> 20} MB", status_code=200)
        try:
            reply = json.loads(content)
        except (ValueError, RecursionError) as error:
            return NoAnswer(
                failure=Failure.MALFORMED,
                message=self._clean(f"not JSON ({error}): {content[:MOST_READ].decode('utf-8', 'replace')}"),
                status_code=200,
            )
        return read_completion(
            reply, sent=body, price=self.price(), latency_s=latency, latency_kind=LatencyKind.LOADED, secrets=self._secrets
        )

    def limits(self) -> RateLimits | None:
        """Return None: it has no limits to tell of."""
        return None

    async def first_token_s(self, request: Request) -> float | None:
        """Ask once, streamed (server-sent events), and return the seconds to the first words; None when there were none."""
        asked = self._request({**self._body(request), "stream": True})
        asked.extensions["as_it_comes"] = True
        transport = self._open()
        took: float | None = None
        started = time.perf_counter()
        try:
            response = await transport.handle_async_request(asked)
            try:
                # Read to its end: a server still busy with a broken off answer would be slower with the next.
                async for line in response.aiter_lines():
                    if took is None and first_words(line):
                        took = time.perf_counter() - started
            finally:
                await response.aclose()
        except tuple(FAILURES):
            return None
        return took

    async def close(self) -> None:
        """Close every connection."""
        if self._transport is not None:
            await self._transport.aclose()
            self._transport = None

    def _open(self) -> httpx.AsyncBaseTransport:
        if self._transport is None:
            self._transport = make_transport()
        return self._transport

    def _request(self, body: Mapping[str, Any]) -> httpx.Request:
        content, limits = json.dumps(body).encode(), httpx.Timeout(self._timeout_s).as_dict()
        return httpx.Request("POST", self._url, headers=self._headers, content=content, extensions={"timeout": limits})

    def _body(self, request: Request) -> dict[str, Any]:
        return chat_body(request, model=self._entry.model or "default")

    def _not_ok(self, response: httpx.Response, content: bytes | None, body: Mapping[str, Any], latency_s: float) -> Answer | NoAnswer:
        text = "" if content is None else content.decode("utf-8", "replace")
        if is_refusal(response.status_code, text):
            return refusal_before_answering(sent=body, latency_s=latency_s)
        return NoAnswer(
            failure=failure_of(response.status_code, text),
            message=self._clean(text) or response.reason_phrase,
            status_code=response.status_code,
            retry_after_s=retry_after_s(response.headers.get("retry-after")),
        )

    def _clean(self, text: str) -> str:
        return shorten(text, self._secrets)


def _check_url(entry: CandidateEntry) -> None:
    """Raise SetupError unless the endpoint is a web address; it isn't shown, as it may hold a password."""
    try:
        parts = urlsplit(entry.endpoint or "")
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise SetupError(f"{entry.name}: the endpoint is no URL", hint="write it like http://localhost:8000/v1")


def _headers(parts: SplitResult, key: str | None) -> httpx.Headers:
    """Return what stands above every request; a key goes before the user and password of a URL."""
    headers = httpx.Headers({"Content-Type": "application/json", "User-Agent": f"benchharness/{__version__}"})
    if key is not None:
        headers["Authorization"] = f"Bearer {key}"
    elif parts.username or parts.password:
        words = f"{unquote(parts.username or '')}:{unquote(parts.password or '')}"
        headers["Authorization"] = f"Basic {base64.b64encode(words.encode()).decode()}"
    return headers


async def _read(response: httpx.Response) -> bytes | None:
    """Return the body, or None when it's larger than any answer could be."""
    parts: list[bytes] = []
    size = 0
    # Nothing asks for a compressed body; where one comes all the same, httpx unpacks it.
    stream = response.aiter_bytes() if "content-encoding" in response.headers else response.stream
    assert not isinstance(stream, httpx.SyncByteStream)
    async for part in stream:
        size += len(part)
        if size > LARGEST_BODY_BYTES:
            return None
        parts.append(part)
    return b"".join(parts)


def _failure(error: Exception) -> Failure:
    return next(FAILURES[each] for each in type(error).__mro__ if each in FAILURES)
