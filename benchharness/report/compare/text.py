"""The answer of `bench compare`: on a terminal, as Markdown and as CSV."""

import csv
import io
from collections.abc import Callable, Iterator, Sequence

from benchharness import numbers
from benchharness.records.run_comparison import Change, RunComparison
from benchharness.report.compare import wording
from benchharness.report.untrusted import cell_of_sheet, shown
from benchharness.report.verdict.markdown import safe
from benchharness.report.verdict.terminal import wrapped

__all__ = ["as_csv", "as_markdown", "as_text"]

HEADINGS = ("candidate", "n", "rate", "against", "difference", "95% CI", "p", "newly right", "newly wrong", "$/1k", "p95")


def as_text(comparison: RunComparison) -> str:
    """Return the comparison at 80 columns: each change, then the slices that differ, then what a reader must know."""
    lines = [f"{comparison.suite} · {numbers.quantity(comparison.examples, 'example')} · {shown(wording.runs(comparison))}"]
    lines += [line for each in wording.left_out(comparison) for line in wrapped(each, indent="")]
    lines += [] if comparison.changes else ["", wording.NOTHING]
    for each in comparison.changes:
        lines += ["", *_change(each)]
    slices = list(_telling(comparison.changes))
    lines += ["", "Slices", *(slices or [f"  {wording.NO_SLICE}"])] if _sliced(comparison) else []
    lines += [f"  {few}"] if (few := wording.too_few(comparison)) else []
    lines += [line for each in comparison.warnings for line in ("", *wrapped(each, indent=""))]
    return "\n".join(lines)


def _sliced(comparison: RunComparison) -> bool:
    return any(each.slices for each in comparison.changes)


def _change(each: Change) -> Iterator[str]:
    yield shown(f"{each.name} against {each.against}")
    yield from wrapped(wording.result(each), indent="  ")
    yield from wrapped(f"newly right {_named(each.newly_right)}; newly wrong {_named(each.newly_wrong)}", indent="  ")
    yield from wrapped(wording.costs(each), indent="  ")


def _named(ids: Sequence[str]) -> str:
    return f"{numbers.whole(len(ids))}" + (f" ({numbers.listed(ids, most=4)})" if ids else "")


def _telling(changes: Sequence[Change]) -> Iterator[str]:
    for change in changes:
        for each in change.slices:
            if wording.differs(each.p_value):
                yield from wrapped(f"{change.name}, {wording.slice_result(each)}", indent="  ")


def as_markdown(comparison: RunComparison) -> str:
    """Return the comparison as Markdown; ids and names are escaped, and no text of an answer stands in it."""
    lines = [f"# {safe(comparison.suite)}: {safe(wording.runs(comparison))}", ""]
    lines += [f"{numbers.quantity(comparison.examples, 'example')} compared.", ""]
    lines += [f"- {safe(each)}" for each in wording.left_out(comparison)]
    lines += [] if comparison.changes else [wording.NOTHING, ""]
    lines += [f"| {' | '.join(safe(each) for each in HEADINGS)} |", "|" + "---|" * len(HEADINGS)]
    lines += [f"| {' | '.join(safe(cell) for cell in _cells(each, numbers.whole))} |" for each in comparison.changes]
    for change in comparison.changes:
        if change.slices:
            lines += [
                "",
                f"## {safe(change.name)} by target and slice",
                "",
                *(f"- {safe(wording.slice_result(each))}" for each in change.slices),
            ]
    lines += ["", *(f"- {safe(each)}" for each in comparison.warnings)] if comparison.warnings else []
    return "\n".join(lines) + "\n"


def as_csv(comparison: RunComparison) -> str:
    """Return one line per change, for a spreadsheet; a cell that would be a formula is made text."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(HEADINGS)
    for each in comparison.changes:
        writer.writerow([cell_of_sheet(cell) if at in (0, 3) else cell for at, cell in enumerate(_cells(each, str))])
    return file.getvalue()


def _cells(each: Change, counted: Callable[[int], str]) -> tuple[str, ...]:
    return (
        each.name,
        counted(each.n),
        numbers.percent(each.rate),
        f"{each.against} {numbers.percent(each.rate_against)}",
        numbers.points(each.difference),
        numbers.points_interval(each.interval),
        numbers.p_value(each.p_value),
        counted(len(each.newly_right)),
        counted(len(each.newly_wrong)),
        numbers.usd(each.usd_per_1k[0]),
        numbers.seconds(each.p95_s[0]),
    )
