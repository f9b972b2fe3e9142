"""A loopback chat server in a process of its own, as little as HTTP allows, so that it's never what a benchmark measures."""

import argparse
import asyncio
import json
import re
import sys
import time
from importlib import import_module, util
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.task import MARK, answer

NUMBER = re.compile(re.escape(MARK.encode()) + rb"(\d+)")
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
STREAM = re.compile(rb'"stream": ?true')
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s"
COMPLETION: dict[str, Any] = {
    "id": "chatcmpl-1",
    "object": "chat.completion",
    "created": 1,
    "model": "mock",
    "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "QUEUE"}}],
    "usage": {"prompt_tokens": 80, "completion_tokens": 4, "total_tokens": 84},
}
CHUNK: dict[str, Any] = {
    **{name: COMPLETION[name] for name in ("id", "created", "model")},
    "object": "chat.completion.chunk",
    "choices": [{"index": 0, "delta": {"role": "assistant", "content": "QUEUE"}, "finish_reason": "stop"}],
}
WHOLE = json.dumps(COMPLETION).encode()
STREAMED = b"data: " + json.dumps(CHUNK).encode() + b"\n\ndata: [DONE]\n\n"


def reply_to(request: bytes) -> bytes:
    """Return the bytes that answer a request; the last ticket in it counts, so that solved examples may stand before it."""
    found = NUMBER.findall(request)
    words = answer(int(found[-1])).encode() if found else b"queue-none"
    if STREAM.search(request):
        body = STREAMED.replace(b"QUEUE", words)
        return HEAD % (b"text/event-stream", len(body), body)
    body = WHOLE.replace(b"QUEUE", words)
    return HEAD % (b"application/json", len(body), body)


class Served:
    """What the server has done."""

    def __init__(self, delay_s: float) -> None:
        self.delay_s = delay_s
        self.requests = 0

    def told(self) -> bytes:
        """Return it as a reply: requests answered, and the processor seconds of this process."""
        body = json.dumps({"requests": self.requests, "cpu_s": time.process_time()}).encode()
        return HEAD % (b"application/json", len(body), body)


class Connection(asyncio.Protocol):
    """One connection: kept alive, one request after another."""

    def __init__(self, served: Served) -> None:
        self._served = served
        self._loop = asyncio.get_running_loop()
        self._got = b""
        self._transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer every request that is whole."""
        self._got += data
        while (at := self._got.find(b"\r\n\r\n")) >= 0:
            length = LENGTH.search(self._got, 0, at)
            end = at + 4 + (int(length[1]) if length else 0)
            if len(self._got) < end:
                return
            request, self._got = self._got[:end], self._got[end:]
            self._answer(request)

    def _answer(self, request: bytes) -> None:
        served = self._served
        if request.startswith(b"GET /stats"):
            self._transport.write(served.told())
            return
        served.requests += 1
        reply = reply_to(request)
        if served.delay_s:
            self._loop.call_later(served.delay_s, self._transport.write, reply)
        else:
            self._transport.write(reply)


async def serve(delay_s: float) -> None:
    """Serve on a free port, and print it."""
    served = Served(delay_s)
    server = await asyncio.get_running_loop().create_server(lambda: Connection(served), "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def main() -> None:
    """Read the delay, and serve until killed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--delay", type=float, default=0.0, metavar="S", help="seconds every answer takes")
    delay_s = parser.parse_args().delay
    factory = import_module("uvloop").new_event_loop if util.find_spec("uvloop") is not None else None
    with asyncio.Runner(loop_factory=factory) as runner:
        runner.run(serve(delay_s))


if __name__ == "__main__":
    main()
