"""Any OpenAI-compatible endpoint of one's own (vLLM, Ollama, llama.cpp, TGI, LM Studio, Modal), asked through httpx."""

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
from benchharness.providers.effective import effective_parameters
from benchharness.providers.faults import failure_of, is_refusal
from benchharness.providers.keys import sendable
from benchharness.providers.limit_headers import read_limits, wait_s
from benchharness.providers.loosening import Taken
from benchharness.providers.transports import LARGEST_BODY_BYTES, Reply, Transport, make_transport
from benchharness.records.answer import Answer, Failure, LatencyKind, NoAnswer
from benchharness.records.rate_limits import RateLimits
from benchharness.records.request import Request
from benchharness.records.run import Skipped
from benchharness.records.suite import CandidateEntry, Price

__all__ = ["FAILURES", "OwnEndpoint", "make"]

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
        self._url = str(httpx.URL(self._address))
        headers = _headers(parts, key)
        self._headers = tuple(headers.multi_items())
        sent = headers.get("Authorization", "").partition(" ")[2]
        self._secrets = Secrets([secret for secret in (key, parts.password, unquote(parts.password or ""), sent) if secret])
        self._transport: Transport | None = None
        self._taken = Taken()
        self._limits: RateLimits | None = None

    def price(self) -> Price | None:
        """Return the price the suite gives it."""
        return self._entry.price

    def wire(self, request: Request) -> Mapping[str, Any]:
        """Return the address and the body."""
        return {"url": self._address, "body": self._body(request)}

    async def answer(self, request: Request) -> Answer | NoAnswer:
        """Ask once, timed from sending to the last byte; the time limit holds for the whole, however slowly bytes drip.

        What the server refuses is left out or asked in a looser way, and the answer says what was sent.
        """
        body = self._body(request)
        taken = self._taken
        while True:
            sent = taken.of(body)
            found = await self._post(sent)
            if isinstance(found, NoAnswer):
                return found
            reply, latency_s = found
            if reply.status == httpx.codes.OK:
                self._taken = self._taken.learnt(taken, schema="response_format" in body)
                return self._read(reply, sent, effective_parameters(body, sent, None), latency_s)
            text = "" if reply.content is None else reply.content.decode("utf-8", "replace")
            failure = failure_of(reply.status, text)
            again = taken.looser(reply.status, failure, text[:MOST_READ], sent)
            if again is None:
                return self._not_ok(reply, failure, text, sent, latency_s)
            taken = again

    async def _post(self, body: Mapping[str, Any]) -> "tuple[Reply, float] | NoAnswer":
        content = json.dumps(body).encode()
        transport = self._open()
        started = time.perf_counter()
        try:
            reply = await transport.post(self._url, self._headers, content, timeout_s=self._timeout_s)
        except TimeoutError:
            return NoAnswer(failure=Failure.TIMEOUT, message=f"no answer within {self._timeout_s:g} s")
        except tuple(FAILURES) as error:
            return NoAnswer(failure=_failure(error), message=self._clean(f"{type(error).__name__}: {error}"))
        latency_s = time.perf_counter() - started
        self._limits = read_limits(reply.headers) if reply.headers else None
        return reply, latency_s

    def _read(self, reply: Reply, sent: Mapping[str, Any], parameters: Mapping[str, Any], latency_s: float) -> Answer | NoAnswer:
        if reply.content is None:
            return NoAnswer(failure=Failure.MALFORMED, message=f"the reply is larger than {LARGEST_BODY_BYTES >> 20} MB", status_code=200)
        try:
            found = json.loads(reply.content)
        except (ValueError, RecursionError) as error:
            told = f"not JSON ({error}): {reply.content[:MOST_READ].decode('utf-8', 'replace')}"
            return NoAnswer(failure=Failure.MALFORMED, message=self._clean(told), status_code=200)
        return read_completion(
            found,
            sent=sent,
            price=self.price(),
            latency_s=latency_s,
            latency_kind=LatencyKind.LOADED,
            parameters=parameters,
            secrets=self._secrets,
        )

    def limits(self) -> RateLimits | None:
        """Return what the last reply's headers told of limits; most servers of one's own tell nothing."""
        return self._limits

    async def first_token_s(self, request: Request) -> float | None:
        """Ask once, streamed (server-sent events), and return the seconds to the first words; None when there were none."""
        asked = self._streamed({**self._body(request), "stream": True})
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

    def _open(self) -> Transport:
        if self._transport is None:
            self._transport = make_transport()
        return self._transport

    def _streamed(self, body: Mapping[str, Any]) -> httpx.Request:
        content, limits = json.dumps(body).encode(), httpx.Timeout(self._timeout_s).as_dict()
        return httpx.Request("POST", self._url, headers=list(self._headers), content=content, extensions={"timeout": limits})

    def _body(self, request: Request) -> dict[str, Any]:
        return chat_body(request, model=self._entry.model or "default")

    def _not_ok(self, reply: Reply, failure: Failure, text: str, sent: Mapping[str, Any], latency_s: float) -> Answer | NoAnswer:
        if is_refusal(reply.status, text):
            return refusal_before_answering(sent=sent, latency_s=latency_s)
        return NoAnswer(
            failure=failure,
            message=self._clean(text) or httpx.codes.get_reason_phrase(reply.status),
            status_code=reply.status,
            retry_after_s=wait_s(reply.headers),
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


def _failure(error: Exception) -> Failure:
    return next(FAILURES[each] for each in type(error).__mro__ if each in FAILURES)
