"""What `bench cost` answers: both paths' total cost from a suite, and from a run where there is one."""

from pathlib import Path

import numpy as np

from benchharness.economics.arithmetic import arithmetic
from benchharness.economics.breaking_even import break_evens
from benchharness.economics.cascade import best_cascade
from benchharness.economics.comparing import payback
from benchharness.pipeline.deciding.evidence import costs_of, gather_file, inputs_of
from benchharness.pipeline.loading.policy import load_suite
from benchharness.pipeline.loading.run_folder import results_of
from benchharness.providers.price_list import price_list_version
from benchharness.records.costs import Cascade, CostReport
from benchharness.records.evidence import Evidence
from benchharness.records.policy_words import TargetIs
from benchharness.results.common_answers import common_answers

__all__ = ["cost_report"]


def cost_report(suite: Path, results: Path | None = None) -> CostReport:
    """Return the total cost of prompting and of the fine-tune; without results only what the suite states is known."""
    policy = load_suite(suite).suite
    evidence = None if results is None else gather_file(policy, results).evidence
    comparison = None if evidence is None else evidence.comparison
    inputs = inputs_of(policy.decision, comparison, () if evidence is None else evidence.totals)
    costs, lacks = costs_of(inputs)
    return CostReport(
        suite=policy.name,
        costs=costs,
        lacks=lacks,
        best_prompt=None if comparison is None else comparison.best_prompt,
        best_fine_tuned=None if comparison is None else comparison.best_fine_tuned,
        payback_months=None if lacks else payback(inputs),
        arithmetic=() if lacks else arithmetic(inputs),
        price_list=price_list_version(),
        break_evens=() if lacks else break_evens(inputs),
        usd_per_match={} if evidence is None else _per_match(evidence),
        cascade=None if results is None or policy.decision.target_is is TargetIs.MEAN else _cascade(results, seed=policy.seed),
    )


def _per_match(evidence: Evidence) -> dict[str, float]:
    """Return what one matched answer costs: a cheap candidate that misses often isn't cheap."""
    rates = {each.key: each.rate for each in evidence.comparison.candidates}
    found: dict[str, float] = {}
    if evidence.decision.target_is is TargetIs.MEAN:
        # A mean score counts no answers.
        return found
    for each in evidence.totals:
        rate = rates.get(each.key)
        if each.usd_per_1k is not None and rate:
            found[each.key] = each.usd_per_1k / 1000 / rate
    return found


def _cascade(results: Path, *, seed: int) -> Cascade | None:
    """Return the best cascade of a run's language models; None where a price or an answer's text isn't known."""
    priced = [each for each in common_answers(results_of(results)) if not np.isnan(each.usd).any() and each.usd.any()]
    return best_cascade(priced, seed=seed)
