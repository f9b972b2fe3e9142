"""A script with the openai SDK, as most in-house evaluations begin."""

import asyncio
from typing import Any

from benchmarks.contestants.job import MAX_TOKENS, MODEL, Job, ask_all, messages, read_job
from openai import AsyncOpenAI


async def run(job: Job) -> None:
    """Ask every ticket with one client."""
    async with AsyncOpenAI(base_url=job.url, api_key="none", max_retries=0) as client:

        async def ask(ticket: dict[str, Any]) -> str:
            told: Any = messages(ticket)
            reply = await client.chat.completions.create(model=MODEL, messages=told, max_tokens=MAX_TOKENS, temperature=0.0)
            return reply.choices[0].message.content or ""

        await ask_all(job, ask)


asyncio.run(run(read_job()))
