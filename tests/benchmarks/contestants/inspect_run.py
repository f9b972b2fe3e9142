"""Inspect with its openai provider and its exact match, its log written as it always is."""

import os
from typing import Any

from benchmarks.contestants.job import MAX_TOKENS, MODEL, Job, read_job, tell
from benchmarks.task import SYSTEM
from inspect_ai import Task
from inspect_ai import eval as evaluate
from inspect_ai.dataset import Sample
from inspect_ai.model import GenerateConfig, get_model
from inspect_ai.scorer import exact
from inspect_ai.solver import generate, system_message


def run(job: Job) -> None:
    """Evaluate all tickets as samples of one task."""
    samples = [Sample(id=each["id"], input=each["input"], target=each["target"]) for each in job.tickets()]
    task = Task(dataset=samples, solver=[system_message(SYSTEM), generate()], scorer=exact())
    model = get_model(
        f"openai/{MODEL}",
        base_url=job.url,
        api_key="none",
        responses_api=False,
        config=GenerateConfig(max_tokens=MAX_TOKENS, temperature=0.0, max_connections=job.in_flight, max_retries=0),
    )
    [log] = evaluate(task, model=model, max_samples=job.in_flight, log_dir=str(job.out.parent / "inspect"), display="none")
    scored: Any = log.results.scores[0] if log.results else None
    asked = log.results.completed_samples if log.results else 0
    tell(right=round(scored.metrics["mean"].value * asked) if scored else 0, asked=asked)


os.environ["INSPECT_TELEMETRY"] = ""
run(read_job())
