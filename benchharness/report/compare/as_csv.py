"""The answer of `bench compare` as lines for a spreadsheet."""

import csv
import io

from benchharness.records.run_comparison import RunComparison
from benchharness.report.compare.wording import HEADINGS, cells

__all__ = ["render"]

# What a spreadsheet takes for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def render(comparison: RunComparison) -> str:
    """Return one line per change, for a spreadsheet; a cell that would be a formula is made text."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(HEADINGS)
    for each in comparison.changes:
        writer.writerow([_harmless(cell) if at in (0, 3) else cell for at, cell in enumerate(cells(each, str))])
    return file.getvalue()


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell
