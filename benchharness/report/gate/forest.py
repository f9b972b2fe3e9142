"""A forest plot in text, at most 77 columns: every candidate's rate with its interval, and where bar and target lie."""

import math
from collections.abc import Sequence

from benchharness import numbers
from benchharness.records.gate import GateLine
from benchharness.report.untrusted import fenced

__all__ = ["render"]

NAME = 22
PLOT = 31
WIDTH = 77
POINTS = {"api": "●", "fine-tuned": "◆", "self-hosted": "■", "classical": "▲", "ruled-out": "○"}
OTHER = "●"
STEP = 0.1


def render(lines: Sequence[GateLine], *, target: float | None, bar: float | None) -> list[str]:
    """Return the plot's lines; names can't end a fence."""
    if not lines:
        return []
    marks = [(name, value) for name, value in (("bar", bar), ("target", target)) if value is not None]
    low, high = _ends(lines, [value for _, value in marks])
    columns = {_column(value, low, high) for _, value in marks}
    rows = [_row(line, columns, low, high) for line in lines]
    rows += [_mark(f"{name} {numbers.percent(value)}", _column(value, low, high)) for name, value in marks]
    left, right = (numbers.percent(value, digits=0) for value in (low, high))
    rows.append(f"{'':{NAME}} {left}{right.rjust(PLOT - len(left))}")
    return [*rows, *_legend(lines)]


def _ends(lines: Sequence[GateLine], marks: Sequence[float]) -> tuple[float, float]:
    """Return the ends of the scale: tenths around everything that is drawn."""
    values = [value for line in lines for value in _values(line)] + list(marks)
    low = math.floor(round(min(values, default=0.0) / STEP, 6)) * STEP
    high = math.ceil(round(max(values, default=1.0) / STEP, 6)) * STEP
    low, high = max(0.0, low), min(1.0, high)
    return (low, high) if high - low >= STEP else (max(0.0, high - STEP), max(high, STEP))


def _values(line: GateLine) -> list[float]:
    ends = [] if line.interval is None else [line.interval.low, line.interval.high]
    return [] if line.rate is None else [min(1.0, max(0.0, value)) for value in (line.rate, *ends)]


def _column(value: float, low: float, high: float) -> int:
    return min(PLOT - 1, max(0, round((value - low) / (high - low) * (PLOT - 1))))


def _row(line: GateLine, marks: set[int], low: float, high: float) -> str:
    drawn = ["┊" if column in marks else " " for column in range(PLOT)]
    if line.rate is None:
        return f"{_name(line)} {''.join(drawn)}  not measured"
    told = f"{numbers.percent(line.rate):>6}"
    if line.interval is not None:
        first, last = (_column(value, low, high) for value in (line.interval.low, line.interval.high))
        drawn[first : last + 1] = "─" * (last + 1 - first)
        drawn[first], drawn[last] = "├", "┤"
        told += f"  {100 * line.interval.low:.1f}–{100 * line.interval.high:.1f}"
    drawn[_column(line.rate, low, high)] = POINTS.get(line.path, OTHER)
    return f"{_name(line)} {''.join(drawn)} {told}"[:WIDTH].rstrip()


def _name(line: GateLine) -> str:
    return fenced(line.name, most=NAME).ljust(NAME)


def _mark(text: str, column: int) -> str:
    """Return the line under the plot that names one mark: to its right where there is room, else to its left."""
    start = NAME + 1 + column
    if start + 2 + len(text) <= WIDTH:
        return f"{'':{start}}└ {text}"
    return f"{text} ┘".rjust(start + 1)


def _legend(lines: Sequence[GateLine]) -> list[str]:
    paths = {line.path for line in lines}
    return ["  ".join(f"{glyph} {path}" for path, glyph in POINTS.items() if path in paths)] if paths & POINTS.keys() else []
