"""Does a small classical model do the job? Then a language model is the wrong tool."""

from benchharness import numbers
from benchharness.records.comparison import Proof
from benchharness.records.evidence import Evidence
from benchharness.records.verdict import Finding, Status
from benchharness.verdict.proving import better_by, lead_of
from benchharness.verdict.rules.stating import did

__all__ = ["SOURCE", "find"]

SOURCE = "S4: classical methods for what isn't a language problem, turned into a measurement"
RULE = "classical-suffices"


def find(evidence: Evidence) -> Finding:
    """Return whether the best classical model meets the bar and is behind no language model by more than the margin."""
    comparison = evidence.comparison
    best = comparison.result(comparison.best_classical)
    if best is None or best.rate is None:
        return Finding(
            rule=RULE,
            status=Status.NOT_TESTED,
            sentence="No classical model was measured.",
            remedy="Add `{name: tfidf, model: sklearn/tfidf-logreg}`: it costs nothing and may be enough.",
            source=SOURCE,
        )
    margin = evidence.thresholds["classical_margin"]
    rivals = comparison.against(comparison.best_classical)
    behind = lead_of(rivals) or 0.0
    # With no language model measured there is none to be behind of, and the bar alone is asked.
    beside = better_by(rivals, -margin) if rivals else Proof.PROVEN
    met = bool(best.bar.met) and behind >= -margin
    if best.bar.proof is Proof.PROVEN and beside is Proof.PROVEN:
        proof = Proof.PROVEN
    elif best.bar.proof is Proof.REFUTED or beside is Proof.REFUTED:
        proof = Proof.REFUTED
    else:
        proof = Proof.UNDECIDED
    against = f", {numbers.points(behind)} against the best language model" if rivals else ""
    return Finding(
        rule=RULE,
        status=Status.MET if met else Status.NOT_MET,
        proof=proof,
        measured=best.rate,
        threshold=best.bar.bar,
        interval=best.interval,
        sentence=(f"{best.candidate} {did(best, comparison.questions)}{against}; the bar is {numbers.share(best.bar.bar)}."),
        source=SOURCE,
    )
