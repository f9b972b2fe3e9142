"""Measure every candidate's latency before a run, one question at a time."""

from collections.abc import Sequence
from dataclasses import replace

from benchharness.pipeline.jobs import Cast
from benchharness.providers.calibrating import adapter_s
from benchharness.records.latency_probe import LatencyProbe
from benchharness.runner.budget import Ledger
from benchharness.runner.event_loop import run_in_loop
from benchharness.runner.job import Job
from benchharness.runner.probing import probe

__all__ = ["probe_all"]


def probe_all(jobs: Sequence[Job], cast: Cast, count: int, ledger: Ledger) -> tuple[LatencyProbe, ...]:
    """Return what every candidate took for `count` questions, none beside another, over connections that are closed afterwards.

    `cast` is one of its own, so that the first question of each candidate meets a cold provider.
    """

    async def everything() -> tuple[LatencyProbe, ...]:
        found = []
        added = {entry.name: await adapter_s(entry) for entry, _ in cast.providers}
        try:
            for job in jobs:
                found.append(replace(await probe(job, count, ledger), adapter_s=added.get(job.candidate)))
        finally:
            await cast.close()
        return tuple(found)

    return run_in_loop(everything())
