"""The answer of `bench compare` as Markdown."""

from benchharness import numbers
from benchharness.records.run_comparison import RunComparison
from benchharness.report.compare import wording
from benchharness.report.verdict.markdown import safe

__all__ = ["render"]


def render(comparison: RunComparison) -> str:
    """Return the comparison as Markdown; ids and names are escaped, and no text of an answer stands in it."""
    lines = [f"# {safe(comparison.suite)}: {safe(wording.runs(comparison))}", ""]
    lines += [f"{numbers.quantity(comparison.examples, 'example')} compared.", ""]
    lines += [f"- {each}" for each in wording.left_out(comparison)]
    lines += [] if comparison.changes else [wording.NOTHING, ""]
    lines += [f"| {' | '.join(safe(each) for each in wording.HEADINGS)} |", "|" + "---|" * len(wording.HEADINGS)]
    lines += [f"| {' | '.join(safe(cell) for cell in wording.cells(each, numbers.whole))} |" for each in comparison.changes]
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
