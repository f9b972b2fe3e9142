"""Fill the decision matrix: from the evidence where it was measured, from the team where it wasn't, unknown where neither."""

from collections.abc import Callable, Mapping

from benchharness import numbers
from benchharness.records.comparison import CandidateResult, Proof
from benchharness.records.costs import OWN_NAMES, OwnPath
from benchharness.records.evidence import Evidence
from benchharness.records.matrix import CRITERIA, Matrix, MatrixPlan, MatrixRow
from benchharness.records.verdict import Finding, Status

__all__ = ["SOURCE", "fill_matrix"]

SOURCE = "S2: seven criteria scored 1 to 5 and weighted by the business; RULES R11: it never overrides a clause"
WORST, LOW, MIDDLE, GOOD, BEST = 1, 2, 3, 4, 5
NEAR = 0.8
TWICE = 2.0
Found = tuple[int | None, int | None, str]


def fill_matrix(evidence: Evidence, findings: Mapping[str, Finding], own: OwnPath = "fine_tuned") -> Matrix:
    """Return the matrix of prompting and one path of one's own, the fine-tune or the self-hosted model.

    Accuracy: 5 proven at the target, 4 on the point, 3 at the 90% bar, 2 within 80% of the target, 1 below. Data: none is
    needed for a prompt or a model as it came (5); for a fine-tune 5 from `labelled_enough`, 3 from `labelled_floor`, else 1.
    Budget: 5 for the cheaper path, 3 within twice its cost, 1 beyond; known only where costs were compared and are the same at
    every corner. Skills: 5 for a prompt; for a model of one's own 5 or 1 as the rule `team` says. Regulation: 5 where the data
    may leave, 1 where an API is ruled out. Time and differentiation are the team's to score.
    """
    plan = evidence.decision.matrix or MatrixPlan()
    rows = tuple(_row(name, plan, MEASURED.get(name, _nothing)(evidence, findings, own), own) for name in CRITERIA)
    return Matrix(own=OWN_NAMES[own], rows=rows, totals={path: _total(rows, path) for path in ("prompt", "fine_tuned")})


def _row(name: str, plan: MatrixPlan, found: Found, own: OwnPath) -> MatrixRow:
    prompt, tuned, why = found
    stated = plan.scores.get(name)  # type: ignore[call-overload]
    # The team scored a fine-tune, and no other path.
    given = (None, None) if stated is None else (stated.prompt, stated.fine_tuned if own == "fine_tuned" else None)
    measured = tuned is not None or (name == "accuracy" and prompt is not None)
    return MatrixRow(
        criterion=name,
        weight=plan.weights.get(name, 1.0),  # type: ignore[call-overload]
        prompt=prompt if prompt is not None else given[0],
        fine_tuned=tuned if tuned is not None else given[1],
        measured=measured,
        why=why or ("the team's own score" if any(given) else f"nobody said: `decision.matrix.scores.{name}`"),
    )


def _total(rows: tuple[MatrixRow, ...], path: str) -> tuple[float, float]:
    weight = sum(each.weight for each in rows)
    if not weight:
        return (WORST, BEST)
    low, high = (sum(each.weight * (getattr(each, path) or unknown) for each in rows) / weight for unknown in (WORST, BEST))
    return low, high


def _nothing(_evidence: Evidence, _findings: Mapping[str, Finding], _own: OwnPath) -> Found:
    return None, None, ""


def _accuracy(evidence: Evidence, _: Mapping[str, Finding], own: OwnPath) -> Found:
    comparison = evidence.comparison
    mine = comparison.best_fine_tuned if own == "fine_tuned" else comparison.best_self_hosted
    best = [comparison.result(key) for key in (comparison.best_prompt, mine)]
    target = evidence.decision.accuracy_target
    told = [f"{each.candidate} {numbers.percent(each.rate)}" for each in best if each is not None]
    why = f"{', '.join(told)} against a target of {numbers.share(target)}" if told else ""
    return _reached(best[0], target), _reached(best[1], target), why


def _reached(result: CandidateResult | None, target: float) -> int | None:
    if result is None or result.rate is None:
        return None
    if result.target.proof is Proof.PROVEN:
        return BEST
    if result.target.met:
        return GOOD
    if result.bar.met:
        return MIDDLE
    return LOW if result.rate >= NEAR * target else WORST


def _data(evidence: Evidence, _: Mapping[str, Finding], own: OwnPath) -> Found:
    if own == "self_hosted":
        return BEST, BEST, "neither a prompt nor a model as it came needs any"
    labelled = evidence.labelled_examples
    if labelled is None:
        return BEST, None, "a prompt needs none; how many labels there are isn't known"
    floor, enough = evidence.thresholds["labelled_floor"], evidence.thresholds["labelled_enough"]
    score = BEST if labelled >= enough else MIDDLE if labelled >= floor else WORST
    return BEST, score, f"a prompt needs none; {numbers.quantity(labelled, 'labelled example')} for the fine-tune"


def _budget(evidence: Evidence, _: Mapping[str, Finding], own: OwnPath) -> Found:
    costs = evidence.costs if own == "fine_tuned" else evidence.hosting_costs
    saving = None if costs is None else costs.saving.get(1.0)
    if costs is None or saving is None or saving.low <= 0 <= saving.high:
        return None, None, "" if costs is None else "which path is cheaper depends on numbers given as ranges"
    prompt, mine = costs.prompt[1.0].total_usd, costs.own[1.0].total_usd
    cheap, dear = (mine, prompt) if saving.low > 0 else (prompt, mine)
    other = MIDDLE if dear.high <= TWICE * cheap.low else WORST
    why = f"{numbers.usd_range(prompt)} for prompting, {numbers.usd_range(mine)} for the {costs.name} over {costs.months} months"
    return (other, BEST, why) if saving.low > 0 else (BEST, other, why)


def _skills(_: Evidence, findings: Mapping[str, Finding], _own: OwnPath) -> Found:
    team = findings.get("team")
    if team is None or team.status not in (Status.MET, Status.NOT_MET):
        return BEST, None, "a prompt needs no model team; whether there is one isn't said (`decision.team`)"
    return BEST, BEST if team.status is Status.MET else WORST, team.sentence


def _regulation(_: Evidence, findings: Mapping[str, Finding], _own: OwnPath) -> Found:
    privacy = findings.get("privacy")
    if privacy is None or privacy.status not in (Status.MET, Status.NOT_MET):
        return None, None, ""
    return (BEST if privacy.status is Status.MET else WORST), BEST, privacy.sentence


MEASURED: dict[str, Callable[[Evidence, Mapping[str, Finding], OwnPath], Found]] = {
    "accuracy": _accuracy,
    "data": _data,
    "budget": _budget,
    "skills": _skills,
    "regulation": _regulation,
}
