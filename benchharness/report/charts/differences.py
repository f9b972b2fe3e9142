"""The differences of pairs with their intervals around zero, in the suite's order: what holds after Holm is filled, the rest hollow."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from benchharness import numbers
from benchharness.records.run_comparison import Change
from benchharness.report.charts.axes import Linear, linear_ticks
from benchharness.report.charts.drawing import INK, RADIUS, SIZE, SMALL, WIDTH, frame, line, mark, words
from benchharness.report.charts.markup import Element, markup
from benchharness.report.charts.placing import clipped, text_width
from benchharness.report.compare.wording import differs, finding
from benchharness.report.untrusted import shortened

__all__ = ["drawn", "render"]

EDGE = 8.0
GAP = 18.0
MOST_NAME, LEAST_NAME = 230.0, 72.0
TOP = 46.0
MANY = 14
ROW, TIGHT_ROW = 30.0, 22.0
CAP = 4.0
BESIDE = 6.0
LEAST_REACH = 0.02
LEAST_SIDE = 0.4
MARGIN = 1.05
# Nobody sees more of a name in a chart, and measuring a long one takes long.
MOST_LETTERS = 120
HEADS = ("difference", "95% CI")
PAIRED = "paired"


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where the columns stand; the plot has what the names and the numbers leave."""

    name: float
    plot: Linear
    ticks: tuple[float, ...]
    ends: tuple[float, ...]


def render(changes: Sequence[Change]) -> str:
    """Return the plot as SVG."""
    return markup(drawn(changes))


def drawn(changes: Sequence[Change]) -> Element:
    """Return the plot as an element, for whoever puts it into a page."""
    columns = _columns(changes)
    step = TIGHT_ROW if len(changes) > MANY else ROW
    bottom = TOP + step * max(1, len(changes))
    parts = list(_ground(columns, bottom))
    for at, change in enumerate(changes):
        parts += _row(change, columns, TOP + step * (at + 0.5))
    parts += _legend(changes, bottom + 54)
    return frame("changes", ("Difference of each pair, with its interval", _alt_text(changes)), bottom + 66, parts)


def _cells(change: Change) -> tuple[str, ...]:
    return numbers.points(change.difference), numbers.points_interval(change.interval)


def _columns(changes: Sequence[Change]) -> _Columns:
    widths = [max(text_width(each, SMALL) for each in column) for column in zip(HEADS, *(_cells(each) for each in changes), strict=True)]
    ends = (WIDTH - EDGE - widths[1] - GAP, WIDTH - EDGE)
    longest = max((text_width(_name(each, MOST_NAME), SIZE) for each in changes), default=0.0)
    name = max(LEAST_NAME, min(MOST_NAME, longest))
    low, high = _reach(changes)
    plot = Linear(low, high, EDGE + name + GAP, ends[0] - widths[0] - GAP)
    return _Columns(name, plot, linear_ticks(low, high, most=6), ends)


def _reach(changes: Sequence[Change]) -> tuple[float, float]:
    """Return the ends of the scale: every interval fits, and either side of zero has room for its word."""
    found = [0.0]
    for change in changes:
        if change.difference is not None:
            found.append(change.difference)
            found += [] if change.interval is None else [change.interval.low, change.interval.high]
    far = max(LEAST_REACH, -min(found), *found) * MARGIN
    return min(min(found) * MARGIN, -LEAST_SIDE * far), max(max(found) * MARGIN, LEAST_SIDE * far)


def _ground(columns: _Columns, bottom: float) -> Iterator[Element]:
    """Yield the grid, zero with a word on either side, and the headings."""
    for tick in columns.ticks:
        x = columns.plot.at(tick)
        yield line((x, TOP, x, bottom), "grid")
        yield words(x, bottom + 18, numbers.points_tick(tick), "tick", anchor="middle")
    middle, zero = (columns.plot.start + columns.plot.end) / 2, columns.plot.at(0.0)
    yield words(middle, bottom + 34, "percentage points", "axis-title", anchor="middle")
    yield words(EDGE, TOP - 12, "candidate", "heading")
    for head, end in zip(HEADS, columns.ends, strict=True):
        yield words(end, TOP - 12, head, "heading", anchor="end")
    yield words(zero - BESIDE, TOP - 12, "worse", "heading", anchor="end")
    yield words(zero + BESIDE, TOP - 12, "better", "heading")
    yield line((EDGE, TOP - 4, WIDTH - EDGE, TOP - 4), "axis", stroke="#afb8c1")
    yield line((zero, TOP - 22, zero, bottom), "zero", stroke=INK, width=1.5)


def _row(change: Change, columns: _Columns, y: float) -> Iterator[Element]:
    yield words(EDGE, y + 4.5, _name(change, columns.name), "name", size=SIZE)
    for cell, end in zip(_cells(change), columns.ends, strict=True):
        yield words(end, y + 4, cell, "rate", anchor="end")
    if change.difference is None:
        zero = columns.plot.at(0.0)
        # On the side with more room, so that it lies on no line.
        left = zero - columns.plot.start > columns.plot.end - zero
        place = zero - BESIDE if left else zero + BESIDE
        yield words(place, y + 4.5, "not measured", "value faint", anchor="end" if left else "start", halo=True)
        return
    if change.interval is not None:
        low, high = columns.plot.at(change.interval.low), columns.plot.at(change.interval.high)
        yield line((low, y, high, y), f"interval {PAIRED}", stroke=INK, width=2)
        for end in (low, high):
            yield line((end, y - CAP, end, y + CAP), f"interval {PAIRED}", stroke=INK, width=2)
    yield mark(PAIRED, columns.plot.at(change.difference), y, hollow=not differs(change.p_value))


def _legend(changes: Sequence[Change], y: float) -> Iterator[Element]:
    """Yield both marks with their words, those that occur."""
    met = {differs(each.p_value): finding(each.p_value) for each in changes if each.difference is not None}
    x = EDGE
    for sure in sorted(met, reverse=True):
        yield mark(PAIRED, x + RADIUS, y - 4, hollow=not sure)
        yield words(x + 2 * RADIUS + BESIDE, y, met[sure], "legend")
        x += 2 * RADIUS + BESIDE + text_width(met[sure], SMALL) + GAP


def _name(change: Change, width: float) -> str:
    return clipped(shortened(change.name, MOST_LETTERS), width, size=SIZE)


def _alt_text(changes: Sequence[Change]) -> str:
    """Return what the plot shows, in words."""
    told = []
    for sure, title in ((True, "Differs"), (False, "No difference shown")):
        names = [
            f"{_name(each, 2 * MOST_NAME)} {numbers.points(each.difference)} ({numbers.points_interval(each.interval)})"
            for each in changes
            if each.difference is not None and differs(each.p_value) is sure
        ]
        if names:
            told.append(f"{title}: {numbers.listed(names)}.")
    names = [_name(each, 2 * MOST_NAME) for each in changes if each.difference is None]
    if names:
        told.append(f"Not measured: {numbers.listed(names)}.")
    return " ".join(told) or "No pair is compared."
