"""Does a small classical model do the job? Then a language model is the wrong tool."""

from benchharness import numbers
from benchharness.records.comparison import Proof
from benchharness.records.evidence import Evidence
from benchharness.records.verdict import Finding, Status

__all__ = ["SOURCE", "find"]

SOURCE = "S4: classical methods for what isn't a language problem, turned into a measurement"
RULE = "classical-suffices"


def find(evidence: Evidence) -> Finding:
    """Return whether the best classical model meets the bar and is not behind the best language model by more than the margin."""
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
    rivals = [pair for pair in comparison.pairs if pair.first == comparison.best_classical and pair.difference is not None]
    behind = min((pair.difference for pair in rivals if pair.difference is not None), default=0.0)
    least = min((pair.lower for pair in rivals if pair.lower is not None), default=0.0)
    most = min((pair.upper for pair in rivals if pair.upper is not None), default=0.0)
    met = bool(best.bar.met) and behind >= -margin
    if best.bar.proof is Proof.PROVEN and least > -margin:
        proof = Proof.PROVEN
    elif best.bar.proof is Proof.REFUTED or most < -margin:
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
        sentence=(
            f"{best.candidate} matches {numbers.count_of(best.matched, best.n)} ({numbers.percent(best.rate)}, 95% interval "
            f"{numbers.interval(best.interval)}){against}; the bar is {numbers.share(best.bar.bar)}."
        ),
        source=SOURCE,
    )
