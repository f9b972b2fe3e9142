"""One JSON object: the verdict's fields and the rows of the table, for programs."""

from benchharness.records.json_form import one_line, to_json
from benchharness.report.verdict import VerdictReport
from benchharness.report.verdict.table import side_by_side

__all__ = ["render"]


def render(found: VerdictReport) -> str:
    """Return the object on one line; `candidates` holds every result with its time and money."""
    totals = () if found.record is None else found.record.totals
    by_name = {(each.candidate, each.prompt): to_json(each) for each in totals}
    rows = [
        {**to_json(line.result), "totals": by_name.get((line.result.candidate, line.result.prompt))}
        for line in side_by_side(found.comparison, totals)
    ]
    return one_line({**to_json(found.verdict), "candidates": rows, "run": found.run, **to_json(found.also)})
