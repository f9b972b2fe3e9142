"""What carries a question to an endpoint: reqwest where it's installed, else httpx's own pools, kept small."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module, util
from typing import Protocol

import httpx

__all__ = ["LARGEST_BODY_BYTES", "Headers", "Reply", "Transport", "make_transport", "read_whole"]

LARGEST_BODY_BYTES = 10 * 2**20

Headers = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back."""

    status: int
    """The status code."""
    headers: Mapping[str, str]
    """Its headers, lower case; of a reply with status 200 only when they tell of limits."""
    content: bytes | None
    """The body, unpacked; None when it's larger than any answer could be."""


class Transport(Protocol):
    """Whatever carries requests: httpx's interface, and a short way for the one kind that is asked a million times."""

    async def post(self, url: str, headers: Headers, content: bytes, *, timeout_s: float) -> Reply:
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
    name = "reqwest_transport" if util.find_spec("pyreqwest") is not None else "pooled_transport"
    transport: Transport = import_module(f"benchharness.providers.{name}").TRANSPORT()
    return transport


async def read_whole(response: httpx.Response) -> Reply:
    """Return a reply of httpx's, its body read as far as an answer may be long."""
    parts: list[bytes] = []
    size = 0
    # Nothing asks for a compressed body; where one comes all the same, httpx unpacks it.
    stream = response.aiter_bytes() if "content-encoding" in response.headers else response.stream
    assert not isinstance(stream, httpx.SyncByteStream)
    headers = {name.lower(): value for name, value in response.headers.items()}
    try:
        async for part in stream:
            size += len(part)
            if size > LARGEST_BODY_BYTES:
                return Reply(response.status_code, headers, None)
            parts.append(part)
    finally:
        await response.aclose()
    return Reply(response.status_code, headers, b"".join(parts))
