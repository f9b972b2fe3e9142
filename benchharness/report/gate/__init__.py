"""What `bench gate` found, a file per format."""

from typing import TYPE_CHECKING

from benchharness.report.formats import Formats

if TYPE_CHECKING:
    from benchharness.records.gate import GateReport

__all__ = ["FILES", "FORMATS"]

# What `--format` prints.
FORMATS: "Formats[GateReport]" = Formats(
    {
        "text": "benchharness.report.gate.text",
        "json": "benchharness.records.json_form:one_line",
        "markdown": "benchharness.report.gate.markdown:summary",
        "github": "benchharness.report.gate.annotations:with_screen",
    }
)
# What a build server reads as a file: by its title, whose small letters are the option that writes it.
FILES: "Formats[GateReport]" = Formats({"JUnit": "benchharness.report.gate.junit", "SARIF": "benchharness.report.gate.sarif"})
