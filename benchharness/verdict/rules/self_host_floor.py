"""Is the API bill above the floor under which a team and GPUs of one's own rarely pay back?"""

from benchharness import numbers
from benchharness.records.evidence import Evidence
from benchharness.records.verdict import Finding, Status
from benchharness.verdict.rules.spending import grown, monthly_usd
from benchharness.verdict.rules.stating import NOTHING_PLANNED, own_model

__all__ = ["SOURCE", "find"]

SOURCE = (
    "S3: below roughly $50,000 to $100,000 a month self-hosting rarely pays back; S1 draws the line at $500,000 a year, S0 at 100 million "
    "tokens a month. The total cost with staff decides, not the floor (RULES K4)"
)
RULE = "self-host-floor"


def find(evidence: Evidence) -> Finding:
    """Return met from `self_host_clear_usd` a month on; between it and `self_host_floor_usd` only the total cost tells. It informs."""
    floor, clear = evidence.thresholds["self_host_floor_usd"], evidence.thresholds["self_host_clear_usd"]
    if not own_model(evidence):
        return Finding(rule=RULE, status=Status.NOT_APPLICABLE, sentence=NOTHING_PLANNED, source=SOURCE)
    month = monthly_usd(evidence)
    if month is None:
        return Finding(
            rule=RULE,
            status=Status.NOT_TESTED,
            threshold=clear,
            sentence="What prompting costs a month isn't known; that takes `decision.spend`, or `decision.volume` and a price.",
            remedy="Give `decision.spend: {api_usd_per_month: 4_000}`: the last 90 days' bill by three.",
            source=SOURCE,
        )
    if month.value >= clear:
        tier = "above the floor"
    else:
        tier = "hosting rarely pays back" if month.value < floor else "in between, where only the total cost tells"
    return Finding(
        rule=RULE,
        status=Status.MET if month.value >= clear else Status.NOT_MET,
        measured=month.value,
        threshold=clear,
        sentence=(
            f"{month.told}, costs {numbers.usd(month.value)} a month; the floor lies between {numbers.usd(floor)} and "
            f"{numbers.usd(clear)}: {tier}.{grown(evidence, month.value, clear)}"
        ),
        source=SOURCE,
    )
