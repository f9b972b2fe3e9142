"""What 1,000 answers cost against how many are right: who is worth its price, and who is beaten on both."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from benchharness import numbers
from benchharness.records.comparison import RULED_OUT, CandidateResult, Comparison, Interval
from benchharness.records.run import CandidateTotals
from benchharness.report.charts.axes import Linear, Log, log_ticks, share_scale
from benchharness.report.charts.drawing import INK, MUTED, SMALL, WIDTH, colour, frame, legend, line, mark, words
from benchharness.report.charts.forest import bar_word
from benchharness.report.charts.labelling import Placed, Segment, Wanted, label_points
from benchharness.report.charts.markup import Element, Value, element, markup
from benchharness.report.charts.placing import Box, clipped_pair, lines_of, text_box

__all__ = ["Priced", "drawn", "frontier", "render"]

LEFT, RIGHT, TOP, BOTTOM = 58.0, 694.0, 44.0, 356.0
CAPTION = 14.0
FILLED = "filled, bold: nobody is both cheaper and better"
UP = {True: "↑ share of examples matched", False: "↑ rate"}
LINE = 18.0
MOST_NAME, TIGHT_NAME, MANY = 210.0, 140.0, 12
MOST_NOTED = 220.0
EDGE = 8.0
PAD = 1.35
# Of the words on a line across the chart: its ends first.
PLACES = ((RIGHT, "end"), (LEFT + 6, "start"), *((LEFT + part / 12 * (RIGHT - LEFT), "middle") for part in range(10, 1, -1)))
# A price whose interval reaches lower than this share of it would stretch the axis for nothing.
LEAST_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class Priced:
    """A candidate with a rate and a price above zero."""

    result: CandidateResult
    """How it did."""
    rate: float
    """Its rate."""
    usd: float
    """US dollars per 1,000 answers."""
    usd_interval: Interval | None
    """Of that mean."""


@dataclass(frozen=True, slots=True)
class Scales:
    """Where prices and rates stand."""

    usd: Log
    """Across."""
    rate: Linear
    """Upwards."""
    ticks: tuple[float, ...]
    """Of the rates."""


def render(comparison: Comparison, totals: Sequence[CandidateTotals]) -> str:
    """Return the chart as SVG; without any known price only the notes."""
    return markup(drawn(comparison, totals))


def drawn(comparison: Comparison, totals: Sequence[CandidateTotals]) -> Element:
    """Return the chart as an element, for whoever puts it into a page."""
    points, notes = _sorted_out(comparison, totals)
    best = frontier(points)
    told = ("Cost of 1,000 answers against rate", _alt_text(points, best, notes))
    if not points:
        return frame("pareto", told, EDGE + LINE * len(notes) + EDGE, _noted(notes, EDGE + 14))
    scales = _scales(comparison, points)
    ground, taken, lines = _ground(comparison, points, scales)
    steps = _steps(best, scales)
    spans = [segment for each in points for segment in _spans(each, scales)]
    parts = [*ground, *(line(each, "frontier", stroke=MUTED, width=1.5, dash="5 4") for each in steps)]
    # The beaten first, so that the frontier lies on top.
    order = [*best, *(each for each in points if each not in best)]
    for each in reversed(order):
        parts += _point(each, scales, hollow=each not in best)
    width = TIGHT_NAME if len(order) > MANY else MOST_NAME
    wanted = [_wanted(each, scales, width, bold=each in best) for each in order]
    area = Box(LEFT + 2, TOP - 26, WIDTH - 4, BOTTOM - 2)
    placed = label_points(wanted, area, taken=taken, lines=[*lines, *steps, *spans])
    parts += [part for each, at in zip(wanted, placed, strict=True) if at is not None for part in _name(each, at)]
    unnamed = [_priced_name(each) for each, at in zip(order, placed, strict=True) if at is None]
    notes = [*_note("no room for their names: ", unnamed), *notes]
    parts += legend((each.result.path for each in points), EDGE, BOTTOM + 62)
    foot = BOTTOM + 74
    return frame("pareto", told, foot + LINE * len(notes) + 4, [*parts, *_noted(notes, foot + 10)])


def frontier(points: Sequence[Priced]) -> list[Priced]:
    """Return who isn't beaten: nobody allowed is as good and cheaper, or better and as cheap; the cheapest first."""
    allowed = [each for each in points if each.result.path != RULED_OUT]
    found: list[Priced] = []
    for each in sorted(allowed, key=lambda each: (each.usd, -each.rate)):
        same = bool(found) and (each.usd, each.rate) == (found[-1].usd, found[-1].rate)
        if not found or each.rate > found[-1].rate or same:
            found.append(each)
    return found


def _sorted_out(comparison: Comparison, totals: Sequence[CandidateTotals]) -> tuple[list[Priced], list[str]]:
    """Return who can be drawn, and the lines that name the others."""
    known = {(each.candidate, each.prompt): each for each in totals}
    points: list[Priced] = []
    unknown, free, unmeasured = [], [], []
    for result in comparison.candidates:
        found = known.get((result.candidate, result.prompt))
        usd = None if found is None else found.usd_per_1k
        if result.rate is None:
            unmeasured.append(_short(result))
        elif found is None or usd is None or not math.isfinite(usd) or usd < 0:
            unknown.append(f"{_short(result)} {numbers.percent(result.rate)}")
        elif usd == 0:
            free.append(f"{_short(result)} {numbers.percent(result.rate)}")
        else:
            points.append(Priced(result, result.rate, usd, found.usd_per_1k_interval))
    notes = _note("price unknown: ", unknown)
    notes += _note(f"ran here at {numbers.usd(0)}, no price of serving it: ", free)
    return points, notes + _note("not measured: ", unmeasured)


def _note(word: str, names: Sequence[str]) -> list[str]:
    return lines_of([word + names[0], *names[1:]], WIDTH - 2 * EDGE, size=SMALL) if names else []


def _noted(notes: Sequence[str], top: float) -> Iterator[Element]:
    for at, note in enumerate(notes):
        yield words(EDGE, top + LINE * at, note, "note")


def _short(result: CandidateResult) -> str:
    return clipped_pair(result.candidate, result.prompt, MOST_NOTED, size=SMALL)


def _priced_name(each: Priced) -> str:
    return f"{_short(each.result)} {numbers.percent(each.rate)} at {numbers.usd(each.usd)}"


def _scales(comparison: Comparison, points: Sequence[Priced]) -> Scales:
    questions = comparison.questions
    shares = [questions.accuracy_target, questions.accuracy_target * questions.bar_share, *(each.rate for each in points)]
    shares += [end for each in points if (found := each.result.interval) is not None for end in (found.low, found.high)]
    rate, ticks = share_scale(shares, BOTTOM, TOP)
    prices = [each.usd for each in points]
    prices += [max(found.low, LEAST_SHARE * each.usd) for each in points if (found := each.usd_interval) is not None]
    prices += [min(found.high, each.usd / LEAST_SHARE) for each in points if (found := each.usd_interval) is not None]
    low, high = min(prices) / PAD, max(prices) * PAD
    if high / low < 10:  # noqa: PLR2004 - a whole power of ten, so that there are ticks to read
        middle = math.sqrt(low * high)
        low, high = middle / math.sqrt(10), middle * math.sqrt(10)
    return Scales(Log(low, high, LEFT, RIGHT), rate, tuple(ticks))


def _ground(comparison: Comparison, points: Sequence[Priced], scales: Scales) -> tuple[list[Element], list[Box], list[Segment]]:
    """Return the grid with its words, the room they take, and the lines a name should keep off."""
    parts: list[Element] = []
    for tick in scales.ticks:
        y = scales.rate.at(tick)
        parts.append(line((LEFT, y, RIGHT, y), "grid"))
        parts.append(words(LEFT - 8, y + 4, numbers.percent(tick, digits=0), "tick", anchor="end"))
    for tick in log_ticks(scales.usd.low, scales.usd.high):
        x = scales.usd.at(tick)
        parts.append(line((x, TOP, x, BOTTOM), "grid"))
        parts.append(words(x, BOTTOM + 20, numbers.brief_usd(tick), "tick", anchor="middle"))
    parts.append(line((LEFT, BOTTOM, RIGHT, BOTTOM), "axis", stroke="#afb8c1"))
    counted = all(each.result.matched is not None for each in points)
    parts.append(words(EDGE, CAPTION, UP[counted], "axis-title"))
    parts.append(words(RIGHT, CAPTION, FILLED, "legend", anchor="end"))
    parts.append(words(RIGHT, BOTTOM + 38, "US dollars per 1,000 answers →", "axis-title", anchor="end"))
    taken, lines = _thresholds(comparison, points, scales, parts)
    captions = (text_box(EDGE, CAPTION, UP[counted], size=SMALL), text_box(RIGHT, CAPTION, FILLED, size=SMALL, anchor="end"))
    return parts, [*captions, *taken], lines


def _thresholds(comparison: Comparison, points: Sequence[Priced], scales: Scales, parts: list[Element]) -> tuple[list[Box], list[Segment]]:
    """Add target and bar to the parts, each word at the end of its line where fewer points lie; return their room and lines."""
    questions = comparison.questions
    target, bar = questions.accuracy_target, questions.accuracy_target * questions.bar_share
    marks = [Box(x - 8, y - 8, x + 8, y + 8) for x, y in ((scales.usd.at(each.usd), scales.rate.at(each.rate)) for each in points)]
    taken: list[Box] = []
    lines: list[Segment] = []
    for kind, name, value, above in (("bar", bar_word(questions), bar, bar > target), ("target", "target", target, bar <= target)):
        y, text = scales.rate.at(value), f"{name} {numbers.percent(value)}"
        base = y - 5 if above or y + 18 > BOTTOM else y + 14
        sides = [(x, end, text_box(x, base, text, size=SMALL, anchor=end, bold=True)) for x, end in PLACES]
        near = [*marks, *(len(marks) * taken)]
        x, end, box = min(sides, key=lambda side: sum(side[2].meets(each) for each in near))
        parts.append(line((LEFT, y, RIGHT, y), kind, stroke=INK, width=1, dash="2 3" if kind == "bar" else ""))
        parts.append(words(x, base, text, f"{kind}-word", anchor=end, bold=True, halo=True))
        taken.append(box)
        lines.append((LEFT, y, RIGHT, y))
    return taken, lines


def _steps(best: Sequence[Priced], scales: Scales) -> list[Segment]:
    """Return the frontier as stairs: what a price buys stays bought until somebody dearer is better."""
    found: list[Segment] = []
    for one, other in pairwise(best):
        x, y = scales.usd.at(one.usd), scales.rate.at(one.rate)
        right, up = scales.usd.at(other.usd), scales.rate.at(other.rate)
        found += [each for each in ((x, y, right, y), (right, y, right, up)) if each[:2] != each[2:]]
    return found


def _spans(each: Priced, scales: Scales) -> list[Segment]:
    """Return the intervals of the rate and of the price."""
    x, y = scales.usd.at(each.usd), scales.rate.at(each.rate)
    found: list[Segment] = []
    if (rates := each.result.interval) is not None:
        found.append((x, scales.rate.at(rates.low), x, scales.rate.at(rates.high)))
    if (prices := each.usd_interval) is not None:
        found.append((scales.usd.at(prices.low), y, scales.usd.at(prices.high), y))
    return found


def _point(each: Priced, scales: Scales, *, hollow: bool) -> Iterator[Element]:
    path = each.result.path
    for segment in _spans(each, scales):
        told: dict[str, Value] = {"class": f"interval {path}", "x1": segment[0], "y1": segment[1], "x2": segment[2], "y2": segment[3]}
        yield element("line", {**told, "stroke": colour(path), "stroke-width": 1.5, "stroke-opacity": 0.45})
    yield mark(path, scales.usd.at(each.usd), scales.rate.at(each.rate), hollow=hollow)


def _wanted(each: Priced, scales: Scales, width: float, *, bold: bool) -> Wanted:
    name = clipped_pair(each.result.candidate, each.result.prompt, width, size=SMALL, bold=bold)
    return Wanted(scales.usd.at(each.usd), scales.rate.at(each.rate), name, SMALL, bold)


def _name(wanted: Wanted, at: Placed) -> Iterator[Element]:
    if at.leader is not None:
        yield line(at.leader, "leader", stroke=MUTED)
    kind = "name best" if wanted.bold else "name beaten"
    yield words(at.x, at.y, wanted.text, kind, anchor=at.anchor, bold=wanted.bold, halo=True)


def _alt_text(points: Sequence[Priced], best: Sequence[Priced], notes: Sequence[str]) -> str:
    """Return what the chart shows, in words."""
    told = [f"Nobody is both cheaper and better than {numbers.listed([_priced_name(each) for each in best])}."] if best else []
    if len(points) > len(best):
        told.append(f"Drawn beside: {numbers.quantity(len(points) - len(best), 'candidate')} beaten on price and rate, or ruled out.")
    if not points:
        told.append(f"No price above {numbers.usd(0)} is known.")
    return " ".join([*told, *([" ".join(notes) + "."] if notes else [])])
