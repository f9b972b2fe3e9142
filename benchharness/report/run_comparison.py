"""The answer of `bench compare`: on a terminal, as Markdown and as CSV."""

import csv
import io
from collections.abc import Iterator, Sequence

from benchharness import numbers
from benchharness.records.run_comparison import Change, RunComparison, SliceChange
from benchharness.report.markdown import safe
from benchharness.report.terminal import shown, wrapped

__all__ = ["as_csv", "as_markdown", "as_text"]

SURE = 0.05
HEADINGS = ("candidate", "n", "rate", "against", "difference", "95% CI", "p", "newly right", "newly wrong", "$/1k", "p95")
# What a spreadsheet takes for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_text(comparison: RunComparison) -> str:
    """Return the comparison at 80 columns: each change, then the slices that differ, then what a reader must know."""
    lines = [
        f"{comparison.suite} · {numbers.quantity(comparison.examples, 'example')} · {shown(' against '.join(reversed(comparison.runs)))}"
    ]
    lines += [line for why, count in comparison.left_out.items() for line in wrapped(f"left out, {why}: {numbers.whole(count)}", indent="")]
    for each in comparison.changes:
        lines += ["", *_change(each)]
    slices = list(_telling(comparison.changes))
    lines += ["", "Slices", *(slices or ["  none differs beyond chance (Holm over all of them)"])] if _sliced(comparison) else []
    few = sum(each.difference is None for change in comparison.changes for each in change.slices)
    if few:
        lines.append(f"  too few to judge: {numbers.quantity(few, 'slice')}")
    lines += [line for each in comparison.warnings for line in ("", *wrapped(each, indent=""))]
    return "\n".join(lines)


def _sliced(comparison: RunComparison) -> bool:
    return any(each.slices for each in comparison.changes)


def _change(each: Change) -> Iterator[str]:
    yield shown(f"{each.name} against {each.against}")
    sure = "differs" if each.p_value is not None and each.p_value < SURE else "no difference shown"
    yield from wrapped(
        f"{numbers.percent(each.rate)} against {numbers.percent(each.rate_against)} on {numbers.quantity(each.n, 'example')}: "
        f"{numbers.points(each.difference)} ({numbers.points_interval(each.interval)}), {numbers.p_value(each.p_value)}: {sure}.",
        indent="  ",
    )
    yield from wrapped(f"newly right {_named(each.newly_right)}; newly wrong {_named(each.newly_wrong)}", indent="  ")
    yield from wrapped(
        f"$/1k {numbers.usd(each.usd_per_1k[0])} against {numbers.usd(each.usd_per_1k[1])}; "
        f"p95 {numbers.seconds(each.p95_s[0])} against {numbers.seconds(each.p95_s[1])}",
        indent="  ",
    )


def _named(ids: Sequence[str]) -> str:
    return f"{numbers.whole(len(ids))}" + (f" ({numbers.listed(ids, most=4)})" if ids else "")


def _telling(changes: Sequence[Change]) -> Iterator[str]:
    for change in changes:
        for each in change.slices:
            if each.p_value is not None and each.p_value < SURE:
                yield from wrapped(f"{change.name}, {_slice(each)}", indent="  ")


def _slice(each: SliceChange) -> str:
    if each.difference is None:
        return f"{each.name}: {numbers.quantity(each.n, 'example')}, too few to judge"
    return (
        f"{each.name}: {numbers.points(each.difference)} ({numbers.points_interval(each.interval)}) on "
        f"{numbers.quantity(each.n, 'example')}, {numbers.p_value(each.p_value)}"
    )


def as_markdown(comparison: RunComparison) -> str:
    """Return the comparison as Markdown; ids and names are escaped, and no text of an answer stands in it."""
    lines = [f"# {safe(comparison.suite)}: {safe(' against '.join(reversed(comparison.runs)))}", ""]
    lines += [f"{numbers.quantity(comparison.examples, 'example')} compared.", ""]
    lines += [f"- left out, {why}: {numbers.whole(count)}" for why, count in comparison.left_out.items()]
    lines += [f"| {' | '.join(safe(each) for each in HEADINGS)} |", "|" + "---|" * len(HEADINGS)]
    lines += [f"| {' | '.join(safe(cell) for cell in _cells(each))} |" for each in comparison.changes]
    for change in comparison.changes:
        if change.slices:
            lines += ["", f"## {safe(change.name)} by target", "", *(f"- {safe(_slice(each))}" for each in change.slices)]
    lines += ["", *(f"- {safe(each)}" for each in comparison.warnings)] if comparison.warnings else []
    return "\n".join(lines) + "\n"


def as_csv(comparison: RunComparison) -> str:
    """Return one line per change, for a spreadsheet; a cell that would be a formula is made text."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(HEADINGS)
    for each in comparison.changes:
        writer.writerow([_harmless(cell) if at in (0, 3) else cell for at, cell in enumerate(_cells(each))])
    return file.getvalue()


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def _cells(each: Change) -> tuple[str, ...]:
    return (
        each.name,
        str(each.n),
        numbers.percent(each.rate),
        f"{each.against} {numbers.percent(each.rate_against)}",
        numbers.points(each.difference),
        numbers.points_interval(each.interval),
        numbers.p_value(each.p_value),
        str(len(each.newly_right)),
        str(len(each.newly_wrong)),
        numbers.usd(each.usd_per_1k[0]),
        numbers.seconds(each.p95_s[0]),
    )
