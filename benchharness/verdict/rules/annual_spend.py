"""Does prompting cost enough a year for fine-tuning, or hosting, to be worth a look?"""

from benchharness import numbers
from benchharness.records.evidence import Evidence
from benchharness.records.verdict import Finding, Status
from benchharness.verdict.rules.spending import grown, monthly_usd

__all__ = ["SOURCE", "find"]

SOURCE = (
    "S1: above $50,000 a year evaluate fine-tuning, above $500,000 self-hosting; S3's bar is $50,000 to $100,000 a month, S0's 100 million "
    "tokens. None of them decides: the total cost with staff does (RULES K4)"
)
MONTHS = 12


def find(evidence: Evidence) -> Finding:
    """Return met from `spend_fine_tune_usd` a year on, told apart from `spend_self_host_usd`; it informs and decides nothing."""
    fine_tune, self_host = evidence.thresholds["spend_fine_tune_usd"], evidence.thresholds["spend_self_host_usd"]
    month = monthly_usd(evidence)
    if month is None:
        return Finding(
            rule="annual-spend",
            status=Status.NOT_TESTED,
            threshold=fine_tune,
            sentence="What prompting costs a year isn't known; that takes `decision.volume` and a price, or `decision.spend`.",
            remedy="Give `decision.volume: {requests_per_month: 100_000}`, or `decision.spend: {api_usd_per_month: 4_000}`.",
            source=SOURCE,
        )
    year = MONTHS * month.value
    tier = "the look is due at hosting too" if year >= self_host else "fine-tuning is worth a look" if year >= fine_tune else "neither yet"
    return Finding(
        rule="annual-spend",
        status=Status.MET if year >= fine_tune else Status.NOT_MET,
        measured=year,
        threshold=fine_tune,
        sentence=(
            f"{month.told}, costs {numbers.usd(year)} a year; fine-tuning is worth a look from {numbers.usd(fine_tune)}, "
            f"hosting from {numbers.usd(self_host)}: {tier}.{grown(evidence, year, fine_tune)}"
        ),
        source=SOURCE,
    )
