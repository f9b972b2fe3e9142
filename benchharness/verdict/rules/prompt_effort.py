"""Was prompting really tried: several strategies, on more than one model?"""

from benchharness import numbers
from benchharness.records.evidence import Evidence
from benchharness.records.verdict import Finding, Status

__all__ = ["SOURCE", "find"]

SOURCE = "S1: prompting exhausted? few-shot, chain-of-thought, structured output; S0: a small and a large model"


def find(evidence: Evidence) -> Finding:
    """Return whether enough prompt strategies and enough prompted models were measured."""
    tried = [each for each in evidence.effort if each.path == "api" and each.measured]
    strategies = sorted({strategy for each in tried for strategy in each.strategies})
    models = sorted({each.model for each in tried})
    least_strategies = int(evidence.thresholds["least_strategies"])
    least_models = int(evidence.thresholds["least_models"])
    lacking = []
    if len(strategies) < least_strategies:
        untried = [each for each in ("few-shot", "retrieval", "chain-of-thought", "structured") if each not in strategies]
        lacking.append(
            f"{numbers.quantity(least_strategies - len(strategies), 'more strategy', 'more strategies')} of {numbers.listed(untried)}"
        )
    if len(models) < least_models:
        lacking.append(numbers.quantity(least_models - len(models), "more prompted model"))
    names = numbers.listed(strategies) if strategies else "none"
    return Finding(
        rule="prompt-effort",
        status=Status.NOT_MET if lacking else Status.MET,
        measured=float(len(strategies)),
        threshold=float(least_strategies),
        sentence=(
            f"{numbers.quantity(len(strategies), 'prompt strategy', 'prompt strategies')} measured ({names}) "
            f"on {numbers.quantity(len(models), 'prompted model')}; "
            f"{least_strategies} on {least_models} are asked for before a fine-tune."
        ),
        remedy=f"Try {' and '.join(lacking)}." if lacking else "",
        source=SOURCE,
    )
