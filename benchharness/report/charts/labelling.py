"""Names placed around points: near where there is room, farther with a leader where there isn't, and none where nothing is free."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from benchharness.report.charts.placing import Box, text_box

__all__ = ["Placed", "Wanted", "crosses", "label_points"]

REACH = 9.0
RINGS = (20.0, 30.0, 42.0, 56.0, 72.0, 90.0)
DIRECTIONS = 16
HALF = 0.34
CROSSED, BUSY, FAR = 200.0, 6.0, 1.0
# A name that would have to cross another one or a leader is better told below.
WORST = 190.0
Segment = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A name that wants to stand at a point."""

    x: float
    """Of the point."""
    y: float
    """Of the point."""
    text: str
    """As it will be drawn."""
    size: float
    """Of its letters."""
    bold: bool
    """Whether they are bold."""


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a name stands."""

    x: float
    """Of its anchor."""
    y: float
    """Of its baseline."""
    anchor: str
    """`start`, `middle` or `end`."""
    box: Box
    """The room it takes."""
    leader: Segment | None
    """From the point to the name, where it stands apart."""


def label_points(
    wanted: Sequence[Wanted], area: Box, *, taken: Sequence[Box] = (), lines: Sequence[Segment] = ()
) -> tuple[Placed | None, ...]:
    """Return a place for every name in turn, the first ones best served; None where no place is free.

    A name never lies on another, on a `taken` box or on a point; it lies on one of the `lines` only where it must.
    """
    boxes = [*taken, *(Box(each.x - 7, each.y - 7, each.x + 7, each.y + 7) for each in wanted)]
    leaders: list[Segment] = []
    found: list[Placed | None] = []
    for each in wanted:
        best = _best(each, area, boxes, [*leaders], lines)
        found.append(best)
        if best is not None:
            boxes.append(best.box)
            leaders += [best.leader] if best.leader is not None else []
    return tuple(found)


def _best(wanted: Wanted, area: Box, boxes: Sequence[Box], leaders: Sequence[Segment], lines: Sequence[Segment]) -> Placed | None:
    chosen, least = None, math.inf if wanted.bold else WORST
    for rank, place in enumerate(_places(wanted)):
        if rank * FAR >= least:
            break
        if not area.holds(place.box) or any(place.box.meets(box) for box in boxes):
            continue
        cost = rank * FAR + BUSY * sum(crosses(line, place.box) for line in lines)
        cost += CROSSED * sum(crosses(leader, place.box) for leader in leaders)
        if place.leader is not None:
            cost += CROSSED * sum(crosses(place.leader, box) for box in boxes if not _around(box, wanted))
            cost += CROSSED * sum(_meet(place.leader, leader) for leader in leaders)
        if cost < least:
            chosen, least = place, cost
    return chosen


def _around(box: Box, wanted: Wanted) -> bool:
    return box.left <= wanted.x <= box.right and box.top <= wanted.y <= box.bottom


def _places(wanted: Wanted) -> Iterator[Placed]:
    """Yield where the name could stand, the nicest first: beside, above, below, at the corners, then on wider and wider rings."""
    x, y, half = wanted.x, wanted.y, HALF * wanted.size
    near = REACH * 0.8
    beside = [
        (x + REACH + 2, y + half, "start"),
        (x - REACH - 2, y + half, "end"),
        (x, y - REACH - 2, "middle"),
        (x, y + REACH + wanted.size, "middle"),
        (x + near, y - near, "start"),
        (x + near, y + near + wanted.size * 0.8, "start"),
        (x - near, y - near, "end"),
        (x - near, y + near + wanted.size * 0.8, "end"),
    ]
    for left, base, anchor in beside:
        yield _place(wanted, left, base, anchor, None)
    for ring in RINGS:
        for step in range(DIRECTIONS):
            # Even steps to the right first, then to the left: names read best beside their point.
            angle = (step // 2 + 0.5) * 2 * math.pi / DIRECTIONS * (1 if step % 2 else -1)
            away, down = math.cos(angle), math.sin(angle)
            end = (x + ring * 1.3 * away, y + ring * down)
            anchor = "start" if away >= 0 else "end"
            place = _place(wanted, end[0] + (3 if away >= 0 else -3), end[1] + half, anchor, None)
            yield Placed(place.x, place.y, anchor, place.box, (x + 7 * away, y + 7 * down, *end))


def _place(wanted: Wanted, x: float, y: float, anchor: str, leader: Segment | None) -> Placed:
    return Placed(x, y, anchor, text_box(x, y, wanted.text, size=wanted.size, anchor=anchor, bold=wanted.bold), leader)


def crosses(segment: Segment, box: Box) -> bool:
    """Return whether a straight line meets a rectangle."""
    x1, y1, x2, y2 = segment
    first, last = 0.0, 1.0
    for start, way, low, high in ((x1, x2 - x1, box.left, box.right), (y1, y2 - y1, box.top, box.bottom)):
        if way == 0:
            if not low < start < high:
                return False
            continue
        enter, leave = sorted(((low - start) / way, (high - start) / way))
        first, last = max(first, enter), min(last, leave)
    return first < last


def _meet(one: Segment, other: Segment) -> bool:
    def side(line: Segment, x: float, y: float) -> float:
        return (line[2] - line[0]) * (y - line[1]) - (line[3] - line[1]) * (x - line[0])

    apart = side(one, other[0], other[1]) * side(one, other[2], other[3]) < 0
    return apart and side(other, one[0], one[1]) * side(other, one[2], one[3]) < 0
