"""Where a model marks the answers that decide: was it held against people?"""

from benchharness import numbers
from benchharness.records.evidence import Evidence
from benchharness.records.judge import JudgedPair, Judging
from benchharness.records.verdict import Finding, Status

__all__ = ["SOURCE", "find"]

SOURCE = (
    "benchharness: no source document mentions a judge's error (S1 asks for human review, S2 for metrics agreed on); 30 labels are "
    "evalstats' least for a correction, a kappa of 0.6 Landis & Koch's 'substantial' (1977)"
)
RULE = "judge-calibrated"


def find(evidence: Evidence) -> Finding:
    """Return met with `judge_labels` answers marked by people too and a kappa of at least `judge_kappa`.

    Where the score that decides is a judge's, this is what `bench judge` measured, and kappa's interval must lie above
    `judge_kappa_low`; what the suite declares under `decision.judge` counts for a judge outside of this program alone. Labels
    without a kappa calibrate nothing. It claims no proof.
    """
    if evidence.judging is not None:
        return _measured(evidence, evidence.judging)
    judge = evidence.decision.judge
    least, agreement = evidence.thresholds["judge_labels"], evidence.thresholds["judge_kappa"]
    if judge is None:
        sentence = "No judge decides: no model scores, and the suite declares none under `decision.judge`."
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


def _measured(evidence: Evidence, judging: Judging) -> Finding:
    least, agreement, low = (evidence.thresholds[name] for name in ("judge_labels", "judge_kappa", "judge_kappa_low"))
    who = f"{numbers.listed(judging.judges)} {'decides' if len(judging.judges) == 1 else 'decide'} with {judging.scorer!r}"
    bars = f"asked for are {least:g} labels, a kappa of {numbers.ratio(agreement)}, and its interval above {numbers.ratio(low)}"
    kappa_low = "unknown" if judging.kappa_low is None else numbers.ratio(judging.kappa_low)
    kappa = "no kappa" if judging.kappa is None else f"a kappa of {numbers.ratio(judging.kappa)} (interval from {kappa_low})"
    met = False
    remedy = "`bench judge SUITE --draw 40` draws answers for people to mark; then `bench judge SUITE --labels FILE`, and run again."
    if judging.why_not:
        sentence = f"{who}, and {judging.why_not}. Its score informs, and opens no one-way door."
    else:
        sentence = f"{who}: on {numbers.quantity(judging.labels, 'labelled answer')} it has {kappa}; {bars}."
        agrees = judging.kappa is not None and judging.kappa >= agreement and judging.kappa_low is not None and judging.kappa_low > low
        met = judging.labels >= least and agrees and not judging.uncovered
        if not agrees:
            remedy = (
                "Mend the rubric, or take another judge, until it agrees with people; `bench judge` says how many labels would settle it."
            )
        if judging.uncovered:
            sentence += f" It can't be corrected: {judging.uncovered}."
        if not met:
            sentence += " Its score informs, and opens no one-way door."
    if judging.pair is not None:
        sentence += f" {_corrected(judging.pair)}"
    return Finding(
        rule=RULE,
        status=Status.MET if met else Status.NOT_MET,
        measured=judging.kappa,
        threshold=agreement,
        sentence=sentence,
        remedy="" if met else remedy,
        source=SOURCE,
    )


def _corrected(pair: JudgedPair) -> str:
    return (
        f"{pair.first} against {pair.second}: {numbers.points(pair.uncorrected)} by the judge, {numbers.points(pair.corrected)} "
        f"corrected by the labels of {numbers.quantity(pair.labels, 'example')} (95% interval {numbers.points_interval(pair.interval)})."
    )
