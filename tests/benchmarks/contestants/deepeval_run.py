"""deepeval with its exact match; answers are asked for beforehand through the openai SDK, as its documentation does."""

import asyncio
from typing import Any

from benchmarks.contestants.job import MAX_TOKENS, MODEL, Job, messages, read_job, tell
from deepeval import evaluate
from deepeval.evaluate.configs import AsyncConfig, CacheConfig, DisplayConfig
from deepeval.metrics import ExactMatchMetric
from deepeval.test_case import LLMTestCase
from openai import AsyncOpenAI


async def answers(job: Job, tickets: list[dict[str, Any]]) -> list[str]:
    """Return every answer, in order."""
    gate = asyncio.Semaphore(job.in_flight)
    async with AsyncOpenAI(base_url=job.url, api_key="none", max_retries=0) as client:

        async def ask(ticket: dict[str, Any]) -> str:
            async with gate:
                told: Any = messages(ticket)
                reply = await client.chat.completions.create(model=MODEL, messages=told, max_tokens=MAX_TOKENS, temperature=0.0)
                return reply.choices[0].message.content or ""

        return await asyncio.gather(*(ask(each) for each in tickets))


def run(job: Job) -> None:
    """Ask, make test cases, evaluate."""
    tickets = job.tickets()
    found = asyncio.run(answers(job, tickets))
    cases = [
        LLMTestCase(input=each["input"], actual_output=words, expected_output=each["target"])
        for each, words in zip(tickets, found, strict=True)
    ]
    result = evaluate(
        cases,
        [ExactMatchMetric()],
        async_config=AsyncConfig(run_async=True, max_concurrent=job.in_flight),
        display_config=DisplayConfig(show_indicator=False, print_results=False),
        cache_config=CacheConfig(write_cache=False, use_cache=False),
    )
    right = sum(bool(each.success) for each in result.test_results)
    with job.out.open("w", encoding="utf-8") as rows:
        rows.writelines(f'{{"id": "{each.name}", "success": {str(each.success).lower()}}}\n' for each in result.test_results)
    tell(right=right, asked=len(result.test_results))


run(read_job())
