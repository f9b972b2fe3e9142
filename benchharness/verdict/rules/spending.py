"""What prompting costs and how much it reads and writes in a month: measured and projected, or the team's bill."""

from collections.abc import Sequence
from dataclasses import dataclass

from benchharness import numbers
from benchharness.records.evidence import Evidence
from benchharness.verdict.rules.stating import name_of, prompt_totals

__all__ = ["Monthly", "grown", "monthly_tokens", "monthly_usd"]

PER = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Monthly:
    """An amount a month, and where it comes from."""

    value: float
    """US dollars or tokens a month, today."""
    told: str
    """How it was found, as the start of a sentence: `mini with few-shot, at ...,`."""


def monthly_usd(evidence: Evidence) -> Monthly | None:
    """Return the dollars the best prompt costs a month at the stated volume, else the stated bill; None when neither is known."""
    totals, volume, spend = prompt_totals(evidence), evidence.decision.volume, evidence.decision.spend
    billed = None if spend is None else spend.api_usd_per_month
    if totals is not None and totals.usd_per_1k is not None and volume is not None:
        requests = volume.requests_per_month
        told = (
            f"{name_of(totals)}, at {numbers.usd(totals.usd_per_1k)} per 1,000 answers and {numbers.quantity(requests, 'request')} a month"
        )
        if billed is not None:
            told += f" (the stated bill is {numbers.usd(billed)} a month)"
        return Monthly(value=totals.usd_per_1k / PER * requests, told=told)
    return None if billed is None else Monthly(value=billed, told="Prompting, by the stated bill")


def monthly_tokens(evidence: Evidence) -> Monthly | None:
    """Return the tokens the best prompt takes a month, input and output, else the stated number; None when neither is known."""
    totals, volume, spend = prompt_totals(evidence), evidence.decision.volume, evidence.decision.spend
    if totals is not None and totals.input_tokens is not None and totals.output_tokens is not None and volume is not None:
        answered = totals.rows - _errors(evidence, totals.missing)
        if answered > 0:
            each = (totals.input_tokens + totals.output_tokens) / answered
            requests = volume.requests_per_month
            told = f"{name_of(totals)}, at {numbers.quantity(round(each), 'token')} an answer"
            told += f" and {numbers.quantity(requests, 'request')} a month"
            return Monthly(value=each * requests, told=told)
    stated = None if spend is None else spend.tokens_per_month
    return None if stated is None else Monthly(value=stated, told="Prompting, by the stated number")


def grown(evidence: Evidence, today: float, bar: float) -> str:
    """Return a sentence on the smallest projected multiple of today's volume at which an amount reaches a bar; empty at none."""
    for times in _projected(evidence):
        if today < bar <= today * times:
            return f" It's reached at {numbers.times(times)} the volume."
    return ""


def _projected(evidence: Evidence) -> Sequence[float]:
    volume = evidence.decision.volume
    return () if volume is None else sorted(each for each in volume.project if each > 1)


def _errors(evidence: Evidence, missing: int) -> int:
    """Return the best prompt's rows without an answer; tokens are summed over the others only."""
    best = evidence.comparison.result(evidence.comparison.best_prompt)
    return missing if best is None or not best.statuses else best.statuses.get("error", 0)
