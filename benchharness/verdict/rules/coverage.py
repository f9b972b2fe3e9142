"""Were enough answers measured? What's missing is never scored as wrong or as right."""

from benchharness import numbers
from benchharness.records.evidence import Evidence
from benchharness.records.verdict import Finding, Status
from benchharness.verdict.rules.stating import name_of

__all__ = ["SOURCE", "find"]

SOURCE = "benchharness: missing answers are not wrong answers; no source document mentions them"


def find(evidence: Evidence) -> Finding:
    """Return whether every candidate misses at most the share `most_missing` of the golden set."""
    most = evidence.thresholds["most_missing"]
    worst = max(evidence.comparison.candidates, key=lambda each: each.missing / each.expected if each.expected else 0.0, default=None)
    if worst is None or not worst.expected:
        return Finding(rule="coverage", status=Status.NOT_TESTED, threshold=most, sentence="Nothing was measured.", source=SOURCE)
    gone = worst.missing / worst.expected
    sentence = (
        "Every answer of every candidate was measured."
        if worst.missing == 0
        else (
            f"{name_of(worst)} misses {numbers.count_of(worst.missing, worst.expected)} "
            f"answers ({numbers.percent(gone)}), the most of all; {numbers.percent(most)} may be missing."
        )
    )
    return Finding(
        rule="coverage",
        status=Status.MET if gone <= most else Status.NOT_MET,
        measured=gone,
        threshold=most,
        sentence=sentence,
        remedy="" if gone <= most else "Run the same command again: it asks only what is missing.",
        source=SOURCE,
    )
