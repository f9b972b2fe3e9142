"""How many providers were asked? One model's weakness is not prompting's."""

from benchharness import numbers
from benchharness.records.evidence import Evidence
from benchharness.records.verdict import Finding, Status

__all__ = ["SOURCE", "find"]

SOURCE = "S2: a baseline on three providers on your actual tasks; S0: at least two"


def find(evidence: Evidence) -> Finding:
    """Return whether enough providers answered prompts; it informs and blocks nothing."""
    providers = sorted({each.provider for each in evidence.effort if each.path == "api" and each.measured and each.provider})
    least = int(evidence.thresholds["least_providers"])
    skipped = [each.candidate for each in evidence.skipped]
    told = f" Not asked: {numbers.listed(skipped)}." if skipped else ""
    return Finding(
        rule="provider-coverage",
        status=Status.MET if len(providers) >= least else Status.NOT_MET,
        measured=float(len(providers)),
        threshold=float(least),
        sentence=f"{numbers.quantity(len(providers), 'provider')} answered prompts; {least} are asked for.{told}",
        remedy="" if len(providers) >= least else "Add candidates of other providers, or set the keys of the skipped ones.",
        source=SOURCE,
    )
