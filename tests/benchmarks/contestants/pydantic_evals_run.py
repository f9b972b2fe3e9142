"""pydantic-evals, its task asking through the openai SDK as its documentation does."""

import asyncio
from typing import Any

from benchmarks.contestants.job import MAX_TOKENS, MODEL, Job, messages, read_job, tell
from openai import AsyncOpenAI
from pydantic_evals import Case, Dataset
from pydantic_evals.evaluators import EqualsExpected


async def run(job: Job) -> None:
    """Evaluate all tickets as cases of one data set, and write the report's cases."""
    client = AsyncOpenAI(base_url=job.url, api_key="none", max_retries=0)

    async def task(words: str) -> str:
        told: Any = messages({"input": words})
        reply = await client.chat.completions.create(model=MODEL, messages=told, max_tokens=MAX_TOKENS, temperature=0.0)
        return reply.choices[0].message.content or ""

    cases = [Case(name=each["id"], inputs=each["input"], expected_output=each["target"]) for each in job.tickets()]
    data: Any = Dataset(name="tickets", cases=cases, evaluators=[EqualsExpected()])
    report = await data.evaluate(task, max_concurrency=job.in_flight, progress=False)
    right = sum(all(each.value for each in case.assertions.values()) for case in report.cases)
    with job.out.open("w", encoding="utf-8") as rows:
        rows.writelines(f'{{"id": "{case.name}", "output": "{case.output}"}}\n' for case in report.cases)
    await client.close()
    tell(right=right, asked=len(report.cases))


asyncio.run(run(read_job()))
