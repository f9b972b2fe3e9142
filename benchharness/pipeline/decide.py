"""From rows to a verdict: the same code for a run of ours and for a file from anywhere; no model is called."""

from pathlib import Path

from benchharness.pipeline.deciding.evidence import gather_file
from benchharness.pipeline.deciding.verdict import Decided, decided
from benchharness.records.suite import Suite
from benchharness.records.verdict import ReasoningStep
from benchharness.verdict.decide import explained as verdict_explained

__all__ = ["decide_file", "explained"]


def decide_file(suite: Suite, results: Path, folder: Path | None = None) -> Decided:
    """Return the verdict of rows from anywhere; MistakesError names a row that lies, breaks, or belongs to nobody.

    `folder` is where the suite's data lies: golden set, training pool and `trained_on` are looked at there. A run directory,
    or the `results.parquet` in one, is decided with what its `run.json` knows.
    """
    return decided(gather_file(suite, results, folder))


def explained(found: Decided) -> tuple[ReasoningStep, ...]:
    """Return the questions of the reasoning up to the one that decided."""
    return verdict_explained(found.evidence)
