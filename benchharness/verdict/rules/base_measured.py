"""Was the fine-tune's base model measured with a prompt, so that there is a before and an after?"""

from collections.abc import Sequence

from benchharness import numbers
from benchharness.records.evidence import Evidence
from benchharness.records.verdict import Finding, Status

__all__ = ["SOURCE", "find"]

SOURCE = "S2: no before-and-after evaluation is an anti-pattern; measure the base model first"


def find(evidence: Evidence) -> Finding:
    """Return whether every measured fine-tune has its base among the prompted candidates; not tested where a name is missing."""
    tuned = [each for each in evidence.effort if each.path == "fine-tuned" and each.measured]
    if not tuned:
        return Finding(rule="base-measured", status=Status.NOT_APPLICABLE, sentence="No fine-tuned candidate was measured.", source=SOURCE)
    others = [each for each in evidence.effort if each.path != "fine-tuned" and each.measured]
    # A base may also be named by the candidate that is asked it.
    bases = {name.casefold() for each in others for name in (each.base_model, each.candidate) if name}
    nameless = any(not each.base_model for each in others)
    unmatched = [each for each in tuned if each.base_model.casefold() not in bases]
    without = [each.candidate for each in unmatched if each.base_model and not nameless]
    unknown = [each.candidate for each in unmatched if each.candidate not in without]
    if unknown and not without:
        return _unknown(unknown, stated=all(each.base_model for each in unmatched))
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


def _unknown(candidates: Sequence[str], *, stated: bool) -> Finding:
    """Return that nobody can tell; `stated` says that the fine-tunes name their bases, and some prompted model isn't named."""
    told = "some prompted model isn't named" if stated else "the suite doesn't say which it is"
    remedy = (
        "Say which model the others are: `model`, `stands_for` for recorded answers, or a `model` column in the rows."
        if stated
        else "Say it: `base_model` of the fine-tune."
    )
    return Finding(
        rule="base-measured",
        status=Status.NOT_TESTED,
        sentence=f"Whether the base model of {numbers.listed(candidates)} was measured isn't known: {told}.",
        remedy=remedy,
        source=SOURCE,
    )
