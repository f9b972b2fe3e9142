"""Was a prompt with retrieved examples tried? It's the cheap rival of every fine-tune."""

from benchharness.records.evidence import Evidence
from benchharness.records.verdict import Finding, Status

__all__ = ["SOURCE", "find"]

SOURCE = "S3: have you confirmed that a fine-tune beats prompt and retrieval on the same task?"


def find(evidence: Evidence) -> Finding:
    """Return whether any prompted model was measured with retrieved shots."""
    tried = any("retrieval" in each.strategies for each in evidence.effort if each.path == "api" and each.measured)
    return Finding(
        rule="retrieval-tried",
        status=Status.MET if tried else Status.NOT_MET,
        sentence="A prompt with retrieved examples was measured." if tried else "No prompt with retrieved examples was measured.",
        remedy="" if tried else "Add a prompt with `shots: {k: 8, pick: nearest}` over the training pool.",
        source=SOURCE,
    )
