"""What judging would ask and cost, before there is an answer: stored answers as they are, the others at their longest."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from benchharness.pipeline.asking.jobs import Cast, recipe_of
from benchharness.pipeline.judging.questions import docket_of, judged_scorers
from benchharness.pipeline.judging.second_pass import judge_jobs
from benchharness.pipeline.loading.suite import Loaded
from benchharness.records.answer import AnswerStatus
from benchharness.records.row import Row
from benchharness.records.score import Parsed
from benchharness.records.suite import Extract
from benchharness.runner.job import Job
from benchharness.runner.pace import CHARACTERS_PER_TOKEN
from benchharness.runner.store import Stored, request_key
from benchharness.scorers.extracting import extract

__all__ = ["expected_jobs"]


class Finds(Protocol):
    """What knows stored answers."""

    def find(self, keys: Sequence[str]) -> Mapping[str, Stored]:
        """Return those it has, by key."""
        ...


def expected_jobs(loaded: Loaded, cast: Cast, jobs: Sequence[Job], store: Finds, *, guess: bool = True) -> tuple[Job, ...]:
    """Return the judges' jobs for what the candidates' jobs answered; none without judges.

    With `guess` also for what they would at most answer where the store doesn't know it.
    """
    judged = judged_scorers(loaded.suite)
    if not judged:
        return ()
    examples = {each.id: each for job in jobs for each in job.examples}
    # The answers are found in the outputs already.
    docket = docket_of(_rows(jobs, store, recipe_of(loaded).extracts, guess=guess), judged, examples, {})
    return judge_jobs(loaded.suite, cast, docket)


def _rows(jobs: Sequence[Job], store: Finds, extracts: Mapping[str, Extract | None], *, guess: bool) -> Iterator[Row]:
    for job in jobs:
        for example in job.examples:
            for repeat in range(job.repeat):
                request = job.build(example, repeat)
                key = request_key(job.provider.wire(request), repeat)
                stored = store.find([key]).get(key)
                if stored is None and not guess:
                    continue
                # Nobody knows it yet: as long as it may be, and unlike every other's.
                longest = round(request.parameters.max_tokens * CHARACTERS_PER_TOKEN)
                output: str | None = f"{job.candidate} {job.prompt} {repeat} ".ljust(longest, "x")
                status = AnswerStatus.ANSWERED
                if stored is not None:
                    found = extract(stored.answer.output, extracts.get(job.prompt))
                    output = found.text if isinstance(found, Parsed) else None
                    status = job.mark(example, stored.answer).status
                yield Row(candidate=job.candidate, prompt=job.prompt, example_id=example.id, repeat=repeat, output=output, status=status)
