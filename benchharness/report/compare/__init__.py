"""A comparison of runs or candidates, a file per format."""

from typing import TYPE_CHECKING

from benchharness.report.formats import Formats

if TYPE_CHECKING:
    from benchharness.records.run_comparison import RunComparison

__all__ = ["FORMATS"]

FORMATS: "Formats[RunComparison]" = Formats(
    {
        "text": "benchharness.report.compare.text",
        "markdown": "benchharness.report.compare.markdown",
        "csv": "benchharness.report.compare.as_csv",
        "json": "benchharness.records.json_form:one_line",
        "html": "benchharness.report.compare.page",
    }
)
