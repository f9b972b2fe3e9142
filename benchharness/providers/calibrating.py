"""What an adapter itself adds to a latency: it's pointed at a server on loopback that answers at once."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from statistics import median

from benchharness.interfaces import Provider
from benchharness.providers.own_endpoint import OwnEndpoint
from benchharness.records.answer import Answer
from benchharness.records.provider_traits import traits_of
from benchharness.records.request import Message, Request, Role
from benchharness.records.suite import CandidateEntry

__all__ = ["adapter_s"]

# The first ones open the connection and warm the code.
UNCOUNTED, COUNTED = 3, 15
LONGEST_S = 10.0
# Hosted providers whose format the server speaks.
OPENAI_FORMAT = frozenset({"openai", "hosted_vllm", "mistral", "groq", "together_ai", "openrouter", "fireworks_ai"})
COMPLETION = {
    "id": "calibration",
    "object": "chat.completion",
    "created": 1,
    "model": "calibration",
    "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "yes"}}],
    "usage": {"prompt_tokens": 10, "completion_tokens": 1, "total_tokens": 11},
}


async def adapter_s(entry: CandidateEntry) -> float | None:
    """Return the median seconds that asking `entry`'s way takes when the server takes none; None where it can't be told."""
    async with _at_once() as url:
        provider = _pointed_at(entry, url)
        if provider is None:
            return None
        try:
            took = []
            for _ in range(UNCOUNTED + COUNTED):
                words = (Message(role=Role.USER, content="Hello"),)
                result = await provider.answer(Request(example_id="", input="", messages=words, parameters=entry.parameters))
                if not isinstance(result, Answer) or result.latency_s is None:
                    return None
                took.append(result.latency_s)
        finally:
            await provider.close()
    return median(took[UNCOUNTED:])


def _pointed_at(entry: CandidateEntry, url: str) -> Provider | None:
    """Return what asks `entry`'s way, but there; None for what isn't asked in the format the server speaks."""
    prefix = (entry.model or "").split("/", 1)[0]
    if entry.endpoint is not None:
        return OwnEndpoint(replace(entry, endpoint=url), key=None, timeout_s=LONGEST_S)
    if traits_of(entry).hosted and prefix in OPENAI_FORMAT:
        from benchharness.providers.hosted_api import HostedApi

        return HostedApi(entry, prefix, {"api_key": "none", "api_base": url}, timeout_s=LONGEST_S, secrets=())
    return None


@asynccontextmanager
async def _at_once() -> AsyncIterator[str]:
    """Serve chat completions on a loopback port, each at once, and yield the base URL."""
    body = json.dumps(COMPLETION).encode()
    reply = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
                await reader.readexactly(int(lengths[0].split(b":")[1]) if lengths else 0)
                writer.write(reply)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
