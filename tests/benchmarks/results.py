"""What one execution of the benchmarks found, and the ratios that are drawn from it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from statistics import median

from benchmarks.capacity import Capacity
from benchmarks.contest import OURS, Kind, Runs
from benchmarks.scenarios import Latency, Memory, Stored

__all__ = ["BARE", "BARE_LITELLM", "OURS_LITELLM", "Results", "paired", "per_example", "throughput"]

BARE, BARE_LITELLM, OURS_LITELLM = "bare aiohttp loop", "bare litellm loop", f"{OURS} through litellm"


@dataclass(slots=True, kw_only=True)
class Results:
    """Everything that was measured; what wasn't is absent."""

    machine: str
    """Processor, cores, system, Python."""
    command: str
    """How it was called."""
    date: str
    """The day, ISO 8601."""
    examples: int
    """Of the large runs."""
    rounds: int
    """Of each contest."""
    versions: dict[str, str] = field(default_factory=dict)
    """What was measured, by contestant; or why it wasn't."""
    capacity: Capacity | None = None
    """Of the server."""
    contests: dict[str, dict[str, Runs]] = field(default_factory=dict)
    """Runs by the server's delay (`0 ms`, `50 ms`) and contestant."""
    stored: dict[str, Stored] = field(default_factory=dict)
    """Stored re-runs by the server's delay."""
    memory: list[Memory] = field(default_factory=list)
    """By size."""
    latencies: list[Latency] = field(default_factory=list)
    """Ours first."""

    def runs(self, scenario: str, name: str) -> Runs | None:
        """Return the runs of a contestant that has numbers."""
        found = self.contests.get(scenario, {}).get(name)
        return None if found is None or found.failed else found

    def fastest_peer(self, scenario: str) -> Runs | None:
        """Return the peer that takes the least processor time for an example."""
        peers = [each for each in self.contests.get(scenario, {}).values() if each.contestant.kind is Kind.PEER]
        peers = [each for each in peers if not each.failed and not each.drowned]
        return min(peers, key=lambda each: median(per_example(each)), default=None)


def per_example(runs: Runs) -> list[float]:
    """Return round by round the processor time of one more example in milliseconds: of the asking where it's told, else of all."""
    return runs.marginal_ms("asking_cpu_s" if runs.knows("asking_cpu_s") else "cpu_s")


def throughput(runs: Runs) -> list[float]:
    """Return round by round the answers a second, from the first question to the last row where it's told, else of the whole run."""
    what = "asking_wall_s" if runs.knows("asking_wall_s") else ""
    return [runs.sizes[1] / (float(each.told[what]) if what else each.wall_s) for each in runs.large]


def paired(above: list[float], below: list[float]) -> float:
    """Return the median of the rounds' ratios: what disturbs one round disturbs both sides of it."""
    return median(one / other for one, other in zip(above, below, strict=False))


def startup_of(runs: Runs) -> Mapping[str, float]:
    """Return the median processor seconds of our command before, during and after the asking."""
    before, during = runs.typical("started_cpu_s"), runs.typical("asking_cpu_s")
    return {"before": before, "asking": during, "after": runs.typical("cpu_s") - before - during}
