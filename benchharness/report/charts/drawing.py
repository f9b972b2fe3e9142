"""The pieces every chart is drawn from: its frame, its words, its lines, and one shape for each path."""

from collections.abc import Iterable, Sequence

from benchharness.records.comparison import RULED_OUT
from benchharness.report.charts.markup import Element, Value, element
from benchharness.report.charts.placing import text_width

__all__ = ["FAINT", "INK", "MUTED", "SIZE", "SMALL", "WIDTH", "colour", "frame", "legend", "line", "mark", "path_word", "words"]

WIDTH = 720
SIZE = 13
SMALL = 12
INK, MUTED, FAINT, SURFACE = "#1f2328", "#59636e", "#8c959f", "#ffffff"
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
COLOURS = {"api": "#1f5fa8", "fine-tuned": "#b4501e", "self-hosted": "#6f42a5", "classical": "#23734a", RULED_OUT: FAINT}
PATH_WORDS = {"api": "prompted API", RULED_OUT: "ruled out"}
RADIUS = 5.0
LEGEND_GAP = 22.0
# Words that stand back behind names and results.
QUIET = frozenset({"axis-title", "beaten", "faint", "heading", "legend", "note", "tick", "value", "zone-word"})


def frame(name: str, told: tuple[str, str], height: float, children: Iterable[Element]) -> Element:
    """Return a chart of the full width, told by a title and a description; its texts and ids carry the chart's name."""
    title, finding = told
    attributes: dict[str, Value] = {
        "xmlns": "http://www.w3.org/2000/svg",
        "viewBox": f"0 0 {WIDTH} {round(height)}",
        "width": "100%",
        "class": f"chart {name}",
        "role": "img",
        "aria-labelledby": f"{name}-title {name}-desc",
        "font-family": FONT,
        "direction": "ltr",
    }
    surface: dict[str, Value] = {"class": "surface", "x": 0, "y": 0, "width": WIDTH, "height": round(height), "fill": SURFACE}
    return element(
        "svg",
        attributes,
        element("title", {"id": f"{name}-title"}, title),
        element("desc", {"id": f"{name}-desc"}, finding),
        element("rect", surface),
        children,
    )


def words(
    x: float,
    y: float,
    text: str,
    kind: str,
    *,
    anchor: str = "start",
    size: float = SMALL,
    bold: bool = False,
    halo: bool = False,
) -> Element:
    """Return text whose baseline is at y; a halo of the surface's colour keeps it readable on lines."""
    fill = MUTED if QUIET.intersection(kind.split()) else INK
    told: dict[str, Value] = {"class": f"{kind} halo" if halo else kind, "x": x, "y": y, "font-size": size, "fill": fill}
    if anchor != "start":
        told["text-anchor"] = anchor
    if bold:
        told["font-weight"] = "bold"
    if halo:
        told |= {"stroke": SURFACE, "stroke-width": 3, "stroke-linejoin": "round", "paint-order": "stroke"}
    return element("text", {**told, "unicode-bidi": "isolate"}, text)


def line(points: tuple[float, float, float, float], kind: str, *, stroke: str = "#d8dee4", width: float = 1, dash: str = "") -> Element:
    """Return a straight line from (x1, y1) to (x2, y2)."""
    x1, y1, x2, y2 = points
    told: dict[str, Value] = {"class": kind, "x1": x1, "y1": y1, "x2": x2, "y2": y2, "stroke": stroke, "stroke-width": width}
    return element("line", {**told, "stroke-dasharray": dash} if dash else told)


def colour(path: str) -> str:
    """Return the light theme's colour of a path."""
    return COLOURS.get(path, INK)


def path_word(path: str) -> str:
    """Return what a reader calls a path."""
    return PATH_WORDS.get(path, path)


def mark(path: str, x: float, y: float, *, hollow: bool = False, radius: float = RADIUS) -> Element:
    """Return a path's shape around a point: a circle, a diamond, a square or a triangle; a ring where nobody may be asked."""
    hollow = hollow or path == RULED_OUT
    told: dict[str, Value] = {
        "class": f"mark {path}{' hollow' if hollow else ''}",
        "fill": SURFACE if hollow else colour(path),
        "stroke": colour(path),
        "stroke-width": 1.5,
    }
    match path:
        case "fine-tuned":
            far = radius * 1.25
            return element("polygon", told | {"points": _points([(x, y - far), (x + far, y), (x, y + far), (x - far, y)])})
        case "self-hosted":
            half = radius * 0.88
            return element("rect", told | {"x": x - half, "y": y - half, "width": 2 * half, "height": 2 * half})
        case "classical":
            far = radius * 1.2
            return element("polygon", told | {"points": _points([(x, y - far), (x + far, y + far * 0.8), (x - far, y + far * 0.8)])})
        case _:
            return element("circle", told | {"cx": x, "cy": y, "r": radius})


def _points(corners: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{round(x, 2):g},{round(y, 2):g}" for x, y in corners)


def legend(paths: Iterable[str], x: float, y: float) -> list[Element]:
    """Return the shapes of the paths that occur, each with its word, on one line."""
    met = set(paths)
    found: list[Element] = []
    for path in (each for each in COLOURS if each in met):
        found += [mark(path, x + RADIUS, y - 4), words(x + 2 * RADIUS + 6, y, path_word(path), "legend")]
        x += 2 * RADIUS + 6 + text_width(path_word(path), SMALL) + LEGEND_GAP
    return found
