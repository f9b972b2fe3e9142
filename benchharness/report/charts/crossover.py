"""Total cost by requests a month, each path a band from its cheapest to its dearest corner, and where one's own gets cheaper."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from benchharness import numbers
from benchharness.records.comparison import Interval
from benchharness.records.costs import CostComparison, Crossover, OwnPath, PathCost
from benchharness.report.charts.axes import Log, log_ticks
from benchharness.report.charts.drawing import INK, MUTED, SIZE, SMALL, WIDTH, colour, frame, line, mark, words
from benchharness.report.charts.markup import Element, Value, element, markup
from benchharness.report.charts.placing import spread, text_width
from benchharness.report.cost import crossing

__all__ = ["drawn", "render"]

LEFT, RIGHT, TOP, BOTTOM = 66.0, 552.0, 70.0, 382.0
EDGE = 8.0
LABEL = 38.0
CAPTION, ZONE_WORDS, HERE_WORDS = 14.0, 38.0, 58.0
# Between two computed volumes the totals are lines; on logarithmic axes lines are bent.
BETWEEN = 12
# A crossing this many times beyond the volumes computed is told, not drawn.
FAR = 100.0
NEAR = 10.0
# A logarithmic axis has no zero: a total of nothing stands this much below the least one.
BELOW = 10.0
PATHS: dict[OwnPath, str] = {"fine_tuned": "fine-tuned", "self_hosted": "self-hosted"}
NAMES = {"api": "prompting", "fine-tuned": "fine-tune", "self-hosted": "self-hosted"}


@dataclass(frozen=True, slots=True)
class Band:
    """One path's total cost by requests a month."""

    path: str
    """`api`, `fine-tuned` or `self-hosted`."""
    totals: tuple[tuple[float, Interval], ...]
    """By volume, the smallest first."""


@dataclass(frozen=True, slots=True)
class Scales:
    """Where volumes and dollars stand."""

    volume: Log
    """Across."""
    usd: Log
    """Upwards."""


def render(costs: CostComparison) -> str:
    """Return the chart as SVG."""
    return markup(drawn(costs))


def drawn(costs: CostComparison) -> Element:
    """Return the chart as an element, for whoever puts it into a page."""
    unit = costs.requests_per_month if costs.requests_per_month > 0 else 1.0
    paths = (("api", costs.prompt), (PATHS[costs.path], costs.own))
    bands = [found for path, by in paths if (found := _band(path, by, unit)).totals]
    zone = _zone(costs.crossover, unit)
    scales = _scales(bands, unit, zone)
    parts = [*_ground(scales, costs), *_zone_drawn(zone, scales)]
    for band in bands:
        parts += _band_drawn(band, scales)
    parts += [*_here(unit, scales, costs), *_zone_words(costs, unit, zone, scales), *_labels(bands, scales, unit)]
    told = (f"Total cost over {costs.months} months by requests a month", _alt_text(costs, bands))
    return frame("crossover" if costs.path == "fine_tuned" else "crossover-hosting", told, BOTTOM + 50, parts)


def _band(path: str, by: Mapping[float, PathCost], unit: float) -> Band:
    return Band(path, tuple((times * unit, by[times].total_usd) for times in sorted(by) if times > 0))


def _zone(crossover: Crossover | None, unit: float) -> tuple[float, float | None] | None:
    if crossover is None or crossover.low is None:
        return None
    return crossover.low * unit, None if crossover.high is None else crossover.high * unit


def _scales(bands: Sequence[Band], unit: float, zone: tuple[float, float | None] | None) -> Scales:
    volumes = [volume for band in bands for volume, _ in band.totals] + [unit]
    least, most = min(volumes), max(volumes)
    volumes += [end for end in zone or () if end is not None and least / NEAR <= end <= most * FAR]
    totals = [end for band in bands for _, each in band.totals for end in (each.low, each.high)]
    above = [end for end in totals if end > 0] or [1.0]
    if len(above) < len(totals):
        above.append(min(above) / BELOW)
    return Scales(_padded(volumes, LEFT, RIGHT, 1.25), _padded(above, BOTTOM, TOP, 1.4))


def _padded(values: Sequence[float], start: float, end: float, by: float) -> Log:
    low, high = min(values) / by, max(values) * by
    missing = max(1.0, 10.5 / (high / low)) ** 0.5
    return Log(low / missing, high * missing, start, end)


def _ground(scales: Scales, costs: CostComparison) -> Iterator[Element]:
    for tick in log_ticks(scales.usd.low, scales.usd.high, most=6):
        y = scales.usd.at(tick)
        yield line((LEFT, y, RIGHT, y), "grid")
        yield words(LEFT - 8, y + 4, numbers.brief_usd(tick), "tick", anchor="end")
    for tick in log_ticks(scales.volume.low, scales.volume.high, most=6):
        x = scales.volume.at(tick)
        yield line((x, TOP, x, BOTTOM), "grid")
        yield words(x, BOTTOM + 20, numbers.brief(tick), "tick", anchor="middle")
    yield line((LEFT, BOTTOM, RIGHT, BOTTOM), "axis", stroke="#afb8c1")
    across = "requests a month →" if costs.requests_per_month > 0 else "times the stated volume →"
    yield words(RIGHT, BOTTOM + 38, across, "axis-title", anchor="end")
    up = f"↑ total cost over {numbers.quantity(costs.months, 'month')}, US dollars"
    yield words(EDGE, CAPTION, up, "axis-title")


def _zone_drawn(zone: tuple[float, float | None] | None, scales: Scales) -> Iterator[Element]:
    """Yield the shade over the volumes where the cheaper path is open, and its edges."""
    if zone is None:
        return
    left = scales.volume.at(zone[0])
    right = RIGHT if zone[1] is None else scales.volume.at(zone[1])
    told: dict[str, Value] = {
        "class": "zone",
        "x": left,
        "y": TOP,
        "width": right - left,
        "height": BOTTOM - TOP,
        "fill": MUTED,
        "fill-opacity": 0.1,
    }
    yield element("rect", told)
    for end in zone:
        if end is not None and scales.volume.low < end < scales.volume.high:
            yield line((scales.volume.at(end), TOP, scales.volume.at(end), BOTTOM), "zone-edge", stroke=MUTED, dash="4 3")


def _band_drawn(band: Band, scales: Scales) -> Iterator[Element]:
    lows, highs = (_curve(band, scales, low=low) for low in (True, False))
    shade: dict[str, Value] = {
        "class": f"band {band.path}",
        "points": _points([*highs, *reversed(lows)]),
        "fill": colour(band.path),
        "fill-opacity": 0.16,
    }
    yield element("polygon", shade)
    if len(band.totals) == 1:
        # One volume only: a band of no width is drawn as the range it is.
        (x, low), (_, high) = lows[0], highs[0]
        yield line((x, low, x, high), f"edge {band.path}", stroke=colour(band.path), width=6)
    for curve in (lows, highs):
        edge: dict[str, Value] = {
            "class": f"edge {band.path}",
            "points": _points(curve),
            "fill": "none",
            "stroke": colour(band.path),
            "stroke-width": 1.75,
        }
        yield element("polyline", edge)
    for volume, total in band.totals:
        for end in dict.fromkeys((total.low, total.high)):
            yield mark(band.path, scales.volume.at(volume), scales.usd.at(end), radius=3.2)


def _curve(band: Band, scales: Scales, *, low: bool) -> list[tuple[float, float]]:
    known = [(volume, total.low if low else total.high) for volume, total in band.totals]
    found = [known[0]]
    for (left, first), (right, last) in pairwise(known):
        for step in range(1, BETWEEN + 1):
            volume = left * (right / left) ** (step / BETWEEN)
            found.append((volume, first + (last - first) * (volume - left) / (right - left)))
    return [(scales.volume.at(volume), scales.usd.at(usd)) for volume, usd in found]


def _points(corners: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{numbers.coordinate(x)},{numbers.coordinate(y)}" for x, y in corners)


def _here(unit: float, scales: Scales, costs: CostComparison) -> Iterator[Element]:
    x = scales.volume.at(unit)
    volume = f"{numbers.whole(round(unit))} a month" if costs.requests_per_month > 0 else "the stated volume"
    yield line((x, HERE_WORDS + 5, x, BOTTOM), "here", stroke=INK, width=1.5)
    yield _above(x, HERE_WORDS, f"you are here: {volume}", "here-word")


def _above(x: float, y: float, text: str, kind: str) -> Element:
    """Return words around a place, moved inwards where they would leave the drawing."""
    half = text_width(text, SMALL, bold=True) / 2
    return words(min(max(x, EDGE + half), WIDTH - EDGE - half), y, text, kind, anchor="middle", bold=True, halo=True)


def _zone_words(costs: CostComparison, unit: float, zone: tuple[float, float | None] | None, scales: Scales) -> Iterator[Element]:
    """Yield the crossover in few words, above the volumes it means."""
    if costs.crossover is None:
        return
    middle = (LEFT + RIGHT) / 2
    if zone is not None:
        middle = (scales.volume.at(zone[0]) + (RIGHT if zone[1] is None else scales.volume.at(zone[1]))) / 2
    yield _above(middle, ZONE_WORDS, _crossing_words(zone, unit, scales.volume, name=costs.name), "zone-word")


def _crossing_words(zone: tuple[float, float | None] | None, unit: float, scale: Log, *, name: str) -> str:
    if zone is None:
        return f"the {name} gets cheaper at no volume"
    low, high = zone
    first = _volume(low, unit)
    if low >= scale.high:
        return f"the {name} gets cheaper beyond this chart, from {first} →"
    if high is None:
        return f"shaded: the {name} may be cheaper from {first}, never surely"
    return _closed_words((low, high), unit, scale, name=name)


def _closed_words(zone: tuple[float, float], unit: float, scale: Log, *, name: str) -> str:
    low, high = zone
    first, last = _volume(low, unit), _volume(high, unit)
    if high <= scale.low:
        return f"← the {name} is cheaper at every volume shown"
    if low <= 0:
        return f"the {name} is cheaper from {last} on, before that perhaps (shaded)"
    if first == last:
        return f"the {name} is cheaper from {first} on"
    return f"shaded: the {name} gets cheaper somewhere from {first} to {last}"


def _volume(value: float, unit: float) -> str:
    return numbers.times(value) if unit == 1.0 else numbers.brief(value)


def _labels(bands: Sequence[Band], scales: Scales, here: float) -> Iterator[Element]:
    """Yield each path's name at the right of its band, with what it costs at the stated volume."""
    ends = [band.totals[-1] for band in bands]
    middles = [(scales.usd.at(total.low) + scales.usd.at(total.high)) / 2 for _, total in ends]
    places = spread(middles, [LABEL] * len(bands), low=TOP, high=BOTTOM)
    for band, (volume, _), middle, y in zip(bands, ends, middles, places, strict=True):
        x = scales.volume.at(volume)
        yield line((x + 7, middle, RIGHT + 10, y), f"leader {band.path}", stroke=colour(band.path))
        yield mark(band.path, RIGHT + 18, y)
        yield words(RIGHT + 30, y - 2, NAMES[band.path], "name", size=SIZE, bold=True)
        total = next((total for at, total in band.totals if at == here), None)
        if total is not None:
            yield words(RIGHT + 30, y + 13, _dollars(total), "value")


def _dollars(total: Interval) -> str:
    low, high = numbers.brief_usd(total.low), numbers.brief_usd(total.high)
    return f"here {low}" if low == high else f"here {low}–{high.removeprefix('$')}"


def _alt_text(costs: CostComparison, bands: Sequence[Band]) -> str:
    """Return what the chart shows, in words."""
    here = {"api": costs.prompt, PATHS[costs.path]: costs.own}
    told = [
        f"{NAMES[band.path].capitalize()} costs {numbers.usd_range(here[band.path][1.0].total_usd)} at the stated volume."
        for band in bands
        if 1.0 in here[band.path]
    ]
    return " ".join([*told, crossing(costs)])
