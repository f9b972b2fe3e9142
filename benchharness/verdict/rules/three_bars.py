"""Does a model of one's own clear all three bars: moat, economics and capability gap?"""

from dataclasses import dataclass

from benchharness.records.circumstances import ModelIsTheReason
from benchharness.records.comparison import Proof
from benchharness.records.evidence import Evidence
from benchharness.records.verdict import Finding, Status
from benchharness.verdict.proving import better_by, lead_of
from benchharness.verdict.rules.cost_pays import paying
from benchharness.verdict.rules.moat import find as moat
from benchharness.verdict.rules.retrieval_tried import find as retrieval_tried
from benchharness.verdict.rules.stating import NOTHING_PLANNED, claimant, own_model

__all__ = ["SOURCE", "find"]

SOURCE = (
    "S3: moat, economics and capability gap, all three; fail any and wrap. S0's three (gap, data, cost) hold for a fine-tune instead, S1's "
    "any-of only says it's worth a look (RULES K5)"
)
RULE = "three-bars"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bar:
    """One of the three."""

    name: str
    """Its name."""
    status: Status
    """On the point."""
    proof: Proof | None
    """As far as anybody can know; None when it wasn't looked at."""


def find(evidence: Evidence) -> Finding:
    """Return proven when all three bars are, refuted when one is; the proof is the worst of the three.

    The moat is cleared by a yes with its sentence, which is all the proof S3 asks for, and refuted by a no; the economics are
    what the self-hosted model (else the fine-tune) costs against prompting, and never another path's; the gap is that model's
    paired lead over each comparator, with a prompt with retrieved examples among those tried. All three claimed at once need
    no penalty for their number (Berger 1982).
    """
    if not own_model(evidence):
        return Finding(rule=RULE, status=Status.NOT_APPLICABLE, sentence=NOTHING_PLANNED, source=SOURCE)
    bars = (_moat(evidence), _economics(evidence), _gap(evidence))
    untested = [each for each in bars if each.status is Status.NOT_TESTED]
    failed = [each for each in bars if each.status is Status.NOT_MET]
    status = Status.NOT_MET if failed else Status.NOT_TESTED if untested else Status.MET
    proof = _worst(bars)
    remedies = {"moat": "`decision.moat`", "economics": _how_to_price(evidence), "gap": _how_to_prove(evidence)}
    told = "; ".join(f"{each.name} {_word(each, remedies[each.name])}" for each in bars)
    open_bars = [remedies[each.name] for each in bars if each.proof is Proof.UNDECIDED]
    return Finding(
        rule=RULE,
        status=status,
        proof=proof,
        measured=float(sum(each.status is Status.MET for each in bars)),
        threshold=float(len(bars)),
        sentence=f"Of S3's three bars: {told}.",
        remedy=f"To prove it: {'; '.join(open_bars)}." if open_bars and proof is not Proof.REFUTED else "",
        source=SOURCE,
    )


def _worst(bars: tuple[_Bar, ...]) -> Proof | None:
    """Return refuted < not looked at < undecided < proven, the least of all (Kleene's logic)."""
    proofs = [each.proof for each in bars]
    if Proof.REFUTED in proofs:
        return Proof.REFUTED
    if None in proofs:
        return None
    return Proof.UNDECIDED if Proof.UNDECIDED in proofs else Proof.PROVEN


def _moat(evidence: Evidence) -> _Bar:
    found, stated = moat(evidence), evidence.decision.moat
    if found.status is Status.MET:
        return _Bar(name="moat", status=Status.MET, proof=Proof.PROVEN)
    if found.status is not Status.NOT_MET:
        return _Bar(name="moat", status=Status.NOT_TESTED, proof=None)
    no = stated is not None and stated.model_is_the_reason is ModelIsTheReason.NO
    return _Bar(name="moat", status=Status.NOT_MET, proof=Proof.REFUTED if no else Proof.UNDECIDED)


def _economics(evidence: Evidence) -> _Bar:
    found = paying(evidence, claimant(evidence))
    return _Bar(name="economics", status=found.status, proof=found.proof)


def _gap(evidence: Evidence) -> _Bar:
    comparison = evidence.comparison
    pairs = comparison.against(comparison.best_self_hosted or comparison.best_fine_tuned)
    lead = lead_of(pairs)
    if lead is None:
        return _Bar(name="gap", status=Status.NOT_TESTED, proof=None)
    proof = better_by(pairs, 0.0)
    against_retrieval = retrieval_tried(evidence).status is Status.MET
    if proof is Proof.PROVEN and not against_retrieval:
        proof = Proof.UNDECIDED
    met = lead > 0 and against_retrieval
    return _Bar(name="gap", status=Status.MET if met else Status.NOT_MET, proof=proof)


def _how_to_price(evidence: Evidence) -> str:
    """Return the keys of the path whose costs are read."""
    return f"`decision.costs.{claimant(evidence)}` and `decision.volume`"


def _how_to_prove(evidence: Evidence) -> str:
    if evidence.comparison.best_prompt is None or not (evidence.comparison.best_self_hosted or evidence.comparison.best_fine_tuned):
        return "measure a model of your own and a prompt on the same examples"
    if retrieval_tried(evidence).status is not Status.MET:
        return "measure a prompt with retrieved examples"
    return "measure model and best prompt on more of the same examples"


def _word(bar: _Bar, remedy: str) -> str:
    if bar.status is Status.NOT_TESTED:
        return f"not tested ({remedy})"
    words = {Proof.PROVEN: "cleared", Proof.REFUTED: "failed"}
    undecided = "cleared on the point, not proven" if bar.status is Status.MET else "not cleared, not proven either way"
    return undecided if bar.proof is None else words.get(bar.proof, undecided)
