"""Does the fine-tune pay, training, serving and staff included? Nobody has asked yet, and that is no yes."""

from benchharness.records.evidence import Evidence
from benchharness.records.verdict import Finding, Status

__all__ = ["SOURCE", "find"]

SOURCE = "S0: gap found, labelled data, and a cost model that pays: all three must be true"


def find(evidence: Evidence) -> Finding:
    """Return `not-tested`: what either path costs over three years is not computed by this version."""
    volume = evidence.decision.volume
    told = "" if volume is None else f" at {volume.requests_per_month:,} requests a month"
    return Finding(
        rule="cost-pays",
        status=Status.NOT_TESTED,
        sentence=f"What prompting and fine-tuning cost{told}, training and staff included, was not compared.",
        remedy="Compare the total cost of both paths before committing: this version doesn't.",
        source=SOURCE,
    )
