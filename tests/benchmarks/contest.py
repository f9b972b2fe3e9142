"""Who takes part, and the rounds: everybody in turn, at two sizes, over and over."""

import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from statistics import median

from benchmarks.measuring import Measured, Mock, run_measured
from benchmarks.peers import Home
from benchmarks.task import right_of, write_golden_set

__all__ = ["CONTESTANTS", "OURS", "Arena", "Contestant", "Kind", "Runs", "rounds"]

# A run of everybody's is smaller by this: what is the same at both sizes is start-up, and the rest the price of an example.
SMALLER = 10
WARM_UP = 20
# Of the price of examples, where start-up can't be told apart, at least so much must be more than start-up.
LEAST_SHARE = 0.2


class Kind(StrEnum):
    """What a contestant is."""

    FLOOR = "floor"
    LOOP = "bare loop"
    PEER = "peer"
    CURIOSITY = "curiosity"
    OURS = "ours"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contestant:
    """One way to do the job."""

    name: str
    """What tables call it."""
    script: str
    """Its file in contestants/."""
    home: str | None
    """Its environment; None for the Python that runs the benchmarks."""
    kind: Kind
    """What it is."""
    settings: Mapping[str, str] = field(default_factory=dict)
    """Variables it's run with."""
    full: bool = False
    """Whether it does all examples whatever its speed."""


OURS = "benchharness"
# lm-eval as well: it takes 13 seconds to start, and little after it.
ALL_EXAMPLES = (Kind.FLOOR, Kind.LOOP, Kind.OURS)
CONTESTANTS = tuple(
    Contestant(name=name, script=script, home=home, kind=kind, settings=settings, full=kind in ALL_EXAMPLES or home == "lm-eval")
    for name, script, home, kind, settings in (
        ("raw asyncio socket", "raw_socket", None, Kind.FLOOR, {}),
        ("bare aiohttp loop", "aiohttp_loop", "aiohttp", Kind.LOOP, {}),
        (OURS, "ours", None, Kind.OURS, {}),
        ("openai SDK script", "openai_sdk", "openai", Kind.PEER, {}),
        ("pydantic-evals", "pydantic_evals_run", "pydantic-evals", Kind.PEER, {}),
        ("deepeval", "deepeval_run", "deepeval", Kind.PEER, {}),
        ("lm-eval", "lm_eval_run", "lm-eval", Kind.PEER, {}),
        ("Inspect", "inspect_run", "inspect", Kind.PEER, {}),
        ("promptfoo", "promptfoo_run", "promptfoo", Kind.PEER, {}),
        ("httpx, default pool", "httpx_loop", "httpx", Kind.CURIOSITY, {}),
        ("bare litellm loop", "litellm_loop", "litellm", Kind.PEER, {}),
        (f"{OURS} through litellm", "ours", "litellm", Kind.OURS, {"BENCHMARK_LITELLM": "1"}),
    )
)


@dataclass(slots=True)
class Runs:
    """All runs of one contestant in one scenario, small and large of each round."""

    contestant: Contestant
    sizes: tuple[int, int]
    small: list[Measured] = field(default_factory=list)
    large: list[Measured] = field(default_factory=list)

    @property
    def failed(self) -> str:
        """Return why there are no numbers; empty when there are."""
        return next((each.failed for each in (*self.small, *self.large) if each.failed), "" if self.large else "not run")

    def marginal_ms(self, what: str = "cpu_s") -> list[float]:
        """Return round by round what one more example takes, in milliseconds; `what` is a field of `Measured` or told by the contestant."""
        more = self.sizes[1] - self.sizes[0]
        return [(_value(large, what) - _value(small, what)) / more * 1e3 for small, large in zip(self.small, self.large, strict=True)]

    def typical(self, what: str) -> float:
        """Return the median of a value over the large runs."""
        return median(_value(each, what) for each in self.large)

    def knows(self, what: str) -> bool:
        """Tell whether the contestant tells of it."""
        return not self.failed and all(what in each.told for each in self.large)

    @property
    def drowned(self) -> bool:
        """Tell whether start-up is so much of it that the price of an example can't be seen."""
        if self.knows("asking_cpu_s"):
            return False
        return median(self.marginal_ms()) * (self.sizes[1] - self.sizes[0]) / 1e3 < LEAST_SHARE * self.typical("cpu_s")

    @property
    def scored_right(self) -> bool:
        """Tell whether it counted what the server got right, each time."""
        pairs = [*((each, self.sizes[0]) for each in self.small), *((each, self.sizes[1]) for each in self.large)]
        return all(each.told.get("right") == right_of(size) and each.told.get("asked") == size for each, size in pairs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arena:
    """Where it takes place."""

    folder: Path
    """Everybody's files, emptied as it goes."""
    homes: Mapping[str, Home]
    """Environments by name."""
    in_flight: int = 100
    """The most questions in flight."""
    timeout_s: float = 900.0
    """The longest run."""

    def golden(self, count: int) -> Path:
        """Return a golden set of so many tickets."""
        path = self.folder / f"golden-{count}.jsonl"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            write_golden_set(path, count)
        return path

    def run(self, contestant: Contestant, count: int, mock: Mock, *, folder: Path | None = None, **settings: str) -> Measured:
        """Let a contestant do the job once, in a fresh folder unless one is given."""
        here = folder or self.folder / "work"
        if folder is None:
            shutil.rmtree(here, ignore_errors=True)
        home = self.homes.get(contestant.home or "")
        python = Path(sys.executable) if home is None else home.python
        command = [str(python), str(Path(__file__).parent / "contestants" / f"{contestant.script}.py")]
        command += ["--url", mock.url, "--golden", str(self.golden(count)), "--out", str(here / "rows.jsonl")]
        command += ["--in-flight", settings.pop("in_flight", str(self.in_flight))]
        if home is not None and home.tool is not None:
            settings["PROMPTFOO"] = str(home.tool)
        return run_measured(command, here, mock, settings={**contestant.settings, **settings}, timeout_s=self.timeout_s)


def rounds(
    arena: Arena, contestants: Sequence[Contestant], mock: Mock, *, sizes: Mapping[str, int], count: int
) -> Iterator[tuple[int, dict[str, Runs]]]:
    """Yield after every round all runs so far by contestant; `sizes` is the large size of each."""
    for each in contestants:
        # Whoever runs for the first time compiles its modules and reads its files from the disk.
        arena.run(each, WARM_UP, mock)
    found = {each.name: Runs(each, (max(1, sizes[each.name] // SMALLER), sizes[each.name])) for each in contestants}
    for done in range(count):
        for each in contestants:
            runs = found[each.name]
            if runs.failed not in ("", "not run"):
                continue
            for size, into in zip(runs.sizes, (runs.small, runs.large), strict=True):
                into.append(arena.run(each, size, mock))
                if into[-1].failed:
                    break
        yield done + 1, found


def _value(measured: Measured, what: str) -> float:
    return float(measured.told[what] if what in measured.told else getattr(measured, what))
