"""What carries httpx's requests: reqwest (pyreqwest's one home) where it's installed, else httpx's own pools, kept small."""

import asyncio
import importlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from importlib import util
from typing import Any, Protocol

import httpx

__all__ = ["LARGEST_BODY_BYTES", "PooledTransport", "Reply", "Transport", "make_transport"]

LARGEST_BODY_BYTES = 10 * 2**20

# httpx 0.28 scans its whole pool at every request, so one big pool costs quadratic time; small ones side by side don't
# (facts measured at 64 in flight: p99 1,713 ms with one pool, 276 ms with eight).
CONNECTIONS_PER_POOL = 8


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back."""

    status: int
    """The status code."""
    retry_after: str | None
    """That header, when there was one."""
    content: bytes | None
    """The body, unpacked; None when it's larger than any answer could be."""


class Transport(Protocol):
    """Whatever carries requests."""

    async def post(self, url: str, headers: Sequence[tuple[str, str]], content: bytes, *, timeout_s: float) -> Reply:
        """Send a body and return the reply; TimeoutError when it isn't whole by then, httpx's own errors for everything else."""
        ...

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send httpx's request; the body is read as it comes."""
        ...

    async def aclose(self) -> None:
        """Close every connection."""
        ...


def make_transport() -> Transport:
    """Return what carries requests: a tenth of the processor time with reqwest, the same answers and failures with either."""
    return ReqwestTransport() if util.find_spec("pyreqwest") is not None else PooledTransport()


class PooledTransport(httpx.AsyncBaseTransport):
    """Small pools of httpx's own side by side; a request never waits for a connection, which would count as the server's latency."""

    def __init__(self) -> None:
        self._pools: list[httpx.AsyncHTTPTransport] = []
        self._busy: list[int] = []

    async def post(self, url: str, headers: Sequence[tuple[str, str]], content: bytes, *, timeout_s: float) -> Reply:
        """Send a body and return the reply; TimeoutError when it isn't whole by then."""
        async with asyncio.timeout(timeout_s):
            return await _read(await self.handle_async_request(httpx.Request("POST", url, headers=list(headers), content=content)))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request over the first pool with a free connection."""
        at = next((at for at, busy in enumerate(self._busy) if busy < CONNECTIONS_PER_POOL), len(self._pools))
        if at == len(self._pools):
            limits = httpx.Limits(max_connections=CONNECTIONS_PER_POOL, max_keepalive_connections=CONNECTIONS_PER_POOL)
            self._pools.append(httpx.AsyncHTTPTransport(limits=limits, trust_env=False))
            self._busy.append(0)
        self._busy[at] += 1
        try:
            response = await self._pools[at].handle_async_request(request)
        except BaseException:
            self._busy[at] -= 1
            raise
        assert isinstance(response.stream, httpx.AsyncByteStream)
        response.stream = _Returning(response.stream, self._busy, at)
        return response

    async def aclose(self) -> None:
        """Close every connection."""
        while self._pools:
            await self._pools.pop().aclose()
        self._busy.clear()


class _Returning(httpx.AsyncByteStream):
    """A body that gives its connection back when it's closed."""

    def __init__(self, stream: httpx.AsyncByteStream, busy: list[int], at: int) -> None:
        self._stream = stream
        self._busy: list[int] | None = busy
        self._at = at

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for part in self._stream:
            yield part

    async def aclose(self) -> None:
        try:
            await self._stream.aclose()
        finally:
            if self._busy:
                self._busy[self._at] -= 1
            self._busy = None


class ReqwestTransport(httpx.AsyncBaseTransport):
    """Rust's reqwest under httpx's interface; leaner than the one pyreqwest ships, and it maps every failure."""

    def __init__(self) -> None:
        client = importlib.import_module("pyreqwest.client")
        self.names: Any = importlib.import_module("pyreqwest.exceptions")
        # Proxies, cookies and redirects are off as they are in httpx's transport; it decodes bodies itself.
        builder = client.ClientBuilder().no_proxy().follow_redirects(enable=False).http1_only()
        for coding in ("gzip", "brotli", "zstd", "deflate"):
            builder = getattr(builder, coding)(enable=False)
        self._client: Any = builder.build()

    async def post(self, url: str, headers: Sequence[tuple[str, str]], content: bytes, *, timeout_s: float) -> Reply:
        """Send a body and return the reply; TimeoutError when it isn't whole by then.

        No object of httpx's is made where none is needed: they took as long as reqwest itself.
        """
        asked = self._client.post(url).headers(headers).body_bytes(content).timeout(timedelta(seconds=timeout_s))
        exchange = asked.build_streamed()
        try:
            response = await exchange.__aenter__()
            length = response.get_header("content-length")
            if response.get_header("content-encoding") is not None or length is None or int(length) > LARGEST_BODY_BYTES:
                return await _read(self._as_httpx(exchange, response))
            try:
                body = bytes(await response.bytes())
            finally:
                await exchange.__aexit__(None, None, None)
            return Reply(response.status, response.get_header("retry-after"), body)
        except (self.names.PyreqwestError, httpx.TransportError) as error:
            failure = error if isinstance(error, httpx.TransportError) else self.mapped(error)
            if isinstance(failure, httpx.TimeoutException):
                raise TimeoutError from error
            raise failure from error

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request; the body is read as it comes."""
        asked = self._client.request(request.method, str(request.url)).headers(request.headers.multi_items()).body_bytes(request.content)
        exchange = asked.build_streamed()
        try:
            response = await exchange.__aenter__()
        except self.names.PyreqwestError as error:
            raise self.mapped(error) from error
        return self._as_httpx(exchange, response)

    def _as_httpx(self, exchange: Any, response: Any) -> httpx.Response:
        return httpx.Response(response.status, headers=list(response.headers.items()), stream=_Reading(exchange, response, self))

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


class _Reading(httpx.AsyncByteStream):
    """A body of reqwest's."""

    def __init__(self, exchange: Any, response: Any, owner: ReqwestTransport) -> None:
        self._exchange = exchange
        self._response = response
        self._owner = owner

    async def __aiter__(self) -> AsyncIterator[bytes]:
        reader = self._response.body_reader
        try:
            while (part := await reader.read()) is not None:
                yield bytes(part)
        except self._owner.names.PyreqwestError as error:
            raise self._owner.mapped(error) from error

    async def aclose(self) -> None:
        await self._exchange.__aexit__(None, None, None)


async def _read(response: httpx.Response) -> Reply:
    """Return a reply whose size isn't known yet."""
    parts: list[bytes] = []
    size = 0
    # Nothing asks for a compressed body; where one comes all the same, httpx unpacks it.
    stream = response.aiter_bytes() if "content-encoding" in response.headers else response.stream
    assert not isinstance(stream, httpx.SyncByteStream)
    try:
        async for part in stream:
            size += len(part)
            if size > LARGEST_BODY_BYTES:
                return Reply(response.status_code, response.headers.get("retry-after"), None)
            parts.append(part)
    finally:
        await response.aclose()
    return Reply(response.status_code, response.headers.get("retry-after"), b"".join(parts))
