"""A curiosity: httpx with its default client, whose pool takes quadratic time."""

import asyncio
from typing import Any

import httpx
from benchmarks.contestants.job import MAX_TOKENS, MODEL, Job, ask_all, messages, read_job


async def run(job: Job) -> None:
    """Ask every ticket with one client."""
    async with httpx.AsyncClient(timeout=60, trust_env=False) as client:

        async def ask(ticket: dict[str, Any]) -> str:
            body = {"model": MODEL, "messages": messages(ticket), "max_tokens": MAX_TOKENS, "temperature": 0.0}
            response = await client.post(job.url + "/chat/completions", json=body)
            response.raise_for_status()
            words: str = response.json()["choices"][0]["message"]["content"]
            return words

        await ask_all(job, ask)


asyncio.run(run(read_job()))
