"""Measure every candidate's latency before a run, one question at a time."""

import asyncio
import signal
from collections.abc import Sequence
from dataclasses import replace
from statistics import median

from benchharness.comparison.quantiles import quantile, quantile_interval
from benchharness.pipeline.asking.ask import Limit
from benchharness.pipeline.asking.jobs import Cast
from benchharness.providers.calibrating import adapter_s
from benchharness.records.latency_probe import LatencyProbe, ProbedLatency
from benchharness.records.run import CandidateTotals
from benchharness.results.totals import LEAST_FOR_P95
from benchharness.runner.asking import pace_of
from benchharness.runner.event_loop import run_in_loop
from benchharness.runner.job import Job
from benchharness.runner.probing import probe

__all__ = ["ProbeStoppedError", "probe_all", "with_probes"]


class ProbeStoppedError(Exception):
    """Happens when a signal ends a probe; nothing of it is kept."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def probe_all(jobs: Sequence[Job], cast: Cast, count: int, limit: Limit) -> tuple[LatencyProbe, ...]:
    """Return what every candidate took for `count` questions, none beside another, over connections that are closed afterwards.

    Raises ProbeStoppedError as soon as a signal asks to stop.

    `cast` and `jobs` are of their own, so that the first question of each candidate meets a cold provider.
    """

    async def everything() -> tuple[LatencyProbe, ...]:
        _on_signals(heard)
        found: list[LatencyProbe] = []
        met: set[int] = set()
        added = {entry.name: await adapter_s(entry) for entry, _ in cast.providers}
        try:
            for job in jobs:
                taken = await probe(job, count, limit.ledger, pace_of(job, limit.paces))
                # The second prompt of a candidate meets a provider that the first has warmed.
                cold = taken.cold_s if id(job.provider) not in met else None
                met.add(id(job.provider))
                found.append(replace(taken, cold_s=cold, adapter_s=added.get(job.candidate)))
        finally:
            await cast.close()
        return tuple(found)

    heard: list[int] = []
    try:
        return run_in_loop(everything())
    except asyncio.CancelledError:
        raise ProbeStoppedError(heard[0] if heard else signal.SIGINT) from None


def _on_signals(heard: list[int]) -> None:
    task = asyncio.current_task()
    assert task is not None

    def stop(number: int) -> None:
        heard.append(number)
        task.cancel()

    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop, number)


def with_probes(totals: Sequence[CandidateTotals], probes: Sequence[LatencyProbe]) -> tuple[CandidateTotals, ...]:
    """Return totals whose latency is the probe's, where there is one."""
    known = {(each.candidate, each.prompt): each for each in probes if each.warm_s}
    return tuple(_with_probe(each, known.get((each.candidate, each.prompt))) for each in totals)


def _with_probe(totals: CandidateTotals, taken: LatencyProbe | None) -> CandidateTotals:
    if taken is None:
        return totals
    warm = sorted(taken.warm_s)
    p50, p95 = quantile_interval(warm, 0.5), quantile_interval(warm, 0.95)
    probed = ProbedLatency(
        p50_low_s=p50[0],
        p50_high_s=p50[1],
        p95_low_s=p95[0],
        p95_high_s=p95[1],
        first_token_s=median(taken.first_token_s) if taken.first_token_s else None,
        cold_s=taken.cold_s,
        adapter_s=taken.adapter_s,
    )
    return replace(
        totals,
        p50_s=quantile(warm, 0.5),
        p95_s=quantile(warm, 0.95) if len(warm) >= LEAST_FOR_P95 else None,
        timed=len(warm),
        probed=probed,
    )
