"""Does an API answer fast enough? If even the fastest can't, every API is ruled out."""

import math
from collections.abc import Sequence

from benchharness import numbers
from benchharness.records.circumstances import Latency
from benchharness.records.comparison import Proof
from benchharness.records.evidence import Evidence
from benchharness.records.run import CandidateTotals
from benchharness.records.verdict import Finding, Status
from benchharness.verdict.rules.stating import name_of, prompt_totals

__all__ = ["SOURCE", "find"]

SOURCE = (
    "S1: fine-tune when latency must be under 200 ms, an API adds 0.5 to 2 s; S3: under 100 ms forces a build; S0: 100 ms, an API's "
    "network adds 0.1 to 0.3 s. They disagree, so the team's own limit is held against what was measured (RULES K8)"
)
RULE = "latency"
# Divergence of a half from one in twenty: how unlikely it is that half the answers are among the slowest 5%.
HALF_FROM_TWENTIETH = 0.5 * math.log(0.5 / 0.05) + 0.5 * math.log(0.5 / 0.95)


def find(evidence: Evidence) -> Finding:
    """Return whether the best prompt's p95 is within `decision.latency.p95_s`; refuted when every measured API is proven slower.

    A p95 above the limit is a point: with 20 answers it's the slowest but one. Proven slower is an API whose median is above
    the limit: at a true p95 within it, half of n answers above have probability at most exp(-n KL(1/2, 1/20)) (Chernoff
    1952), below 1e-7 from 20 answers on. A wish (`hard: false`) rules nothing out.
    """
    limit = evidence.decision.latency
    best, timed = prompt_totals(evidence), _timed(evidence)
    if limit is None:
        return _unstated(best)
    if best is None or best.p95_s is None:
        return _unmeasured(evidence, limit, best)
    proof = _proof(evidence, limit, timed)
    within = [each for each in timed if each.p95_s is not None and each.p95_s <= limit.p95_s]
    met = best.p95_s <= limit.p95_s
    if met:
        sure, remedy = "Met on the point, not proven.", ""
    elif proof is Proof.REFUTED:
        sure = f"So is every measured API, and so is its median ({_listed(timed)}): they are ruled out."
        remedy = "Measure a model of your own beside them, on the machine it would run on."
    elif within:
        sure = "Missed on the point, not proven for every API."
        remedy = f"{name_of(within[0])} answers within it (p95 {numbers.seconds(within[0].p95_s)}): judge that one."
    else:
        sure, remedy = _missed(limit), "Ask more answers, a faster model or a nearer region before ruling out APIs."
    return Finding(
        rule=RULE,
        status=Status.MET if met else Status.NOT_MET,
        proof=proof,
        measured=best.p95_s,
        threshold=limit.p95_s,
        sentence=(
            f"{name_of(best)} answers within {numbers.seconds(best.p95_s)} 19 times of 20 (median {numbers.seconds(best.p50_s)}, "
            f"{numbers.quantity(best.timed, 'timed answer')}); the limit is {numbers.seconds(limit.p95_s)}. {sure}"
            f"{_read(evidence, limit.p95_s)}"
        ),
        remedy=remedy,
        source=SOURCE,
    )


def _timed(evidence: Evidence) -> Sequence[CandidateTotals]:
    """Return the totals of every measured API, whether or not it was timed."""
    asked = {each.key for each in evidence.comparison.candidates if each.path == "api" and each.n}
    return [each for each in evidence.totals if each.key in asked]


def _proof(evidence: Evidence, limit: Latency, timed: Sequence[CandidateTotals]) -> Proof:
    asked = sum(1 for each in evidence.comparison.candidates if each.path == "api" and each.n)
    # One error probability for the claim that all of them are too slow: each has to be shown (Berger 1982).
    slower = [each for each in timed if _proven_slower(each, limit.p95_s, 1 - evidence.decision.confidence)]
    return Proof.REFUTED if limit.hard and asked and len(slower) == asked else Proof.UNDECIDED


def _proven_slower(totals: CandidateTotals, limit: float, alpha: float) -> bool:
    if totals.p50_s is None or totals.p95_s is None or min(totals.p50_s, totals.p95_s) <= limit:
        return False
    return math.exp(-totals.timed * HALF_FROM_TWENTIETH) <= alpha


def _missed(limit: Latency) -> str:
    return "Missed on the point, not proven for every API." if limit.hard else "Missed; it's a wish, so it rules nothing out."


def _listed(timed: Sequence[CandidateTotals]) -> str:
    return numbers.listed([f"{name_of(each)} {numbers.seconds(each.p50_s)}" for each in timed])


def _read(evidence: Evidence, limit: float) -> str:
    """Return what the sources make of so short a limit."""
    build, tune = evidence.thresholds["latency_build_s"], evidence.thresholds["latency_fine_tune_s"]
    if limit < build:
        return f" A limit under {numbers.seconds(build)} is one of S3's few reasons to build."
    return f" A limit under {numbers.seconds(tune)} is one of S1's reasons to fine-tune." if limit < tune else ""


def _unstated(best: CandidateTotals | None) -> Finding:
    known = best is not None and best.p95_s is not None
    told = f" {name_of(best)} answers within {numbers.seconds(best.p95_s)} 19 times of 20." if best is not None and known else ""
    return Finding(
        rule=RULE,
        status=Status.NOT_TESTED,
        measured=None if best is None else best.p95_s,
        sentence=f"The suite states no limit of latency (`decision.latency.p95_s`).{told}",
        remedy="Say it with `decision.latency: {p95_s: 1.5}`: the time within which 19 of 20 answers must be there.",
        source=SOURCE,
    )


def _unmeasured(evidence: Evidence, limit: Latency, best: CandidateTotals | None) -> Finding:
    if best is None:
        measured = evidence.comparison.best_prompt is not None
        why = "These rows tell no latency." if measured else "No prompt-only candidate was measured."
    elif best.timed:
        why = f"{name_of(best)} has only {numbers.quantity(best.timed, 'timed answer')}: too few for a 95th percentile."
    else:
        why = f"No answer of {name_of(best)} was timed in this run: a stored answer has no latency."
    return Finding(
        rule=RULE,
        status=Status.NOT_TESTED,
        threshold=limit.p95_s,
        sentence=f"{why} The limit, `decision.latency.p95_s`, is {numbers.seconds(limit.p95_s)}.",
        remedy="Ask at least 20 examples afresh, with an empty `.bench`.",
        source=SOURCE,
    )
