"""Small pools of httpx's own, side by side: what carries requests where reqwest isn't installed."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx

from benchharness.providers.transports import Headers, Reply, read_whole

__all__ = ["TRANSPORT", "PooledTransport"]

# httpx 0.28 scans its whole pool at every request, so one big pool costs quadratic time; small ones side by side don't
# (facts measured at 64 in flight: p99 1,713 ms with one pool, 276 ms with eight).
CONNECTIONS_PER_POOL = 8


class PooledTransport(httpx.AsyncBaseTransport):
    """Small pools of httpx's own side by side; a request never waits for a connection, which would count as the server's latency."""

    def __init__(self) -> None:
        self._pools: list[httpx.AsyncHTTPTransport] = []
        self._busy: list[int] = []

    async def post(self, url: str, headers: Headers, content: bytes, *, timeout_s: float) -> Reply:
        """Send a body and return the reply; TimeoutError when it isn't whole by then."""
        async with asyncio.timeout(timeout_s):
            return await read_whole(await self.handle_async_request(httpx.Request("POST", url, headers=list(headers), content=content)))

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
            await _drop_stray(self._stream)
        finally:
            if self._busy:
                self._busy[self._at] -= 1
            self._busy = None


async def _drop_stray(stream: Any) -> None:
    """Close a connection that holds bytes behind its answer: httpcore would read them as the answer to the next question.

    There is no public way to see them; where the names below change, nothing is closed, and a test of stray answers fails.
    """
    for name in ("_httpcore_stream", "_stream", "_connection"):
        stream = getattr(stream, name, None)
    left = getattr(getattr(stream, "_h11_state", None), "trailing_data", (b"",))[0]
    if left:
        await stream.aclose()


TRANSPORT = PooledTransport
