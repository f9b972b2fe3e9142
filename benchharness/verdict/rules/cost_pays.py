"""Does the fine-tune pay, training, serving and staff included?"""

from benchharness import numbers
from benchharness.records.comparison import Interval, Proof
from benchharness.records.costs import CostComparison
from benchharness.records.evidence import Evidence
from benchharness.records.verdict import Finding, Status

__all__ = ["SOURCE", "find"]

SOURCE = "S0: gap found, labelled data, and a cost model that pays: all three must be true; S3: after fully loading the team (RULES K4)"
RULE = "cost-pays"


def find(evidence: Evidence) -> Finding:
    """Return proven when the fine-tune is cheaper at every corner at today's volume, refuted when at none at any volume.

    A corner is one choice of everything that isn't known exactly. Where the comparison tells what's saved with shared inputs
    at the same value on both sides, that decides; else the dearest fine-tune is held against the cheapest prompt. On the
    point it's met when the middle of the fine-tune's range is below the middle of the prompt's.
    """
    costs = evidence.costs
    if costs is None or 1.0 not in costs.prompt or 1.0 not in costs.fine_tuned:
        return _unknown(evidence)
    times = sorted(each for each in costs.prompt if each in costs.fine_tuned)
    saved = {each: _saved(costs, each) for each in times}
    pays = [each for each in times if saved[each].low > 0]
    prompt, tuned = costs.prompt[1.0].total_usd, costs.fine_tuned[1.0].total_usd
    if saved[1.0].low > 0:
        proof, told = Proof.PROVEN, "It pays at every corner."
    elif all(saved[each].high <= 0 for each in times):
        proof, told = Proof.REFUTED, f"It pays at no corner, up to {numbers.times(times[-1])} the volume."
    else:
        proof = Proof.UNDECIDED
        told = (
            f"It pays at every corner from {numbers.times(pays[0])} the volume on."
            if pays
            else "At no volume looked at does it pay at every corner."
        )
    return Finding(
        rule=RULE,
        status=Status.MET if tuned.low + tuned.high < prompt.low + prompt.high else Status.NOT_MET,
        proof=proof,
        measured=tuned.high,
        threshold=prompt.low,
        interval=tuned,
        sentence=(
            f"Over {costs.months} months the fine-tune costs {numbers.usd_range(tuned)} and prompting {numbers.usd_range(prompt)}. {told}"
        ),
        remedy=_remedy(proof, pays),
        source=SOURCE,
    )


def _saved(costs: CostComparison, times: float) -> Interval:
    """Return least and most of what the fine-tune saves at a multiple of the volume."""
    known = costs.saving.get(times)
    if known is not None:
        return known
    prompt, tuned = costs.prompt[times].total_usd, costs.fine_tuned[times].total_usd
    return Interval(low=prompt.low - tuned.high, high=prompt.high - tuned.low)


def _remedy(proof: Proof, pays: list[float]) -> str:
    if proof is not Proof.UNDECIDED:
        return ""
    return "Wait for the volume, or narrow the ranges." if pays else "Narrow the ranges under `decision.costs`."


def _unknown(evidence: Evidence) -> Finding:
    volume = evidence.decision.volume
    told = "" if volume is None else f" at {numbers.quantity(volume.requests_per_month, 'request')} a month"
    lacks = "; ".join(evidence.costs_lack)
    return Finding(
        rule=RULE,
        status=Status.NOT_TESTED,
        sentence=f"What prompting and fine-tuning cost{told}, training and staff included, was not compared.",
        remedy=f"The suite has to say {lacks}." if lacks else "Compare the total cost of both paths before committing.",
        source=SOURCE,
    )
