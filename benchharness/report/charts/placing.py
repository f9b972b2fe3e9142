"""Where text can stand: how much room it takes, how it is cut, and how labels are kept from lying on each other."""

import math
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from benchharness.report.untrusted import shown

__all__ = ["Box", "clipped", "clipped_pair", "lines_of", "spread", "text_box", "text_width"]

CUT = "…"
# Widths in ems of a wide sans-serif (DejaVu Sans, Verdana), rounded up: no reader's font needs more.
WIDTHS = {
    **dict.fromkeys("ijl'|", 0.36),
    **dict.fromkeys(" .,:;!I/\\()[]ftr-·", 0.43),
    **dict.fromkeys('sczJ"*?_`k{}L–FTvxy', 0.64),
    **dict.fromkeys("ABCDEGHKNOPQRSUVXYZ", 0.8),
    **dict.fromkeys("wM&~+=<>^#×", 0.87),
    **dict.fromkeys("mWQ%@…", 1.01),
}
USUAL = 0.65
OTHER_SCRIPT = 1.02
BOLD = 1.13
FIRST_SHARE = 0.62
ASCENT = 0.95
DESCENT = 0.27


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of the drawing, y downwards."""

    left: float
    """Smallest x."""
    top: float
    """Smallest y."""
    right: float
    """Largest x."""
    bottom: float
    """Largest y."""

    def meets(self, other: "Box") -> bool:
        """Return whether both share more than an edge."""
        return self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom

    def holds(self, other: "Box") -> bool:
        """Return whether the other lies wholly inside."""
        return self.left <= other.left and other.right <= self.right and self.top <= other.top and other.bottom <= self.bottom

    def grown(self, by: float) -> "Box":
        """Return the rectangle with room around it."""
        return Box(self.left - by, self.top - by, self.right + by, self.bottom + by)


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Return how wide text may be at most, in the unit of its size."""
    ems = sum(_ems(char) for char in shown(text))
    return ems * size * (BOLD if bold else 1.0)


def _ems(char: str) -> float:
    if char.isascii() or char in WIDTHS:
        return WIDTHS.get(char, USUAL)
    return 0.0 if unicodedata.combining(char) else OTHER_SCRIPT


def text_box(x: float, y: float, text: str, *, size: float, anchor: str = "start", bold: bool = False) -> Box:
    """Return the room that text takes whose baseline is at y."""
    width = text_width(text, size, bold=bold)
    left = x - {"start": 0.0, "middle": width / 2, "end": width}[anchor]
    return Box(left, y - ASCENT * size, left + width, y + DESCENT * size)


def clipped(text: str, width: float, *, size: float, bold: bool = False) -> str:
    """Return text on one line, what can't be seen shown, cut with an ellipsis where it would be wider."""
    line = shown(" ".join(text.split()))
    if text_width(line, size, bold=bold) <= width:
        return line
    while line and text_width(line + CUT, size, bold=bold) > width:
        line = line[:-1]
    return line.rstrip(" ·/") + CUT


def clipped_pair(first: str, second: str, width: float, *, size: float, bold: bool = False) -> str:
    """Return `first · second` cut so that something of both is left; the first gets the larger share where both need more."""
    if not second:
        return clipped(first, width, size=size, bold=bold)
    joint = " · "
    whole = f"{clipped(first, math.inf, size=size)}{joint}{clipped(second, math.inf, size=size)}"
    if text_width(whole, size, bold=bold) <= width:
        return whole
    room = width - text_width(joint, size, bold=bold)
    least = text_width(clipped(second, math.inf, size=size), size, bold=bold)
    head = clipped(first, max(FIRST_SHARE * room, room - least), size=size, bold=bold)
    return f"{head}{joint}{clipped(second, room - text_width(head, size, bold=bold), size=size, bold=bold)}"


def spread(wanted: Sequence[float], sizes: Sequence[float], *, low: float, high: float) -> tuple[float, ...]:
    """Return the middles nearest to those wanted at which pieces of such sizes don't overlap, between both ends, order kept.

    Pieces that don't fit in all are pressed together evenly.
    """
    order = sorted(range(len(wanted)), key=lambda at: (wanted[at], at))
    room = min(1.0, (high - low) / total) if (total := sum(sizes)) > 0 else 1.0
    found = [0.0] * len(wanted)
    edge = low
    for at in order:
        half = sizes[at] * room / 2
        found[at] = max(wanted[at], edge + half)
        edge = found[at] + half
    edge = high
    for at in reversed(order):
        half = sizes[at] * room / 2
        found[at] = min(found[at], edge - half)
        edge = found[at] - half
    return tuple(found)


def lines_of(pieces: Iterable[str], width: float, *, size: float) -> list[str]:
    """Return pieces of text joined by commas, on as many lines as they take; no piece is broken."""
    lines: list[str] = []
    for piece in pieces:
        joined = f"{lines[-1]}, {piece}" if lines else piece
        if lines and text_width(joined + ",", size) > width:
            lines[-1] += ","
            lines.append(piece)
        elif lines:
            lines[-1] = joined
        else:
            lines.append(piece)
    return lines
