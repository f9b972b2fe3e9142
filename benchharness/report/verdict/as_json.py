"""One JSON object: the verdict's fields and the rows of the table, for programs."""

from collections.abc import Mapping
from typing import Any

from benchharness.records.comparison import Comparison
from benchharness.records.json_form import one_line, to_json
from benchharness.records.run import RunRecord
from benchharness.records.verdict import Verdict
from benchharness.report.verdict.table import side_by_side

__all__ = ["render"]


def render(
    verdict: Verdict, comparison: Comparison, record: RunRecord | None, *, run: str | None, also: Mapping[str, Any] | None = None
) -> str:
    """Return the object on one line; `candidates` holds every result with its time and money, `also` is what a command adds."""
    totals = () if record is None else record.totals
    by_name = {(each.candidate, each.prompt): to_json(each) for each in totals}
    rows = [
        {**to_json(line.result), "totals": by_name.get((line.result.candidate, line.result.prompt))}
        for line in side_by_side(comparison, totals)
    ]
    return one_line({**to_json(verdict), "candidates": rows, "run": run, **to_json(also or {})})
