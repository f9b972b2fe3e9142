"""Every candidate's rate with its interval, best first, against the target and the bar."""

from collections.abc import Iterator
from dataclasses import dataclass

from benchharness import numbers
from benchharness.records.comparison import RULED_OUT, CandidateResult, Comparison, Proof, Questions, candidate_label
from benchharness.records.policy_words import TargetIs
from benchharness.report.charts.axes import Linear, share_scale
from benchharness.report.charts.drawing import FAINT, INK, SIZE, SMALL, WIDTH, colour, frame, legend, line, mark, words
from benchharness.report.charts.markup import Element, markup
from benchharness.report.charts.placing import clipped, clipped_pair, spread, text_width

__all__ = ["bar_word", "drawn", "in_order", "render"]

EDGE = 8.0
GAP = 18.0
MOST_NAME = 230.0
LEAST_NAME, LEAST_PLOT = 72.0, 190.0
TOP = 58.0
MANY = 14
ROW, TIGHT_ROW, FOLDED_ROW = 30.0, 22.0, 38.0
CAP = 4.0
BESIDE = 6.0


@dataclass(frozen=True, slots=True)
class Columns:
    """Where the columns stand; the plot has what the names and the numbers leave."""

    name: float
    """How wide names may be."""
    plot: Linear
    """The scale of the plot."""
    ticks: tuple[float, ...]
    """Of that scale."""
    heads: tuple[str, ...]
    """Of the columns of numbers."""
    ends: tuple[float, ...]
    """Where each of them ends."""
    folded: bool
    """Whether prompts stand below their candidates, since both together would be cut."""


def render(comparison: Comparison) -> str:
    """Return the forest plot as SVG."""
    return markup(drawn(comparison))


def drawn(comparison: Comparison) -> Element:
    """Return the forest plot as an element, for whoever puts it into a page."""
    rows = in_order(comparison)
    columns = _columns(comparison, rows)
    step = FOLDED_ROW if columns.folded else TIGHT_ROW if len(rows) > MANY else ROW
    bottom = TOP + step * max(1, len(rows))
    best = {comparison.best_prompt, comparison.best_fine_tuned, comparison.best_self_hosted, comparison.best_classical}
    parts = [*_ground(columns, bottom), *_thresholds(comparison.questions, columns, bottom)]
    for at, row in enumerate(rows):
        parts += _row(row, columns, TOP + step * (at + 0.5), bold=row.key in best)
    parts += legend((each.path for each in rows), EDGE, bottom + 52)
    return frame("forest", ("Rate of each candidate, with its interval", _alt_text(comparison, rows)), bottom + 64, parts)


def in_order(comparison: Comparison) -> tuple[CandidateResult, ...]:
    """Return the candidates, best rate first and not measured last; those of equal rate keep the suite's order."""
    return tuple(sorted(comparison.candidates, key=lambda each: -(each.rate if each.rate is not None else -1.0)))


def bar_word(questions: Questions) -> str:
    """Return what the bar is called: `90% rule`."""
    return f"{numbers.percent(questions.bar_share, digits=0)} rule"


def _cells(row: CandidateResult, *, missing: bool) -> tuple[str, ...]:
    told = (
        "–" if row.rate is None else numbers.percent(row.rate),
        numbers.interval_ends(None if row.rate is None else row.interval),
        "–" if row.rate is None else numbers.whole(row.n) if row.matched is None else numbers.count_of(row.matched, row.n),
    )
    return (*told, numbers.whole(row.missing)) if missing else told


def _columns(comparison: Comparison, rows: tuple[CandidateResult, ...]) -> Columns:
    missing = any(row.missing for row in rows)
    confidence = next((row.interval.confidence for row in rows if row.interval is not None), 0.95)
    mean = comparison.questions.target_is is TargetIs.MEAN
    named = ("mean", "examples") if mean else ("rate", "matched")
    heads = (named[0], f"{numbers.percent(confidence, digits=0)} interval", named[1], *(["missing"] if missing else []))
    widths = [text_width(head, SMALL) for head in heads]
    for row in rows:
        widths = [max(width, text_width(cell, SMALL)) for width, cell in zip(widths, _cells(row, missing=missing), strict=True)]
    ends = [WIDTH - EDGE]
    for width in reversed(widths[1:]):
        ends.insert(0, ends[0] - width - GAP)
    right = ends[0] - widths[0] - GAP
    room = max(LEAST_NAME, min(MOST_NAME, right - LEAST_PLOT - GAP - EDGE))
    joint = max((text_width(candidate_label(row.candidate, row.prompt), SIZE, bold=True) for row in rows), default=0.0)
    folded = joint > room and any(row.prompt for row in rows)
    longest = max((text_width(each, SIZE, bold=True) for row in rows for each in (row.candidate, row.prompt)), default=0.0)
    name = max(LEAST_NAME, min(longest if folded else joint, room))
    plot, ticks = share_scale(_values(comparison), EDGE + name + GAP, right, most=5)
    return Columns(name, plot, tuple(ticks), heads, tuple(ends), folded)


def _values(comparison: Comparison) -> Iterator[float]:
    questions = comparison.questions
    yield questions.accuracy_target
    yield questions.accuracy_target * questions.bar_share
    for row in comparison.candidates:
        if row.rate is not None:
            yield row.rate
            if row.interval is not None:
                yield from (row.interval.low, row.interval.high)


def _ground(columns: Columns, bottom: float) -> Iterator[Element]:
    """Yield the grid, its ticks and the headings."""
    for tick in columns.ticks:
        x = columns.plot.at(tick)
        yield line((x, TOP, x, bottom), "grid")
        yield words(x, bottom + 18, numbers.percent(tick, digits=0), "tick", anchor="middle")
    yield words(EDGE, TOP - 12, "candidate", "heading")
    for head, end in zip(columns.heads, columns.ends, strict=True):
        yield words(end, TOP - 12, head, "heading", anchor="end")
    yield line((EDGE, TOP - 4, WIDTH - EDGE, TOP - 4), "axis", stroke="#afb8c1")


def _thresholds(questions: Questions, columns: Columns, bottom: float) -> Iterator[Element]:
    """Yield both lines with their words above: the smaller value's to its left, the larger one's to its right."""
    target, bar = questions.accuracy_target, questions.accuracy_target * questions.bar_share
    places = [columns.plot.at(value) for value in (bar, target)]
    texts = [f"{name} {numbers.percent(value)}" for name, value in ((bar_word(questions), bar), ("target", target))]
    widths = [text_width(text, SMALL, bold=True) + 2 * BESIDE for text in texts]
    sides = (-0.5, 0.5) if bar <= target else (0.5, -0.5)
    wanted = [x + side * width for x, side, width in zip(places, sides, widths, strict=True)]
    middles = spread(wanted, widths, low=EDGE, high=WIDTH - EDGE)
    for kind, x, want, middle, text in zip(("bar", "target"), places, wanted, middles, texts, strict=True):
        # A line rises beside its words; it ends below words that had to move.
        top = 10.0 if want == middle else 26.0
        yield line((x, top, x, bottom), kind, stroke=INK, width=1.5, dash="2 3" if kind == "bar" else "")
        yield words(middle, 20, text, f"{kind}-word", anchor="middle", bold=True)


def _row(row: CandidateResult, columns: Columns, y: float, *, bold: bool) -> Iterator[Element]:
    faint = row.path == RULED_OUT or row.rate is None
    kind = "name faint" if faint else "name best" if bold else "name"
    yield from _names(row, columns, y, kind)
    if row.rate is None:
        middle = (columns.plot.start + columns.plot.end) / 2
        yield words(middle, y + 4.5, "not measured", "value faint", anchor="middle", halo=True)
    else:
        yield from _estimate(row, columns.plot, y)
    for at, (cell, end) in enumerate(zip(_cells(row, missing=len(columns.heads) > 3), columns.ends, strict=True)):  # noqa: PLR2004
        strong = at == 0 and not faint
        kind = "value faint" if faint else "rate" if strong else "value"
        yield words(end, y + 4.5, cell, kind, anchor="end", bold=strong and bold)


def _names(row: CandidateResult, columns: Columns, y: float, kind: str) -> Iterator[Element]:
    bold = kind == "name best"
    if columns.folded and row.prompt:
        yield words(EDGE, y - 2.5, clipped(row.candidate, columns.name, size=SIZE, bold=bold), kind, size=SIZE, bold=bold)
        yield words(EDGE, y + 12.5, clipped(row.prompt, columns.name, size=SMALL), "value")
    else:
        name = clipped_pair(row.candidate, row.prompt, columns.name, size=SIZE, bold=bold)
        yield words(EDGE, y + 4.5, name, kind, size=SIZE, bold=bold)


def _estimate(row: CandidateResult, plot: Linear, y: float) -> Iterator[Element]:
    x = plot.at(row.rate or 0.0)
    if row.interval is not None:
        kind, stroke = f"interval {row.path}", FAINT if row.path == RULED_OUT else colour(row.path)
        low, high = plot.at(min(row.interval.low, row.rate or 0.0)), plot.at(max(row.interval.high, row.rate or 0.0))
        yield line((low, y, high, y), kind, stroke=stroke, width=2)
        for end in (low, high):
            yield line((end, y - CAP, end, y + CAP), kind, stroke=stroke, width=2)
    yield mark(row.path, x, y)


def _alt_text(comparison: Comparison, rows: tuple[CandidateResult, ...]) -> str:
    """Return what the plot shows, in words."""
    questions = comparison.questions
    bar = f"the {bar_word(questions)} ({numbers.percent(questions.accuracy_target * questions.bar_share)})"
    asked = [row for row in rows if row.rate is not None and row.path != RULED_OUT]
    told = []
    if asked:
        best = asked[0]
        ends = "" if best.interval is None else f", interval {numbers.interval(best.interval)}"
        told.append(f"Best: {_name(best)}, {numbers.percent(best.rate)} ({numbers.count_of(best.matched, best.n)}){ends}.")
    told.append(f"The target is {numbers.percent(questions.accuracy_target)}.")
    for proof, words_of in ((Proof.PROVEN, "Proven to reach"), (Proof.REFUTED, "Proven below"), (Proof.UNDECIDED, "Undecided against")):
        names = [_name(row) for row in asked if row.bar.proof is proof]
        if names:
            told.append(f"{words_of} {bar}: {numbers.listed(names)}.")
    for reason, names in (
        ("Not measured", [_name(row) for row in rows if row.rate is None]),
        ("Ruled out", [_name(row) for row in rows if row.path == RULED_OUT]),
    ):
        if names:
            told.append(f"{reason}: {numbers.listed(names)}.")
    return " ".join(told)


def _name(row: CandidateResult) -> str:
    return clipped(candidate_label(row.candidate, row.prompt), 2 * MOST_NAME, size=SIZE)
