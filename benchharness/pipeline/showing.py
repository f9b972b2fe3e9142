"""One example of a run: what every candidate said to it."""

from pathlib import Path

from benchharness import numbers
from benchharness.errors import UsageError
from benchharness.interop.rows_reading import read_rows
from benchharness.pipeline.folder import no_run, results_of
from benchharness.records.row import Row

__all__ = ["rows_of"]

MOST_NAMED = 5


def rows_of(run: Path, example: str) -> tuple[Row, ...]:
    """Return the rows of one example, in the order of the run; UsageError for a folder that's no run or an example it hasn't."""
    results = results_of(run)
    if not results.is_file():
        raise no_run(run)
    ids: dict[str, None] = {}
    found = []
    for row in read_rows(results):
        ids[row.example_id] = None
        if row.example_id == example:
            found.append(row)
    if not found:
        near = [each for each in ids if example.lower() in each.lower()] or list(ids)
        raise UsageError(f"the run has no example {example!r}", hint=f"it has {numbers.listed(near, most=MOST_NAMED)}")
    return tuple(found)
