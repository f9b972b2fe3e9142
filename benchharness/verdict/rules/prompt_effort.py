"""Was prompting really tried: several strategies, on more than one model?"""

from collections.abc import Sequence

from benchharness import numbers
from benchharness.records.evidence import Evidence
from benchharness.records.verdict import Finding, Status

__all__ = ["SOURCE", "find"]

SOURCE = "S1: prompting exhausted? few-shot, chain-of-thought, structured output; S0: a small and a large model"

NAME_THEM = "Say which model each is: `model`, `stands_for` for recorded answers, or a `model` column in the rows."


def find(evidence: Evidence) -> Finding:
    """Return whether enough prompt strategies and enough prompted models were measured; not tested where models have no name.

    What counts is what was sent: two spellings of a model are one, and so are the same words under two strategies.
    """
    tried = [each for each in evidence.effort if each.path == "api" and each.measured]
    strategies = sorted({strategy for each in tried for strategy in each.strategies})
    models = {each.model.casefold() for each in tried if each.model}
    nameless = [each.candidate for each in tried if not each.model]
    least_strategies = int(evidence.thresholds["least_strategies"])
    least_models = int(evidence.thresholds["least_models"])
    lacking = []
    if len(strategies) < least_strategies:
        untried = [each for each in ("few-shot", "retrieval", "chain-of-thought", "structured") if each not in strategies]
        lacking.append(
            f"{numbers.quantity(least_strategies - len(strategies), 'more strategy', 'more strategies')} of {numbers.listed(untried)}"
        )
    short = max(0, least_models - len(models))
    unknown = 0 < short <= len(nameless) and not lacking
    if short and not unknown:
        lacking.append(numbers.quantity(short, "more prompted model"))
    names = numbers.listed(strategies) if strategies else "none"
    return Finding(
        rule="prompt-effort",
        status=Status.NOT_TESTED if unknown else Status.NOT_MET if lacking else Status.MET,
        measured=float(len(strategies)),
        threshold=float(least_strategies),
        sentence=(
            f"{numbers.quantity(len(strategies), 'prompt strategy', 'prompt strategies')} measured ({names}) "
            f"on {numbers.quantity(len(models), 'prompted model')}"
            f"{_nameless(nameless)}; "
            f"{least_strategies} on {least_models} are asked for before a fine-tune."
        ),
        remedy=NAME_THEM if unknown else f"Try {' and '.join(lacking)}." if lacking else "",
        source=SOURCE,
    )


def _nameless(candidates: Sequence[str]) -> str:
    """Return who may or may not be one more model."""
    return f", and which model {numbers.listed(candidates)} asked isn't known" if candidates else ""
