"""A bare loop over litellm, with the settings our own adapter gives it: retries off, nothing fetched."""

import asyncio
from typing import Any

import litellm
from benchmarks.contestants.job import MAX_TOKENS, MODEL, Job, ask_all, messages, read_job

litellm.telemetry = False
litellm.suppress_debug_info = True


async def run(job: Job) -> None:
    """Ask every ticket."""

    async def ask(ticket: dict[str, Any]) -> str:
        reply: Any = await litellm.acompletion(
            model=f"openai/{MODEL}",
            messages=messages(ticket),
            max_tokens=MAX_TOKENS,
            temperature=0.0,
            api_base=job.url,
            api_key="none",
            timeout=60,
            num_retries=0,
            max_retries=0,
        )
        return reply.choices[0].message.content or ""

    await ask_all(job, ask)


asyncio.run(run(read_job()))
