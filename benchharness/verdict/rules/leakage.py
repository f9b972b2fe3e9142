"""Do golden examples stand in the training pool? A model that has seen the exam proves nothing."""

from benchharness import numbers
from benchharness.records.evidence import Evidence
from benchharness.records.verdict import Finding, Status

__all__ = ["SOURCE", "find"]

SOURCE = "benchharness: no source document mentions leakage, and each of their rules falls with it"


def find(evidence: Evidence) -> Finding:
    """Return whether at most the share `most_leakage` of the golden set stands in the pool."""
    most = evidence.thresholds["most_leakage"]
    leakage = evidence.leakage
    if not leakage.checked:
        return Finding(
            rule="leakage",
            status=Status.NOT_TESTED,
            threshold=most,
            sentence="There was no training pool to compare the golden set with.",
            source=SOURCE,
        )
    found = len(leakage.leaked)
    return Finding(
        rule="leakage",
        status=Status.MET if leakage.share <= most else Status.NOT_MET,
        measured=leakage.share,
        threshold=most,
        sentence=(
            f"{numbers.count_of(found, leakage.golden)} golden examples stand in the training pool"
            f"{f' ({numbers.listed(leakage.leaked)})' if found else ''}."
        ),
        remedy="" if leakage.share <= most else "Remove them from the pool and train again.",
        source=SOURCE,
    )
