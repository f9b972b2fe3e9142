"""What was found, as Markdown."""

from collections.abc import Iterator
from statistics import median

from benchmarks.acceptance import Line
from benchmarks.contest import OURS, Runs
from benchmarks.results import BARE, Results, paired, per_example, startup_of, throughput

__all__ = ["brief", "full"]

COUNTED = (
    "**CPU per example**: user and system time of the whole process tree, all threads, of one more example: the difference of two "
    "sizes (the one shown and a tenth of it), so that start-up is not in it. For benchharness and the loops it's the part from the first "
    "prompt to the last row on disk; for peers that don't tell, of everything. **whole** is the command as it is, start-up and all; "
    "ours also reads, decides and writes its report, which no loop does. **answers/s** is from the first question to the last row where "
    "that is known, else of the whole run. **peak MB** is the largest process's resident memory."
)


def full(results: Results, lines: list[Line]) -> str:
    """Return everything."""
    parts = [f"{results.date} · {results.machine}\n\n    {results.command}\n"]
    if results.capacity is not None:
        told = results.capacity
        parts.append(
            f"The server: {told.per_s:,.0f} answers/s from a client that only counts, {told.cpu_us:.0f} µs of its processor each.\n"
        )
    parts += [_contest(results, scenario) for scenario in results.contests]
    parts += [_ours(results), _stored(results), _memory(results), _latencies(results), verdict(lines)]
    if results.contests:
        parts.append(COUNTED + "\n")
    missing = [f"- {name}: {why}" for name, why in results.versions.items() if "can't be installed" in why]
    failed = [
        f"- {each.contestant.name} ({scenario}): {each.failed}"
        for scenario, runs in results.contests.items()
        for each in runs.values()
        if each.failed
    ]
    if missing or failed:
        parts.append("Without numbers:\n" + "\n".join([*missing, *failed]) + "\n")
    return "\n".join(part for part in parts if part)


def verdict(lines: list[Line]) -> str:
    """Return the promises as a table."""
    rows = [f"| {'PASS' if each.kept else 'FAIL'} | {each.promise} | {each.found} |" for each in lines]
    return "| | promise | found |\n|---|---|---|\n" + "\n".join(rows) + "\n"


def brief(results: Results) -> str:
    """Return the small table for the README: processor time of an example, and its ratio to the bare loop's."""
    contest = results.contests.get("0 ms", {})
    bare = results.runs("0 ms", BARE)
    if bare is None:
        return ""
    rows = ["| | CPU ms per example | × bare loop | peak MB |", "|---|--:|--:|--:|"]
    for each in _by_cost(contest):
        name = f"**{OURS}**" if each.contestant.name == OURS else f"{each.contestant.name}"
        version = results.versions.get(each.contestant.name, "")
        cost, ratio = _cost(each, bare)
        rows.append(f"| {name} ({version}) | {cost} | {ratio} | {each.typical('peak_mb'):.0f} |")
    return "\n".join(rows) + "\n"


def _contest(results: Results, scenario: str) -> str:
    bare = results.runs(scenario, BARE)
    head = [
        f"### A server that takes {scenario}\n",
        "| | version | examples | CPU ms per example | × bare loop | whole CPU s | whole wall s | answers/s | peak MB |",
        "|---|---|--:|--:|--:|--:|--:|--:|--:|",
    ]
    rows = []
    for each in _by_cost(results.contests[scenario]):
        cost, ratio = _cost(each, bare)
        version = results.versions.get(each.contestant.name, "")
        rows.append(
            f"| {each.contestant.name} | {version} | {each.sizes[1]:,} | {cost} | {ratio} "
            f"| {each.typical('cpu_s'):.2f} | {each.typical('wall_s'):.2f} | {median(throughput(each)):,.0f} "
            f"| {each.typical('peak_mb'):.0f} |"
        )
    return "\n".join([*head, *rows]) + "\n"


def _cost(runs: Runs, bare: Runs | None) -> tuple[str, str]:
    """Return the price of an example in milliseconds, and how many times the bare loop's it is."""
    if runs.drowned:
        return "drowned by start-up", "–"
    return f"{median(per_example(runs)):.2f}", "–" if bare is None else f"{paired(per_example(runs), per_example(bare)):.2f}"


def _by_cost(contest: dict[str, Runs]) -> list[Runs]:
    return sorted((each for each in contest.values() if not each.failed), key=lambda each: (each.drowned, median(per_example(each))))


def _ours(results: Results) -> str:
    runs = results.runs("0 ms", OURS)
    if runs is None:
        return ""
    parts = startup_of(runs)
    after = median(runs.marginal_ms("cpu_s")) - median(per_example(runs))
    return (
        f"`bench run` of {runs.sizes[1]:,} examples, CPU seconds: "
        f"{parts['before']:.2f} before the first prompt (imports, suite, golden set), "
        f"{parts['asking']:.2f} asking, {parts['after']:.2f} after the last row (Parquet, statistics, verdict, reports). "
        f"Of one more example, {after:.3f} ms are outside the asking.\n"
    )


def _stored(results: Results) -> str:
    if not results.stored:
        return ""
    rows = ["| stored re-run | asking | again | × |", "|---|--:|--:|--:|"]
    for scenario, found in results.stored.items():
        for what, told in (
            ("asking_wall_s", "asking, wall s"),
            ("asking_cpu_s", "asking, CPU s"),
            ("wall_s", "whole command, wall s"),
            ("cpu_s", "whole command, CPU s"),
        ):
            first, again = found.typical(what)
            rows.append(f"| {told}, {scenario} | {first:.2f} | {again:.2f} | {found.ratio(what):.1f} |")
    return "\n".join(rows) + "\n"


def _memory(results: Results) -> str:
    if not results.memory:
        return ""
    rows = [f"| {each.examples:,} | {each.asking_mb:.0f} | {each.whole_mb:.0f} |" for each in results.memory]
    return "| examples | peak MB while asking | peak MB, whole command |\n|--:|--:|--:|\n" + "\n".join(rows) + "\n"


def _latencies(results: Results) -> str:
    def rows() -> Iterator[str]:
        for each in results.latencies:
            p99 = "" if each.p99_s is None else f"{each.p99_s * 1e3:,.0f}"
            errors = f"{each.error(each.p50_s):+.1%} | {each.p95_s * 1e3:,.0f} | {each.error(each.p95_s):+.1%}"
            yield f"| {each.name} | {each.true_s * 1e3:.0f} | {each.p50_s * 1e3:,.0f} | {errors} | {p99} |"

    head = "| who says so | true ms | p50 ms | error | p95 ms | error | p99 ms |\n|---|--:|--:|--:|--:|--:|--:|\n"
    return head + "\n".join(rows()) + "\n" if results.latencies else ""
