"""How fast is it against its peers? One command: installs them, runs all in turn, prints ratios, and fails where a promise isn't kept.

python tests/benchmarks/run.py [--quick] [--only NAME] [--scenario NAME] [--examples N] [--rounds N] [--json FILE] [--out FILE]
"""

import argparse
import dataclasses
import json
import os
import platform
import shlex
import signal
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.acceptance import check
from benchmarks.capacity import capacity_of
from benchmarks.contest import CONTESTANTS, OURS, Arena, Contestant, Kind, rounds
from benchmarks.measuring import mock_server
from benchmarks.peers import ENVIRONMENTS, Home, ensure, versions_in
from benchmarks.results import BARE, Results, per_example
from benchmarks.scenarios import latency_truth, memory_at, stored_rerun
from benchmarks.tables import brief, full

SCENARIOS = ("0ms", "50ms", "stored", "memory", "latency")
CACHE = Path.home() / ".cache" / "benchharness-benchmarks"
QUICK = {"examples": 3000, "rounds": 3, "peer_examples": 500}
TRUE_LATENCY_S = 0.5
# What times its own crowd on the slow server, to show what a probe is for.
CROWDED = ("bare aiohttp loop", "httpx, default pool", "bare litellm loop")


def main() -> int:
    """Measure, print, and return 1 when a promise isn't kept."""
    told = _arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    contestants, homes, versions = _gather(told)
    results = Results(
        machine=_machine(),
        command=shlex.join(["python", "tests/benchmarks/run.py", *sys.argv[1:]]),
        date=datetime.now(UTC).date().isoformat(),
        examples=told.examples,
        rounds=told.rounds,
        versions=versions,
    )
    with tempfile.TemporaryDirectory(prefix="benchharness-benchmarks-") as folder:
        _measure(results, told, Arena(folder=Path(folder), homes=homes), contestants)
    lines = check(results)
    text = full(results, lines)
    print(text)
    if told.out is not None:
        told.out.write_text(f"{text}\nFor the README:\n\n{brief(results)}", encoding="utf-8")
    if told.json is not None:
        document = {**dataclasses.asdict(results), "promises": [dataclasses.asdict(each) for each in lines]}
        told.json.write_text(json.dumps(document, indent=1, default=str) + "\n", encoding="utf-8")
    return int(any(not each.kept for each in lines))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--quick", action="store_true", help=f"only the bare loops and ours, {QUICK['examples']} examples, {QUICK['rounds']} rounds"
    )
    parser.add_argument(
        "--only", action="append", metavar="NAME", help="contestants whose name holds this, beside ours and the bare loop; repeatable"
    )
    parser.add_argument("--scenario", action="append", choices=SCENARIOS, help="repeatable; all when not given")
    parser.add_argument("--examples", type=int, metavar="N", help="of the bare loops and ours (10,000)")
    parser.add_argument("--peer-examples", type=int, metavar="N", help="of the peers, which take up to 30 ms for each (2,000)")
    parser.add_argument("--rounds", type=int, metavar="N", help="medians are of so many (5)")
    parser.add_argument("--cache", type=Path, default=CACHE, metavar="DIR", help=f"where peers are installed ({CACHE})")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write everything that was measured")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write the tables as Markdown")
    told = parser.parse_args()
    defaults = QUICK if told.quick else {"examples": 10_000, "rounds": 5, "peer_examples": 2_000}
    for name, value in defaults.items():
        setattr(told, name, getattr(told, name) or value)
    told.scenario = told.scenario or (["0ms", "50ms"] if told.quick else list(SCENARIOS))
    return told


def _gather(told: argparse.Namespace) -> tuple[list[Contestant], dict[str, Home], dict[str, str]]:
    """Return who takes part, where each lives, and what version each is or why it's absent."""
    contestants = [each for each in CONTESTANTS if _takes_part(each, told)]
    homes = {name: ensure(ENVIRONMENTS[name], told.cache) for name in dict.fromkeys(each.home for each in contestants) if name is not None}
    own = versions_in(Home(python=Path(sys.executable), version=""), ("benchharness", "uvloop", "pyreqwest"))
    versions = {}
    for each in contestants:
        home = homes.get(each.home or "")
        versions[each.name] = f"Python {platform.python_version()}" if home is None else home.version
        if each.kind is Kind.OURS:
            versions[each.name] = ", ".join([*(f"{name} {version}" for name, version in own.items()), *([home.version] if home else [])])
    return [each for each in contestants if each.home is None or not homes[each.home].missing], homes, versions


def _takes_part(contestant: Contestant, told: argparse.Namespace) -> bool:
    if contestant.name in (OURS, BARE):
        return True
    if told.only:
        return any(each.lower() in contestant.name.lower() for each in told.only)
    return contestant.home is None or not told.quick


def _measure(results: Results, told: argparse.Namespace, arena: Arena, contestants: Sequence[Contestant]) -> None:
    """Go through the scenarios; each has a server of its own."""
    ours = next(each for each in contestants if each.name == OURS)
    sizes = {each.name: told.examples if each.full and each.home != "litellm" else told.peer_examples for each in contestants}
    for scenario, name, delay_s in (("0ms", "0 ms", 0.0), ("50ms", "50 ms", 0.05)):
        with mock_server(delay_s) as mock:
            if scenario in told.scenario:
                results.capacity = results.capacity or capacity_of(mock) if not delay_s else results.capacity
                for done, found in rounds(arena, contestants, mock, sizes=sizes, count=told.rounds):
                    results.contests[name] = found
                    _progress(f"{name}: round {done} of {told.rounds} done; {_so_far(results, name)}")
            if "stored" in told.scenario:
                results.stored[name] = stored_rerun(arena, ours, mock, examples=told.examples, rounds=told.rounds)
                _progress(f"{name}: stored re-runs done")
            if "memory" in told.scenario and not delay_s:
                results.memory = [memory_at(arena, ours, mock, examples=count) for count in (told.examples, told.examples * 10)]
                _progress("memory done")
    if "latency" in told.scenario:
        with mock_server(TRUE_LATENCY_S) as mock:
            results.latencies = latency_truth(arena, ours, [each for each in contestants if each.name in CROWDED], mock)


def _so_far(results: Results, scenario: str) -> str:
    parts = [f"{name} {per_example(runs)[-1]:.2f}" for name, runs in results.contests[scenario].items() if not runs.failed]
    return "CPU ms per example: " + ", ".join(parts)


def _progress(text: str) -> None:
    print(f"  {text}", file=sys.stderr, flush=True)


def _machine() -> str:
    info = Path("/proc/cpuinfo")
    names = (
        [line.partition(":")[2].strip() for line in info.read_text().splitlines() if line.startswith("model name")] if info.exists() else []
    )
    system = f"{platform.system()} {platform.release()}, Python {platform.python_version()}"
    return f"{names[0] if names else platform.processor()}, {os.cpu_count()} cores, {system}"


if __name__ == "__main__":
    sys.exit(main())
