"""What `bench cost` answers: the total cost of every path from a suite, and from a run where there is one."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from benchharness.economics.arithmetic import arithmetic
from benchharness.economics.breaking_even import break_evens
from benchharness.economics.cascade import best_cascade
from benchharness.economics.comparing import Inputs, compare_costs, lacking, payback
from benchharness.pipeline.deciding.evidence import gather_file, inputs_of
from benchharness.pipeline.loading.policy import load_suite
from benchharness.pipeline.loading.run_folder import results_of
from benchharness.providers.price_list import price_list_version
from benchharness.records.cost_plan import PathPlan
from benchharness.records.costs import Cascade, CostReport, OwnPath, PathReport
from benchharness.records.evidence import Evidence
from benchharness.records.policy_words import TargetIs
from benchharness.records.suite import CandidatePath, Suite
from benchharness.results.common_answers import common_answers
from benchharness.suite.resolving import candidate_path

__all__ = ["cost_report"]


def cost_report(suite: Path, results: Path | None = None) -> CostReport:
    """Return the total cost of prompting, of the fine-tune and of a self-hosted model; without results only what is stated is known."""
    policy = load_suite(suite).suite
    evidence = None if results is None else gather_file(policy, results, suite.parent).evidence
    comparison = None if evidence is None else evidence.comparison
    inputs = inputs_of(policy.decision, comparison, () if evidence is None else evidence.totals)
    tuned = _compared(inputs)
    hosted = _planned(policy, "self_hosted")
    return CostReport(
        suite=policy.name,
        costs=tuned.costs,
        lacks=tuned.lacks,
        payback_months=tuned.payback_months,
        break_evens=tuned.break_evens,
        arithmetic=tuned.arithmetic,
        planned=_planned(policy, "fine_tuned") or not hosted,
        hosting=_compared(replace(inputs, own="self_hosted")) if hosted else None,
        best_prompt=None if comparison is None else comparison.best_prompt,
        best_fine_tuned=None if comparison is None else comparison.best_fine_tuned,
        best_self_hosted=None if comparison is None else comparison.best_self_hosted,
        price_list=price_list_version(),
        usd_per_match={} if evidence is None else _per_match(evidence),
        cascade=None if results is None or policy.decision.target_is is TargetIs.MEAN else _cascade(results, seed=policy.seed),
    )


def _compared(inputs: Inputs) -> PathReport:
    """Return prompting against one path of one's own."""
    lacks = lacking(inputs)
    if lacks:
        return PathReport(costs=None, lacks=lacks)
    return PathReport(
        costs=compare_costs(inputs), payback_months=payback(inputs), break_evens=break_evens(inputs), arithmetic=arithmetic(inputs)
    )


def _planned(suite: Suite, path: OwnPath) -> bool:
    """Tell whether a suite has a candidate on a path of one's own, or states what it would take."""
    kind = CandidatePath.FINE_TUNED if path == "fine_tuned" else CandidatePath.SELF_HOSTED
    stated = suite.decision.costs is not None and getattr(suite.decision.costs, path) != PathPlan()
    plan = path == "fine_tuned" and suite.decision.fine_tune is not None
    return stated or plan or any(candidate_path(entry) is kind for entry in suite.candidates)


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
