"""The scenarios beyond the plain contest: a stored re-run, memory at a size, and whether latencies are true."""

import shutil
from dataclasses import dataclass, field
from statistics import median

from benchmarks.contest import Arena, Contestant
from benchmarks.measuring import Measured, Mock

__all__ = ["Latency", "Memory", "Stored", "latency_truth", "memory_at", "stored_rerun"]

# The probe asks one cold question, a hundred warm ones, and streams some.
PROBED, TICKETS_TO_PROBE = 100, 126
# What facts were taken at: in flight, and how many rounds of them.
CROWD, CROWDS = 64, 10


@dataclass(slots=True, kw_only=True)
class Stored:
    """A run and the very same run again, round by round."""

    asked: list[Measured] = field(default_factory=list)
    again: list[Measured] = field(default_factory=list)

    def ratio(self, what: str) -> float:
        """Return how many times less of something the second one takes: the median over rounds."""
        return median(_of(first, what) / _of(second, what) for first, second in zip(self.asked, self.again, strict=True))

    def typical(self, what: str) -> tuple[float, float]:
        """Return the medians of the first and the second."""
        return median(_of(each, what) for each in self.asked), median(_of(each, what) for each in self.again)


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """Resident memory of our own process, in MiB."""

    examples: int
    """Of the run."""
    asking_mb: float
    """The peak until the last row was on disk."""
    whole_mb: float
    """The peak of the whole command."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Latency:
    """What somebody says a server takes that takes a known time."""

    name: str
    """Who."""
    true_s: float
    """What every answer really takes."""
    p50_s: float
    """The median told."""
    p95_s: float
    """The 95th percentile told."""
    p99_s: float | None = None
    """The 99th, where told."""

    def error(self, told_s: float) -> float:
        """Return the relative error of a told latency."""
        return told_s / self.true_s - 1


def stored_rerun(arena: Arena, ours: Contestant, mock: Mock, *, examples: int, rounds: int) -> Stored:
    """Run, and run again on the answers that were kept."""
    found = Stored()
    here = arena.folder / "stored"
    for _ in range(rounds):
        shutil.rmtree(here, ignore_errors=True)
        found.asked.append(_sound(arena.run(ours, examples, mock, folder=here)))
        before = mock.stats()["requests"]
        found.again.append(_sound(arena.run(ours, examples, mock, folder=here)))
        if mock.stats()["requests"] != before:
            raise RuntimeError("the stored re-run asked the server")
    return found


def memory_at(arena: Arena, ours: Contestant, mock: Mock, *, examples: int) -> Memory:
    """Run once, and return what memory it took."""
    run = _sound(arena.run(ours, examples, mock))
    return Memory(examples=examples, asking_mb=run.told["asking_peak_mb"], whole_mb=run.peak_mb)


def latency_truth(arena: Arena, ours: Contestant, others: list[Contestant], mock: Mock) -> list[Latency]:
    """Return what the probe says of the server, and then what loops say that time their own crowd."""
    probed = _sound(arena.run(ours, TICKETS_TO_PROBE, mock, BENCHMARK_PROBE=str(PROBED)))
    found = [_latency(f"{ours.name}, --latency-probe {PROBED}", probed, mock)]
    for each in others:
        run = arena.run(each, CROWD * CROWDS, mock, in_flight=str(CROWD))
        if not run.failed:
            found.append(_latency(f"{each.name}, {CROWD} in flight", run, mock))
    return found


def _latency(name: str, run: Measured, mock: Mock) -> Latency:
    told = run.told
    return Latency(name=name, true_s=mock.delay_s, p50_s=told["p50_s"], p95_s=told["p95_s"], p99_s=told.get("p99_s"))


def _of(run: Measured, what: str) -> float:
    return float(run.told[what] if what in run.told else getattr(run, what))


def _sound(run: Measured) -> Measured:
    if run.failed:
        raise RuntimeError(f"our own run failed: {run.failed}")
    return run
