"""The answer of `bench history`: a table of runs and a small chart of the best rate of each path, at most 80 columns."""

from collections.abc import Sequence

from benchharness import numbers
from benchharness.records.history import CandidatePast, PastRun
from benchharness.report.verdict.terminal import wrapped

__all__ = ["render"]

PATHS = {"api": "prompt", "fine-tuned": "fine-tune", "self-hosted": "self-host", "classical": "classical"}
BARS = "▁▂▃▄▅▆▇█"
MOST_RUNS = 60


def render(runs: Sequence[PastRun]) -> str:
    """Return the history, oldest run first; a change of golden set is told, since rates across it don't compare."""
    shown = runs[-MOST_RUNS:]
    paths = [path for path in PATHS if any(_best(each, path) is not None for each in shown)]
    lines = [f"{runs[0].suite} · {numbers.quantity(len(runs), 'run')}", ""]
    lines.append(f"{'run':<20}{''.join(f'{PATHS[path]:>11}' for path in paths)}  verdict")
    before = shown[0].golden_set
    for each in shown:
        if each.golden_set != before:
            lines.append("-- the golden set changed: rates above and below don't compare --")
            before = each.golden_set
        cells = "".join(f"{_rate(_best(each, path)):>11}" for path in paths)
        lines.append(f"{each.date[:16].replace('T', ' '):<20}{cells}  {each.verdict}")
    lines += ["", *(f"{PATHS[path]:<11}{_chart([_best(each, path) for each in shown])}" for path in paths), ""]
    for path in paths:
        last = _best(shown[-1], path)
        if last is not None:
            told = f"{PATHS[path]}: {last.name}, {numbers.count_of(last.matched, last.n)}, {numbers.usd(last.usd_per_1k)} per 1,000 answers"
            lines += wrapped(told, indent="")
    return "\n".join(lines)


def _best(run: PastRun, path: str) -> CandidatePast | None:
    """Return whom the run's verdict took for the best of a path; where it tells of none, the one with the highest rate."""
    among = [each for each in run.candidates if each.path == path and each.rate is not None]
    return max(among, key=lambda each: (each.name in run.best, each.rate or 0.0), default=None)


def _rate(past: CandidatePast | None) -> str:
    return "–" if past is None else numbers.percent(past.rate)


def _chart(pasts: Sequence[CandidatePast | None]) -> str:
    """Return one bar per run, from 0 to 100%; a blank where the path wasn't measured."""
    return "".join(" " if each is None else BARS[min(len(BARS) - 1, int((each.rate or 0.0) * len(BARS)))] for each in pasts)
