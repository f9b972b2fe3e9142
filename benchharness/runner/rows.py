"""Make the row of one answer, or of none."""

import json
from dataclasses import replace
from typing import Any

from benchharness.records.answer import Answer, AnswerStatus, NoAnswer
from benchharness.records.example import Example
from benchharness.records.row import Row
from benchharness.records.score import Mark
from benchharness.runner.job import Job
from benchharness.runner.store import Stored

__all__ = ["answered_row", "missing_row"]


def answered_row(job: Job, example: Example, repeat: int, stored: Stored, *, cached: bool) -> Row:
    """Return the row of an answer, scored."""
    answer = stored.answer
    # A stored answer tells no latency of today, so none may be scored.
    mark = job.mark(example, replace(answer, latency_s=None) if cached else answer)
    return Row(
        **_who(job, example, repeat),
        **_measured(answer),
        **_marked(mark),
        attempts=stored.attempts,
        cached=cached,
        started_at=stored.asked_at,
    )


def missing_row(job: Job, example: Example, repeat: int, failure: NoAnswer, *, attempts: int) -> Row:
    """Return the row of a question without an answer: an error, not measured, no score."""
    code = "" if failure.status_code is None else f" {failure.status_code}"
    return Row(
        **_who(job, example, repeat),
        status=AnswerStatus.ERROR,
        error=f"{failure.failure.value}{code}: {failure.message}",
        attempts=attempts,
    )


def _who(job: Job, example: Example, repeat: int) -> dict[str, Any]:
    target = example.target
    return {
        "candidate": job.candidate,
        "prompt": job.prompt,
        "path": job.path,
        "provider": job.provider.name,
        "model": job.model,
        "example_id": example.id,
        "cluster": example.cluster,
        "repeat": repeat,
        "target": target if target is None or isinstance(target, str) else json.dumps(target, ensure_ascii=False),
    }


def _measured(answer: Answer) -> dict[str, Any]:
    usage = answer.usage
    return {
        "served_model": answer.served_model,
        "output": answer.output,
        "finish_reason": answer.finish_reason,
        "input_tokens": usage.input_tokens,
        "cached_tokens": usage.cached_tokens,
        "cache_write_tokens": usage.cache_write_tokens,
        "output_tokens": usage.output_tokens,
        "reasoning_tokens": usage.reasoning_tokens,
        "cost_usd": answer.cost_usd,
        "latency_s": answer.latency_s,
        "latency_kind": answer.latency_kind,
        "effective_params": answer.effective_params,
    }


def _marked(mark: Mark) -> dict[str, Any]:
    return {
        "status": mark.status,
        "scores": mark.scores,
        "score": mark.score,
        "matched": mark.matched,
        "parsed": mark.parsed,
        "error": mark.why,
    }
