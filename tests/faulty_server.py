"""A chat-completions server on loopback, hundreds in flight: any fault on demand, a log of all that was asked and wholly answered."""

import asyncio
import contextlib
import hashlib
import json
import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

__all__ = ["Exchange", "FaultyServer", "Say", "answer_to", "completion_of"]


@dataclass(slots=True, kw_only=True)
class Say:
    """What the server does with one request; the defaults answer it."""

    status: int = 200
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    delay_s: float = 0.0
    drip_s: float = 0.0
    """Seconds between the quarters of the body."""
    cut: str = ""
    """`reset` or `close` the connection in the middle of the body, `reset-first` before the first byte, `silent` for no answer at all."""
    extra: bytes = b""
    """Bytes that follow the body at once and belong to nothing; those that come later no client could tell from the next answer."""


@dataclass(slots=True, kw_only=True)
class Exchange:
    """One request, and what became of it."""

    question: str
    body: Mapping[str, Any]
    headers: Mapping[str, str]
    began: float
    status: int = 0
    good: bool = False
    """Whether it was sent an answer, to its last byte, to a client that was still there."""
    text: str = ""
    input_tokens: int = 0
    output_tokens: int = 0
    ended: float = 0.0


def answer_to(question: str) -> str:
    """Return what the server says to a question: nobody can take it for the answer to another."""
    return "yes " + hashlib.sha256(question.encode()).hexdigest()[:16]


def completion_of(body: Mapping[str, Any], *, text: str, input_tokens: int, output_tokens: int) -> bytes:
    """Return a chat completion."""
    return json.dumps({
        "model": str(body.get("model")),
        "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text}}],
        "usage": {"prompt_tokens": input_tokens, "completion_tokens": output_tokens},
    }).encode()  # fmt: skip


Script = Callable[[str, int, Mapping[str, Any]], Say]


def _words(body: Mapping[str, Any]) -> int:
    return sum(len(each["content"].encode()) for each in body["messages"])


class FaultyServer:
    """Use as a context manager; `script` gets a question, the how manieth time it's asked (from 1) and the body.

    `charge` gives the input and output tokens of an answer; by default bytes of the words, and three.
    """

    def __init__(
        self,
        script: Script | None = None,
        *,
        charge: Callable[[Mapping[str, Any]], tuple[int, int]] | None = None,
        speak: Callable[[str], str] = answer_to,
    ) -> None:
        self.log: list[Exchange] = []
        self.most_in_flight = 0
        self._times: Counter[str] = Counter()
        self._script = script or (lambda _question, _nth, _body: Say())
        self._charge = charge or (lambda body: (_words(body), 3))
        self._speak = speak
        self._in_flight = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._writers: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def good(self) -> Counter[str]:
        """Return how often each question was wholly answered."""
        return Counter(each.question for each in self.log if each.good)

    def asked(self) -> Counter[str]:
        """Return how often each question arrived."""
        return Counter(each.question for each in self.log)

    def wait_for(self, answers: int, within_s: float = 60.0) -> None:
        """Wait until so many were answered."""
        until = time.monotonic() + within_s
        while sum(each.good for each in self.log) < answers:
            assert time.monotonic() < until, f"only {len(self.log)} asked"
            time.sleep(0.002)

    def die(self) -> None:
        """Refuse connections and break off all that are open."""
        asyncio.run_coroutine_threadsafe(self._die(), self._loop).result()

    def come_back(self) -> None:
        """Listen again, at the same port."""
        asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result()

    def __enter__(self) -> Self:
        self._thread.start()
        self.come_back()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.die()
        asyncio.run_coroutine_threadsafe(self._settle(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port, backlog=512)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _die(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        for writer in list(self._writers):
            _reset(writer)

    async def _settle(self) -> None:
        rest = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            while (request := await _read(reader)) is not None:
                if not await self._answer(request, writer):
                    return
        except (OSError, EOFError, asyncio.CancelledError):
            return
        finally:
            self._writers.discard(writer)
            with contextlib.suppress(OSError, asyncio.CancelledError):
                writer.close()
                await writer.wait_closed()

    async def _answer(self, request: tuple[dict[str, str], dict[str, Any]], writer: asyncio.StreamWriter) -> bool:
        headers, body = request
        question = body["messages"][-1]["content"]
        self._times[question] += 1
        exchange = Exchange(question=question, body=body, headers=headers, began=time.monotonic())
        self.log.append(exchange)
        self._in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self._in_flight)
        try:
            return await self._say(self._script(question, self._times[question], body), exchange, writer)
        finally:
            exchange.ended = time.monotonic()
            self._in_flight -= 1

    async def _say(self, say: Say, exchange: Exchange, writer: asyncio.StreamWriter) -> bool:
        await asyncio.sleep(3600 if say.cut == "silent" else say.delay_s)
        exchange.status = say.status
        if say.cut == "reset-first":
            return _reset(writer)
        answers = say.body is None and say.status == 200
        if answers:
            exchange.text = self._speak(exchange.question)
            exchange.input_tokens, exchange.output_tokens = self._charge(exchange.body)
            data = completion_of(
                exchange.body, text=exchange.text, input_tokens=exchange.input_tokens, output_tokens=exchange.output_tokens
            )
        else:
            data = say.body or b""
        head = {"Content-Type": "application/json", "Content-Length": str(len(data)), **say.headers}
        lines = [f"HTTP/1.1 {say.status} Said", *(f"{name}: {value}" for name, value in head.items()), "", ""]
        writer.write("\r\n".join(lines).encode("latin-1"))
        if say.cut:
            writer.write(data[: len(data) // 2])
            await writer.drain()
            return _reset(writer) if say.cut == "reset" else False
        for at, part in enumerate(_quarters(data) if say.drip_s else (data + say.extra,)):
            if at:
                await asyncio.sleep(say.drip_s)
            writer.write(part)
            await writer.drain()
        exchange.good = answers and not writer.transport.is_closing()
        return True


def _quarters(data: bytes) -> Iterable[bytes]:
    size = max(1, -(-len(data) // 4))
    return (data[at : at + size] for at in range(0, len(data), size))


def _reset(writer: asyncio.StreamWriter) -> bool:
    """Break a connection off at once, without a word; always False."""
    sock = writer.get_extra_info("socket")
    if sock is not None:
        with contextlib.suppress(OSError):
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
    return False


async def _read(reader: asyncio.StreamReader) -> tuple[dict[str, str], dict[str, Any]] | None:
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    except asyncio.IncompleteReadError:
        return None
    headers = {"": head[0]} | {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
    return headers, json.loads(await reader.readexactly(int(headers["content-length"])))
