"""Where a model marks the answers that decide: was it held against people?"""

from benchharness import numbers
from benchharness.records.evidence import Evidence
from benchharness.records.verdict import Finding, Status

__all__ = ["SOURCE", "find"]

SOURCE = (
    "benchharness: no source document mentions a judge's error (S1 asks for human review, S2 for metrics agreed on); 30 labels are "
    "evalstats' least for a correction, a kappa of 0.6 Landis & Koch's 'substantial' (1977)"
)
RULE = "judge-calibrated"


def find(evidence: Evidence) -> Finding:
    """Return met with `judge_labels` answers marked by people too and a kappa of at least `judge_kappa`.

    A judge is what the suite declares under `decision.judge`; without it no judge decides. Labels without a kappa calibrate
    nothing. It claims no proof.
    """
    judge = evidence.decision.judge
    least, agreement = evidence.thresholds["judge_labels"], evidence.thresholds["judge_kappa"]
    if judge is None:
        sentence = "No judge decides: the suite declares none under `decision.judge`."
        return Finding(rule=RULE, status=Status.NOT_APPLICABLE, sentence=sentence, source=SOURCE)
    labels = f"{numbers.quantity(judge.calibration_labels, 'answer was', 'answers were')} marked by people as well"
    few = judge.calibration_labels < least
    if judge.kappa is None:
        kappa, agreed = ", how well it agrees with them isn't said", False
    else:
        kappa, agreed = f", with a kappa of {numbers.ratio(judge.kappa)}", judge.kappa >= agreement
    if few or judge.kappa is None:
        remedy = f"Have people mark at least {least:g} answers of this run, and give `decision.judge.calibration_labels` and `kappa`."
    else:
        remedy = "" if agreed else "Mend the judge's prompt until it agrees with people, or score without one."
    status = Status.MET if agreed and not few else Status.NOT_MET
    return Finding(
        rule=RULE,
        status=status,
        measured=float(judge.calibration_labels),
        threshold=least,
        sentence=f"A judge marks the answers, and {labels}{kappa}; asked for are {least:g} and {numbers.ratio(agreement)}.",
        remedy=remedy,
        source=SOURCE,
    )
