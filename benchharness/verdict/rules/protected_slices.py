"""Does the fine-tune make a slice worse that the team protects? Better on average can be worse for some."""

from collections.abc import Sequence

from benchharness import numbers
from benchharness.records.comparison import Proof, SliceResult
from benchharness.records.evidence import Evidence
from benchharness.records.verdict import Finding, Status

__all__ = ["SOURCE", "find"]

SOURCE = "benchharness: no source document mentions slices; who is protected is the team's own to say (`decision.protected_slices`)"
RULE = "protected-slices"
MOST_NAMED = 3


def find(evidence: Evidence) -> Finding:
    """Return met when the best fine-tune is behind no comparator by more than `slice_margin` in any protected slice.

    Proven when each slice's lower bound is above minus the margin: all must hold, so none pays for the others. Refuted when some
    slice's upper bound, at an error shared by all of them, is below zero. A slice with fewer than `least_slice_examples` settles
    nothing, and one of which no example was asked is such a slice.
    """
    margin = evidence.thresholds["slice_margin"]
    if not evidence.decision.protected_slices:
        told = "The suite protects no slice (`decision.protected_slices`)."
        return Finding(rule=RULE, status=Status.NOT_APPLICABLE, sentence=told, source=SOURCE)
    slices = _worst_of_each(evidence.comparison.slices)
    if not any(each.pair.n for each in slices):
        told = "No pair of a fine-tune and a prompt was measured on the protected slices."
        return Finding(rule=RULE, status=Status.NOT_TESTED, threshold=-margin, sentence=told, source=SOURCE)
    least = int(evidence.thresholds["least_slice_examples"])
    few = [each for each in slices if each.pair.n < least]
    worst = min(slices, key=_difference)
    proof = _proof(slices, evidence.comparison.slices, margin, few=bool(few))
    return Finding(
        rule=RULE,
        status=Status.MET if _difference(worst) >= -margin else Status.NOT_MET,
        proof=proof,
        measured=_difference(worst),
        threshold=-margin,
        interval=worst.pair.interval,
        sentence=_sentence(slices, few, least, proof),
        remedy=_remedy(slices, few, least, margin, proof),
        source=SOURCE,
    )


def _worst_of_each(slices: Sequence[SliceResult]) -> list[SliceResult]:
    """Return of each slice the comparator that speaks most against the fine-tune: one it wasn't measured beside, else the hardest."""
    found: dict[str, list[SliceResult]] = {}
    for each in slices:
        found.setdefault(each.name, []).append(each)
    return [min(those, key=lambda each: -2.0 if each.pair.lower is None else each.pair.lower) for those in found.values()]


def _difference(each: SliceResult) -> float:
    return each.pair.difference or 0.0


def _proof(slices: list[SliceResult], all_of_them: Sequence[SliceResult], margin: float, *, few: bool) -> Proof:
    if any(each.pair.upper is not None and each.pair.upper < 0 for each in all_of_them):
        return Proof.REFUTED
    if not few and all(each.pair.lower is not None and each.pair.lower > -margin for each in slices):
        return Proof.PROVEN
    return Proof.UNDECIDED


def _sentence(slices: list[SliceResult], few: list[SliceResult], least: int, proof: Proof) -> str:
    order = sorted(slices, key=_difference)
    told = "; ".join(
        f"{each.name} {numbers.points(each.pair.difference)} against {each.pair.second} "
        f"({numbers.points_interval(each.pair.interval)}, {numbers.quantity(each.pair.n, 'example')})"
        for each in [each for each in order if each.pair.n][:MOST_NAMED]
    )
    more = f"; and {numbers.quantity(len(order) - MOST_NAMED, 'more slice')}" if len(order) > MOST_NAMED else ""
    few_told = f" Too few to judge below {least}: {numbers.listed([each.name for each in few])}." if few else ""
    claim = {
        Proof.PROVEN: " Proven to make none of them worse.",
        Proof.REFUTED: " Proven to make one of them worse.",
        Proof.UNDECIDED: "",
    }[proof]
    return f"The best fine-tune in each slice, beside whoever it does worst against, the worst slice first: {told}{more}.{few_told}{claim}"


def _remedy(slices: list[SliceResult], few: list[SliceResult], least: int, margin: float, proof: Proof) -> str:
    if proof is Proof.PROVEN:
        return ""
    if proof is Proof.REFUTED:
        return "Train on more examples of that slice, or keep the prompt for it."
    if few:
        return f"Add golden examples of {numbers.listed([each.name for each in few])}, to {least} at least."
    open_ = [each.name for each in slices if each.pair.lower is None or each.pair.lower <= -margin]
    return f"Add golden examples of {numbers.listed(open_)}: whether it loses more than {numbers.points(margin).lstrip('+')} there is open."
