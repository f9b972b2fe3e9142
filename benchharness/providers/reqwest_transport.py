"""Rust's reqwest under httpx's interface: pyreqwest's one home."""

import importlib
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx

from benchharness.providers.transports import LARGEST_BODY_BYTES, Headers, Reply, read_whole

__all__ = ["TRANSPORT", "ReqwestTransport"]

# One of these means that a reply tells of limits; looking through all its headers takes as long as reading them.
TELLING = ("x-ratelimit-limit-requests", "x-ratelimit-limit-tokens", "anthropic-ratelimit-requests-limit", "retry-after")
OK = 200


class ReqwestTransport(httpx.AsyncBaseTransport):
    """Leaner than the transport pyreqwest ships, and it maps every failure to httpx's."""

    def __init__(self) -> None:
        client = importlib.import_module("pyreqwest.client")
        self.names: Any = importlib.import_module("pyreqwest.exceptions")
        # Proxies, cookies and redirects are off as they are in httpx's transport; it decodes bodies itself.
        builder = client.ClientBuilder().no_proxy().follow_redirects(enable=False).http1_only()
        for coding in ("gzip", "brotli", "zstd", "deflate"):
            builder = getattr(builder, coding)(enable=False)
        self._client: Any = builder.build()

    async def post(self, url: str, headers: Headers, content: bytes, *, timeout_s: float) -> Reply:
        """Send a body and return the reply; TimeoutError when it isn't whole by then.

        No object of httpx's is made where none is needed: they took as long as reqwest itself.
        """
        exchange = self._client.post(url).headers(headers).body_bytes(content).timeout(timedelta(seconds=timeout_s)).build_streamed()
        try:
            response = await exchange.__aenter__()
            length = _value(response.headers, "content-length")
            if length is None or int(length) > LARGEST_BODY_BYTES or _value(response.headers, "content-encoding") is not None:
                return await read_whole(self._as_httpx(exchange, response))
            try:
                body = bytes(await response.bytes())
            finally:
                await exchange.__aexit__(None, None, None)
        except self.names.PyreqwestError as error:
            failure = self.mapped(error)
            raise TimeoutError if isinstance(failure, httpx.TimeoutException) else failure from error
        except httpx.TimeoutException as error:
            raise TimeoutError from error
        told = response.status != OK or any(_value(response.headers, name) is not None for name in TELLING)
        return Reply(response.status, {name.lower(): value for name, value in _readable(response.headers)} if told else {}, body)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request; the body is read as it comes."""
        asked = self._client.request(request.method, str(request.url)).headers(request.headers.multi_items()).body_bytes(request.content)
        limit = request.extensions.get("timeout", {}).get("read")
        if limit is not None:
            # A cancelled exchange of reqwest's goes on behind our back; only its own limit closes the connection.
            asked = asked.timeout(timedelta(seconds=limit))
        # Nothing is held back until there's more of it: who streams wants the first words when they come.
        exchange = asked.streamed_read_buffer_limit(0).build_streamed()
        try:
            response = await exchange.__aenter__()
        except self.names.PyreqwestError as error:
            raise self.mapped(error) from error
        return self._as_httpx(exchange, response)

    def _as_httpx(self, exchange: Any, response: Any) -> httpx.Response:
        return httpx.Response(response.status, headers=_readable(response.headers), stream=_Reading(exchange, response, self))

    async def aclose(self) -> None:
        """Close every connection."""
        await self._client.close()

    def mapped(self, error: Exception) -> httpx.TransportError:
        """Return httpx's word for a failure of reqwest's."""
        names = self.names
        kinds: tuple[tuple[type[Exception], type[httpx.TransportError]], ...] = (
            (names.ConnectTimeoutError, httpx.ConnectTimeout),
            (names.RequestTimeoutError, httpx.ReadTimeout),
            (names.ConnectError, httpx.ConnectError),
            (names.ReadError, httpx.ReadError),
            (names.WriteError, httpx.WriteError),
        )
        return next((theirs for ours, theirs in kinds if isinstance(error, ours)), httpx.RemoteProtocolError)(str(error))


def _readable(headers: Any) -> list[tuple[str, str]]:
    """Return a reply's headers; one with bytes beyond ASCII is left out, which reqwest won't read and nobody needs."""
    try:
        return list(headers.items())
    except ValueError:
        return [(name, value) for name in headers if (value := _value(headers, name)) is not None]


def _value(headers: Any, name: str) -> str | None:
    try:
        value: str | None = headers.get(name)
    except ValueError:
        return None
    return value


class _Reading(httpx.AsyncByteStream):
    """A body of reqwest's."""

    def __init__(self, exchange: Any, response: Any, owner: ReqwestTransport) -> None:
        self._exchange = exchange
        self._response = response
        self._owner = owner

    async def __aiter__(self) -> AsyncIterator[bytes]:
        reader = self._response.body_reader
        try:
            while (part := await reader.read_chunk()) is not None:
                yield bytes(part)
        except self._owner.names.PyreqwestError as error:
            raise self._owner.mapped(error) from error

    async def aclose(self) -> None:
        await self._exchange.__aexit__(None, None, None)


TRANSPORT = ReqwestTransport
