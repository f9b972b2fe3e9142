"""Total cost by requests a month, each path a band from its cheapest to its dearest corner, and where the fine-tune gets cheaper."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from benchharness import numbers
from benchharness.records.comparison import Interval
from benchharness.records.costs import CostComparison, Crossover, PathCost
from benchharness.report.charts.axes import Log, log_ticks
from benchharness.report.charts.drawing import INK, MUTED, SIZE, SMALL, WIDTH, colour, frame, line, mark, words
from benchharness.report.charts.markup import Element, element, markup
from benchharness.report.charts.placing import spread, text_width
from benchharness.report.cost import crossing

__all__ = ["drawn", "render"]

LEFT, RIGHT, TOP, BOTTOM = 66.0, 590.0, 58.0, 370.0
EDGE = 8.0
LABEL = 34.0
# Between two computed volumes the totals are lines; on logarithmic axes lines are bent.
BETWEEN = 12
# A crossing this many times beyond the volumes computed is told, not drawn.
FAR = 30.0
LEAST = 0.01
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
    paths = (("api", costs.prompt), ("fine-tuned", costs.fine_tuned), ("self-hosted", costs.self_hosted))
    bands = [found for path, by in paths if (found := _band(path, by, unit)).totals]
    zone = _zone(costs.crossover, unit)
    scales = _scales(bands, unit, zone)
    parts = [*_ground(scales, costs), *_zone_drawn(zone, scales)]
    for band in bands:
        parts += _band_drawn(band, scales)
    parts += [*_here(unit, scales, costs), *_zone_words(costs.crossover, unit, zone, scales), *_labels(bands, scales)]
    told = (f"Total cost over {costs.months} months by requests a month", _told(costs, bands))
    return frame("crossover", told, BOTTOM + 50, parts)


def _band(path: str, by: Mapping[float, PathCost], unit: float) -> Band:
    return Band(path, tuple((times * unit, by[times].total_usd) for times in sorted(by) if times > 0))


def _zone(crossover: Crossover | None, unit: float) -> tuple[float, float | None] | None:
    if crossover is None or crossover.low is None:
        return None
    return crossover.low * unit, None if crossover.high is None else crossover.high * unit


def _scales(bands: Sequence[Band], unit: float, zone: tuple[float, float | None] | None) -> Scales:
    volumes = [volume for band in bands for volume, _ in band.totals] + [unit]
    least, most = min(volumes), max(volumes)
    for end in zone or ():
        if end is not None and least / FAR <= end <= most * FAR:
            volumes.append(end)
    totals = [max(LEAST, end) for band in bands for _, each in band.totals for end in (each.low, each.high)]
    return Scales(_padded(volumes, LEFT, RIGHT, 1.25), _padded(totals or [1.0], BOTTOM, TOP, 1.4))


def _padded(values: Sequence[float], start: float, end: float, by: float) -> Log:
    low, high = min(values) / by, max(values) * by
    missing = max(1.0, 10.5 / (high / low)) ** 0.5
    return Log(low / missing, high * missing, start, end)


def _ground(scales: Scales, costs: CostComparison) -> Iterator[Element]:
    for tick in log_ticks(scales.usd.low, scales.usd.high, most=6):
        y = scales.usd.at(tick)
        yield line((LEFT, y, RIGHT, y), "grid")
        yield words(LEFT - 8, y + 4, numbers.brief_usd(tick), "tick", anchor="end", fill=MUTED)
    for tick in log_ticks(scales.volume.low, scales.volume.high, most=6):
        x = scales.volume.at(tick)
        yield line((x, TOP, x, BOTTOM), "grid")
        yield words(x, BOTTOM + 18, numbers.brief(tick), "tick", anchor="middle", fill=MUTED)
    yield line((LEFT, BOTTOM, RIGHT, BOTTOM), "axis", stroke="#afb8c1")
    across = "requests a month" if costs.requests_per_month > 0 else "multiples of the stated volume"
    title = f"{across}; up: total cost over {numbers.quantity(costs.months, 'month')}, US dollars"
    yield words((LEFT + RIGHT) / 2, BOTTOM + 38, title, "axis-title", anchor="middle", fill=MUTED)


def _zone_drawn(zone: tuple[float, float | None] | None, scales: Scales) -> Iterator[Element]:
    """Yield the shade over the volumes where the cheaper path is open, and its edges."""
    if zone is None:
        return
    left = scales.volume.at(zone[0])
    right = RIGHT if zone[1] is None else scales.volume.at(zone[1])
    told = {"class": "zone", "x": left, "y": TOP, "width": right - left, "height": BOTTOM - TOP, "fill": MUTED, "fill-opacity": 0.1}
    yield element("rect", told)
    for end in zone:
        if end is not None and scales.volume.low < end < scales.volume.high:
            yield line((scales.volume.at(end), TOP, scales.volume.at(end), BOTTOM), "zone-edge", stroke=MUTED, dash="4 3")


def _band_drawn(band: Band, scales: Scales) -> Iterator[Element]:
    lows, highs = (_curve(band, scales, low=low) for low in (True, False))
    shade = {"class": f"band {band.path}", "points": _points([*highs, *reversed(lows)]), "fill": colour(band.path), "fill-opacity": 0.16}
    yield element("polygon", shade)
    for curve in (lows, highs):
        edge = {"class": f"edge {band.path}", "points": _points(curve), "fill": "none", "stroke": colour(band.path), "stroke-width": 1.75}
        yield element("polyline", edge)
    for volume, total in band.totals:
        for end in dict.fromkeys((total.low, total.high)):
            yield mark(band.path, scales.volume.at(volume), scales.usd.at(end), radius=3.2)


def _curve(band: Band, scales: Scales, *, low: bool) -> list[tuple[float, float]]:
    known = [(volume, max(LEAST, total.low if low else total.high)) for volume, total in band.totals]
    found = [known[0]]
    for (left, first), (right, last) in zip(known, known[1:], strict=False):
        for step in range(1, BETWEEN + 1):
            volume = left * (right / left) ** (step / BETWEEN)
            found.append((volume, first + (last - first) * (volume - left) / (right - left)))
    return [(scales.volume.at(volume), scales.usd.at(usd)) for volume, usd in found]


def _points(corners: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{numbers.coordinate(x)},{numbers.coordinate(y)}" for x, y in corners)


def _here(unit: float, scales: Scales, costs: CostComparison) -> Iterator[Element]:
    x = scales.volume.at(unit)
    volume = f"{numbers.whole(round(unit))} a month" if costs.requests_per_month > 0 else "the stated volume"
    yield line((x, 26, x, BOTTOM), "here", stroke=INK, width=1.5)
    yield _above(x, 20, f"you are here: {volume}", "here-word", fill=INK)


def _above(x: float, y: float, text: str, kind: str, *, fill: str) -> Element:
    """Return words around a place, moved inwards where they would leave the drawing."""
    half = text_width(text, SMALL, bold=True) / 2
    return words(min(max(x, EDGE + half), WIDTH - EDGE - half), y, text, kind, anchor="middle", fill=fill, bold=True, halo=True)


def _zone_words(crossover: Crossover | None, unit: float, zone: tuple[float, float | None] | None, scales: Scales) -> Iterator[Element]:
    """Yield the crossover in few words, above the volumes it means."""
    if crossover is None:
        return
    if zone is None:
        yield _above((LEFT + RIGHT) / 2, 44, "the fine-tune gets cheaper at no volume", "zone-word", fill=MUTED)
        return
    low, high = zone
    middle = scales.volume.at(low)
    if low > scales.volume.high:
        text = f"fine-tune cheaper only beyond this chart, from {_volume(low, unit)} →"
    elif high is None:
        text, middle = f"fine-tune may be cheaper from {_volume(low, unit)}, never surely", (middle + RIGHT) / 2
    elif low <= 0:
        text = f"fine-tune surely cheaper from {_volume(high, unit)}, maybe from the first request" if high > 0 else "fine-tune cheaper at any volume"
    elif _volume(low, unit) == _volume(high, unit):
        text = f"fine-tune cheaper from {_volume(low, unit)}"
    else:
        text, middle = f"fine-tune cheaper from somewhere in {_volume(low, unit)} to {_volume(high, unit)}", (middle + scales.volume.at(high)) / 2
    yield _above(middle, 44, text, "zone-word", fill=MUTED)


def _volume(value: float, unit: float) -> str:
    return numbers.times(value) if unit == 1.0 else numbers.whole(round(value))


def _labels(bands: Sequence[Band], scales: Scales) -> Iterator[Element]:
    """Yield each path's name and range at the stated volume or the largest, at the right of its band."""
    ends = [band.totals[-1] for band in bands]
    middles = [(scales.usd.at(max(LEAST, total.low)) + scales.usd.at(max(LEAST, total.high))) / 2 for _, total in ends]
    places = spread(middles, [LABEL] * len(bands), low=TOP, high=BOTTOM)
    for band, (volume, _), middle, y in zip(bands, ends, middles, places, strict=True):
        x = scales.volume.at(volume)
        yield line((x + 6, middle, RIGHT + 8, y), f"leader {band.path}", stroke=colour(band.path))
        yield mark(band.path, RIGHT + 16, y)
        yield words(RIGHT + 28, y + 4.5, NAMES[band.path], "name", size=SIZE, bold=True)


def _told(costs: CostComparison, bands: Sequence[Band]) -> str:
    """Return what the chart shows, in words."""
    here = {"api": costs.prompt, "fine-tuned": costs.fine_tuned, "self-hosted": costs.self_hosted}
    told = [
        f"{NAMES[band.path].capitalize()} costs {numbers.usd_range(here[band.path][1.0].total_usd)} at the stated volume."
        for band in bands
        if 1.0 in here[band.path]
    ]
    return " ".join([*told, crossing(costs.crossover, costs.requests_per_month)])
