"""Are there enough tokens a month for hosting a model to be worth a look?"""

from benchharness import numbers
from benchharness.records.evidence import Evidence
from benchharness.records.verdict import Finding, Status
from benchharness.verdict.rules.spending import grown, monthly_tokens

__all__ = ["SOURCE", "find"]

SOURCE = (
    "S0: under 1 million tokens a month the API wins, up to 100 million it competes with caching and cascading, above that and for a "
    "narrow task evaluate self-hosting; at $10 a million that's $1,000 a month, far below S3's $50,000, so it decides nothing (RULES K4)"
)


def find(evidence: Evidence) -> Finding:
    """Return met from `tokens_self_host` a month on; under `tokens_api` the API wins, between it competes. It only informs."""
    small, large = evidence.thresholds["tokens_api"], evidence.thresholds["tokens_self_host"]
    month = monthly_tokens(evidence)
    if month is None:
        return Finding(
            rule="token-volume",
            status=Status.NOT_TESTED,
            threshold=large,
            sentence="How many tokens a month prompting takes isn't known; that takes `decision.volume`, or `decision.spend`.",
            remedy="Give `decision.volume: {requests_per_month: 100_000}`, or `decision.spend: {tokens_per_month: 5_000_000}`.",
            source=SOURCE,
        )
    if month.value >= large:
        tier = "for a narrow task, compare with hosting"
    else:
        tier = "an API wins" if month.value < small else "an API with caching and a cascade usually competes"
    return Finding(
        rule="token-volume",
        status=Status.MET if month.value >= large else Status.NOT_MET,
        measured=month.value,
        threshold=large,
        sentence=(
            f"{month.told}, takes {numbers.whole(round(month.value))} tokens a month; hosting is worth a look from "
            f"{numbers.whole(round(large))}: {tier}.{grown(evidence, month.value, large)}"
        ),
        source=SOURCE,
    )
