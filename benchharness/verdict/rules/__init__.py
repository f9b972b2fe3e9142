"""The rules, one file each, in the order of reasoning."""

from collections.abc import Callable

from benchharness.records.evidence import Evidence
from benchharness.records.verdict import Finding
from benchharness.verdict.rules import (
    base_measured,
    classical_suffices,
    cost_pays,
    coverage,
    data_sufficiency,
    fine_tune_beats_prompt,
    fine_tune_reaches_target,
    gap,
    gap_is_large,
    leakage,
    metric_can_decide,
    ninety_percent,
    prompt_effort,
    provider_coverage,
    retrieval_tried,
)

__all__ = ["RULES"]

RULES: dict[str, Callable[[Evidence], Finding]] = {
    "leakage": leakage.find,
    "coverage": coverage.find,
    "metric-can-decide": metric_can_decide.find,
    "base-measured": base_measured.find,
    "ninety-percent": ninety_percent.find,
    "gap": gap.find,
    "classical-suffices": classical_suffices.find,
    "prompt-effort": prompt_effort.find,
    "retrieval-tried": retrieval_tried.find,
    "provider-coverage": provider_coverage.find,
    "fine-tune-beats-prompt": fine_tune_beats_prompt.find,
    "gap-is-large": gap_is_large.find,
    "fine-tune-reaches-target": fine_tune_reaches_target.find,
    "data-sufficiency": data_sufficiency.find,
    "cost-pays": cost_pays.find,
}
