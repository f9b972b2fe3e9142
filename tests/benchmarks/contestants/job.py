"""What contestants have in common: the tickets, as many workers as may be in flight, a row on disk for each, and a last line that tells."""

import argparse
import asyncio
import json
import resource
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.task import SYSTEM

__all__ = ["MAX_TOKENS", "MODEL", "TOLD", "Job", "ask_all", "messages", "read_job", "tell"]

MODEL, MAX_TOKENS = "mock", 16
# What the last line of a contestant's output begins with.
TOLD = "TOLD "


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What a contestant is to do."""

    url: str
    """The server's base URL, ending in `/v1`."""
    golden: Path
    """The tickets."""
    out: Path
    """Where its rows go."""
    in_flight: int
    """The most questions in flight."""

    def tickets(self) -> list[dict[str, Any]]:
        """Return the tickets."""
        return [json.loads(line) for line in self.golden.read_text(encoding="utf-8").splitlines()]


def read_job() -> Job:
    """Return the job on the command line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--url", required=True)
    parser.add_argument("--golden", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--in-flight", type=int, required=True)
    return Job(**vars(parser.parse_args()))


def messages(ticket: dict[str, Any]) -> list[dict[str, str]]:
    """Return the filled prompt."""
    return [{"role": "system", "content": SYSTEM}, {"role": "user", "content": ticket["input"]}]


def tell(*, right: int, asked: int, **facts: Any) -> None:
    """Print what came out, as the last line."""
    print(TOLD + json.dumps({"right": right, "asked": asked, **facts}), flush=True)


async def ask_all(job: Job, ask: Callable[[dict[str, Any]], Awaitable[str]]) -> None:
    """Ask every ticket, score it, write its row, and tell; `ask` returns the words of an answer."""
    tickets = job.tickets()
    began, used = time.perf_counter(), _cpu_s()
    waiting, took, right = iter(tickets), [], 0

    with job.out.open("w", encoding="utf-8") as rows:

        async def worker() -> None:
            nonlocal right
            for ticket in waiting:
                sent = time.perf_counter()
                words = await ask(ticket)
                latency = time.perf_counter() - sent
                matched = words.strip() == ticket["target"]
                right += matched
                took.append(latency)
                rows.write(json.dumps({"id": ticket["id"], "output": words, "score": float(matched), "latency_s": latency}) + "\n")

        await asyncio.gather(*(worker() for _ in range(job.in_flight)))
    took.sort()
    tell(
        right=right,
        asked=len(tickets),
        asking_wall_s=time.perf_counter() - began,
        asking_cpu_s=_cpu_s() - used,
        p50_s=took[len(took) // 2],
        p95_s=took[int(len(took) * 0.95)],
        p99_s=took[int(len(took) * 0.99)],
    )


def _cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
