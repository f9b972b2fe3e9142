"""The bare loop: aiohttp, a prompt, a score, a row. What everything else is measured by."""

import asyncio
from typing import Any

import aiohttp
from benchmarks.contestants.job import MAX_TOKENS, MODEL, Job, ask_all, messages, read_job


async def run(job: Job) -> None:
    """Ask every ticket over one session."""
    connector = aiohttp.TCPConnector(limit=job.in_flight)
    async with aiohttp.ClientSession(connector=connector) as session:

        async def ask(ticket: dict[str, Any]) -> str:
            body = {"model": MODEL, "messages": messages(ticket), "max_tokens": MAX_TOKENS, "temperature": 0.0}
            async with session.post(job.url + "/chat/completions", json=body) as response:
                response.raise_for_status()
                reply = await response.json()
            words: str = reply["choices"][0]["message"]["content"]
            return words

        await ask_all(job, ask)


asyncio.run(run(read_job()))
