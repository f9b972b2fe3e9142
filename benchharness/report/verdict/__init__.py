"""The verdict of a run, a file per format."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from benchharness.records.comparison import Comparison
from benchharness.records.costs import CostComparison
from benchharness.records.run import RunRecord
from benchharness.records.verdict import Verdict
from benchharness.report.formats import Formats

__all__ = ["FORMATS", "VerdictReport"]


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictReport:
    """What a format has to tell of a verdict."""

    verdict: Verdict
    """The verdict with its findings."""
    comparison: Comparison
    """The candidates it was made from."""
    record: RunRecord | None = None
    """The run; None for rows from anywhere."""
    costs: tuple[CostComparison, ...] = ()
    """Both paths' total cost, where it could be computed."""
    run: str | None = None
    """The run's directory as a reader finds it; None for rows from anywhere."""
    also: Mapping[str, Any] = field(default_factory=dict)
    """What a command adds for programs."""


FORMATS: Formats[VerdictReport] = Formats(
    {
        "text": "benchharness.report.verdict.terminal",
        "json": "benchharness.report.verdict.as_json",
        "markdown": "benchharness.report.verdict.markdown",
    }
)
