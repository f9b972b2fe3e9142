"""The floor: asyncio's sockets and hardly any HTTP. No client that could be used for real is as small."""

import asyncio
import json
from typing import Any
from urllib.parse import urlsplit

from benchmarks.contestants.job import MAX_TOKENS, MODEL, Job, ask_all, messages, read_job


async def run(job: Job) -> None:
    """Ask every ticket over connections that are taken from a pile and put back."""
    parts = urlsplit(job.url)
    free: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []
    head = f"POST {parts.path}/chat/completions HTTP/1.1\r\nHost: {parts.netloc}\r\nContent-Type: application/json\r\nContent-Length: "

    async def ask(ticket: dict[str, Any]) -> str:
        reader, writer = free.pop() if free else await asyncio.open_connection(parts.hostname, parts.port)
        body = json.dumps({"model": MODEL, "messages": messages(ticket), "max_tokens": MAX_TOKENS, "temperature": 0.0})
        writer.write(f"{head}{len(body)}\r\n\r\n{body}".encode())
        answered = await reader.readuntil(b"\r\n\r\n")
        length = int(answered.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0])
        reply = json.loads(await reader.readexactly(length))
        free.append((reader, writer))
        words: str = reply["choices"][0]["message"]["content"]
        return words

    await ask_all(job, ask)
    for _, writer in free:
        writer.close()


asyncio.run(run(read_job()))
