"""Does the fine-tune pay, training, serving and staff included? And does whatever else one hosts oneself?"""

from benchharness import numbers
from benchharness.records.comparison import Interval, Proof
from benchharness.records.costs import CostComparison, OwnPath
from benchharness.records.evidence import Evidence
from benchharness.records.verdict import Finding, Status

__all__ = ["SOURCE", "find", "paying"]

SOURCE = "S0: gap found, labelled data, and a cost model that pays: all three must be true; S3: after fully loading the team (RULES K4)"
RULE = "cost-pays"


def find(evidence: Evidence) -> Finding:
    """Return whether the fine-tune pays: its own costs alone decide, whatever else could be hosted."""
    return paying(evidence, "fine_tuned")


def paying(evidence: Evidence, own: OwnPath) -> Finding:
    """Return proven when a path of one's own is cheaper at every corner at today's volume, refuted when at none at any volume.

    A corner is one choice of everything that isn't known exactly. Where the comparison tells what's saved with shared inputs
    at the same value on both sides, that decides; else the dearest own path is held against the cheapest prompt. On the
    point it's met when the middle of its range is below the middle of the prompt's.
    """
    costs = evidence.costs if own == "fine_tuned" else evidence.hosting_costs
    if costs is None or 1.0 not in costs.prompt or 1.0 not in costs.own:
        return _unknown(evidence, own)
    times = sorted(each for each in costs.prompt if each in costs.own)
    saved = {each: _saved(costs, each) for each in times}
    pays = [each for each in times if saved[each].low > 0]
    prompt, mine = costs.prompt[1.0].total_usd, costs.own[1.0].total_usd
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
        status=Status.MET if mine.low + mine.high < prompt.low + prompt.high else Status.NOT_MET,
        proof=proof,
        measured=mine.high,
        threshold=prompt.low,
        interval=mine,
        sentence=(
            f"Over {costs.months} months the {costs.name} costs {numbers.usd_range(mine)} and prompting {numbers.usd_range(prompt)}. {told}"
        ),
        remedy=_remedy(proof, pays),
        source=SOURCE,
    )


def _saved(costs: CostComparison, times: float) -> Interval:
    """Return least and most of what one's own path saves at a multiple of the volume."""
    known = costs.saving.get(times)
    if known is not None:
        return known
    prompt, own = costs.prompt[times].total_usd, costs.own[times].total_usd
    return Interval(low=prompt.low - own.high, high=prompt.high - own.low)


def _remedy(proof: Proof, pays: list[float]) -> str:
    if proof is not Proof.UNDECIDED:
        return ""
    return "Wait for the volume, or narrow the ranges." if pays else "Narrow the ranges under `decision.costs`."


def _unknown(evidence: Evidence, own: OwnPath) -> Finding:
    volume = evidence.decision.volume
    told = "" if volume is None else f" at {numbers.quantity(volume.requests_per_month, 'request')} a month"
    lacks = "; ".join(evidence.costs_lack if own == "fine_tuned" else evidence.hosting_lack)
    doing = "fine-tuning" if own == "fine_tuned" else "hosting a model"
    return Finding(
        rule=RULE,
        status=Status.NOT_TESTED,
        sentence=f"What prompting and {doing} cost{told}, training and staff included, was not compared.",
        remedy=f"The suite has to say {lacks}." if lacks else "Compare the total cost of both paths before committing.",
        source=SOURCE,
    )
