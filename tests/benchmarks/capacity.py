"""How many answers a second the server can give: asked by a client that does nothing but write the same bytes and count."""

import json
import selectors
import socket
import time
from dataclasses import dataclass

from benchmarks.contestants.job import MAX_TOKENS, MODEL, messages
from benchmarks.measuring import Mock
from benchmarks.task import question

__all__ = ["Capacity", "capacity_of"]

CONNECTIONS, SECONDS = 100, 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Capacity:
    """What the server can do."""

    per_s: float
    """Answers a second as measured, client and server side by side."""
    cpu_us: float
    """Processor time of the server for one answer, in microseconds."""


def capacity_of(mock: Mock) -> Capacity:
    """Return the server's capacity, over as many connections as a benchmark has in flight."""
    body = json.dumps({"model": MODEL, "messages": messages({"input": question(1)}), "max_tokens": MAX_TOKENS, "temperature": 0.0}).encode()
    asked = b"POST /v1/chat/completions HTTP/1.1\r\nHost: mock\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)
    before = mock.stats()
    chosen = selectors.DefaultSelector()
    opened = [socket.create_connection(("127.0.0.1", mock.port)) for _ in range(CONNECTIONS)]
    for each in opened:
        chosen.register(each, selectors.EVENT_READ)
        each.sendall(asked)
    began, count = time.perf_counter(), 0
    while time.perf_counter() - began < SECONDS:
        for key, _ in chosen.select():
            met = key.fileobj
            assert isinstance(met, socket.socket)
            # An answer is smaller than a packet on loopback, so that one read is one answer.
            met.recv(65_536)
            met.sendall(asked)
            count += 1
    took = time.perf_counter() - began
    for each in opened:
        each.close()
    after = mock.stats()
    answered = after["requests"] - before["requests"]
    return Capacity(per_s=count / took, cpu_us=(after["cpu_s"] - before["cpu_s"]) / answered * 1e6)
