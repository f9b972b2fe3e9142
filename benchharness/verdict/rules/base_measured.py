"""Was the fine-tune's base model measured with a prompt, so that there is a before and an after?"""

from benchharness import numbers
from benchharness.records.evidence import Evidence
from benchharness.records.verdict import Finding, Status

__all__ = ["SOURCE", "find"]

SOURCE = "S2: no before-and-after evaluation is an anti-pattern; measure the base model first"


def find(evidence: Evidence) -> Finding:
    """Return whether every measured fine-tune has its base among the prompted candidates."""
    tuned = [each for each in evidence.effort if each.path == "fine-tuned" and each.measured]
    if not tuned:
        return Finding(rule="base-measured", status=Status.NOT_APPLICABLE, sentence="No fine-tuned candidate was measured.", source=SOURCE)
    bases = {each.base_model for each in evidence.effort if each.path != "fine-tuned" and each.measured}
    without = [each.candidate for each in tuned if each.base_model not in bases]
    return Finding(
        rule="base-measured",
        status=Status.NOT_MET if without else Status.MET,
        sentence=(
            f"The base model of {numbers.listed(without)} was not measured."
            if without
            else "The base model was measured with a prompt on the same examples."
        ),
        remedy="Add the base model as a candidate with a prompt." if without else "",
        source=SOURCE,
    )
