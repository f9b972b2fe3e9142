"""Are there enough labelled examples to fine-tune on?"""

from benchharness import numbers
from benchharness.records.comparison import Proof
from benchharness.records.evidence import Evidence
from benchharness.records.verdict import Finding, Status

__all__ = ["SOURCE", "find"]

SOURCE = "S0: 1,000 to 10,000 for useful improvement; S1: 10,000; S2: under 100 is an anti-pattern (RULES K3 reconciles them)"


def find(evidence: Evidence) -> Finding:
    """Return proven at `labelled_enough`, refuted under `labelled_floor`, undecided between: then only a learning curve tells."""
    floor = int(evidence.thresholds["labelled_floor"])
    enough = int(evidence.thresholds["labelled_enough"])
    have = evidence.labelled_examples
    if have is None:
        return Finding(
            rule="data-sufficiency",
            status=Status.NOT_TESTED,
            threshold=float(enough),
            sentence="The suite doesn't say how many labelled examples there are.",
            remedy="Give `training_pool`, or `decision.fine_tune.labelled_examples`.",
            source=SOURCE,
        )
    proof = Proof.PROVEN if have >= enough else Proof.REFUTED if have < floor else Proof.UNDECIDED
    return Finding(
        rule="data-sufficiency",
        status=Status.MET if have >= enough else Status.NOT_MET,
        proof=proof,
        measured=float(have),
        threshold=float(enough),
        sentence=(
            f"{numbers.whole(have)} labelled examples; fewer than {numbers.whole(floor)} are too few, "
            f"{numbers.whole(enough)} are enough, and between them only a learning curve tells."
        ),
        remedy="" if have >= enough else f"Label {numbers.whole(enough - have)} more, or measure the learning curve.",
        source=SOURCE,
    )
