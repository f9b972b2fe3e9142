"""The answer of `bench compare` as lines for a spreadsheet."""

import csv
import io

from benchharness.records.run_comparison import RunComparison
from benchharness.report.compare.wording import HEADINGS, cells
from benchharness.report.untrusted import cell_of_sheet

__all__ = ["render"]


def render(comparison: RunComparison) -> str:
    """Return one line per change, for a spreadsheet; a cell that would be a formula is made text."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(HEADINGS)
    for each in comparison.changes:
        writer.writerow([cell_of_sheet(cell) if at in (0, 3) else cell for at, cell in enumerate(cells(each, str))])
    return file.getvalue()
