"""Can this golden set with this scorer tell candidates apart at all?"""

from benchharness import numbers
from benchharness.records.comparison import Proof
from benchharness.records.evidence import Evidence
from benchharness.records.policy_words import TargetIs
from benchharness.records.verdict import Finding, Status

__all__ = ["SOURCE", "find"]

SOURCE = "benchharness: a metric on which not looking does nearly as well decides nothing"
RULE = "metric-can-decide"


def find(evidence: Evidence) -> Finding:
    """Return whether the best candidate is clearly above always giving the most frequent answer.

    Undecided where the scorer that decides says nothing of right or wrong: no guess can be held against it.
    """
    trivial = evidence.comparison.triviality
    rates = [each.rate for each in evidence.comparison.candidates if each.rate is not None]
    margin = evidence.thresholds["trivial_margin"]
    if evidence.beside_rightness:
        return Finding(
            rule=RULE,
            status=Status.NOT_TESTED,
            proof=Proof.UNDECIDED,
            sentence=f"The scorer that decides, `{evidence.beside_rightness}`, says nothing of right or wrong: it opens no one-way door.",
            remedy="Let a scorer decide that compares with targets or asks a judge, and keep this one beside it.",
            source=SOURCE,
        )
    if trivial is None or trivial.majority_rate is None or not rates:
        return Finding(rule=RULE, status=Status.NOT_TESTED, sentence="The targets aren't known here.", source=SOURCE)
    # Who gives the target whenever it's the most frequent one scores at least that.
    mean = evidence.comparison.questions.target_is is TargetIs.MEAN
    would, does = ("score at least", "scores") if mean else ("match", "matches")
    lead = max(rates) - trivial.majority_rate
    return Finding(
        rule=RULE,
        status=Status.MET if lead > margin else Status.NOT_MET,
        measured=lead,
        threshold=margin,
        sentence=(
            f"Always answering the most frequent target would {would} {numbers.percent(trivial.majority_rate)}; "
            f"the best candidate {does} {numbers.percent(max(rates))}."
        ),
        remedy="" if lead > margin else "Balance the golden set, or use a scorer that sees the difference, such as macro-F1.",
        source=SOURCE,
    )
