"""What the evidence knows about money: the total cost of the best prompt and the best fine-tune, or what is lacking."""

from collections.abc import Sequence

from benchharness.economics.comparing import Inputs, compare_costs, lacking
from benchharness.economics.ranges import Range
from benchharness.records.comparison import Comparison
from benchharness.records.cost_plan import CostPlan
from benchharness.records.costs import CostComparison
from benchharness.records.run import CandidateTotals
from benchharness.records.suite import Decision

__all__ = ["costs_of", "inputs_of"]


def costs_of(inputs: Inputs) -> tuple[CostComparison | None, tuple[str, ...]]:
    """Return what both paths cost in all, or None and the keys of the suite that would tell."""
    return compare_costs(inputs), lacking(inputs)


def inputs_of(decision: Decision, comparison: Comparison | None, totals: Sequence[CandidateTotals]) -> Inputs:
    """Return what the costs are computed from: the suite's statements, and dollars per 1,000 requests as measured."""
    best = {} if comparison is None else {"prompt": comparison.best_prompt, "fine_tuned": comparison.best_fine_tuned}
    by_key = {each.key: each for each in totals}
    return Inputs(
        plan=decision.costs or CostPlan(),
        volume=decision.volume,
        training=decision.fine_tune,
        measured={path: _per_1k(by_key.get(key or "")) for path, key in best.items()},
    )


def _per_1k(totals: CandidateTotals | None) -> Range | None:
    if totals is None or totals.usd_per_1k is None:
        return None
    between = totals.usd_per_1k_interval
    return Range(totals.usd_per_1k, totals.usd_per_1k) if between is None else Range(between.low, between.high)
