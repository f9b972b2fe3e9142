"""Every number of the policy, with its default and where it comes from; a suite overrides them under `decision.thresholds`."""

from collections.abc import Mapping
from dataclasses import dataclass

from benchharness.records.suite import Decision

__all__ = ["THRESHOLDS", "Threshold", "filled_in"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """One number of the policy."""

    name: str
    """As written in a suite."""
    value: float
    """The default."""
    unit: str
    """What it counts."""
    rule: str
    """The rule that reads it."""
    source: str
    """Where the number comes from."""


def _named(*thresholds: Threshold) -> dict[str, Threshold]:
    return {each.name: each for each in thresholds}


THRESHOLDS: dict[str, Threshold] = _named(
    Threshold(
        name="smallest_useful_gain",
        value=0.03,
        unit="share (0.03 is 3 points)",
        rule="gap-is-large",
        source="benchharness default; S0 asks for a gap that is 'real and large' and leaves large to the team",
    ),
    Threshold(
        name="most_leakage",
        value=0.01,
        unit="share of the golden set",
        rule="leakage",
        source="benchharness default; no source document mentions leakage",
    ),
    Threshold(
        name="most_missing",
        value=0.02,
        unit="share of a candidate's answers",
        rule="coverage",
        source="benchharness default; no source document mentions missing answers",
    ),
    Threshold(
        name="least_strategies",
        value=3,
        unit="prompt strategies",
        rule="prompt-effort",
        source="S1: few-shot, chain-of-thought and structured output before a fine-tune",
    ),
    Threshold(
        name="least_models",
        value=2,
        unit="prompted models",
        rule="prompt-effort",
        source="S0: a small and a large API model first",
    ),
    Threshold(
        name="least_providers",
        value=3,
        unit="providers",
        rule="provider-coverage",
        source="S2: baseline on three providers (S0: at least two)",
    ),
    Threshold(
        name="labelled_floor",
        value=100,
        unit="labelled examples",
        rule="data-sufficiency",
        source="S2: under 100 examples is an anti-pattern; Pecher et al. 2024 put break-even at about 100 labels",
    ),
    Threshold(
        name="labelled_enough",
        value=1000,
        unit="labelled examples",
        rule="data-sufficiency",
        source="S0: 1,000 to 10,000 for useful improvement (S1 says 10,000, S2 1,000)",
    ),
    Threshold(
        name="trivial_margin",
        value=0.05,
        unit="share (0.05 is 5 points)",
        rule="metric-can-decide",
        source="benchharness default: a candidate this close to 'always the most frequent answer' has shown nothing",
    ),
    Threshold(
        name="classical_margin",
        value=0.03,
        unit="share (0.03 is 3 points)",
        rule="classical-suffices",
        source="S4: classical methods where the problem isn't one for a language model; the margin is ours",
    ),
    Threshold(
        name="review_days",
        value=90,
        unit="days",
        rule="review",
        source="S3: decide again in 90 days (S2 says six months)",
    ),
    Threshold(
        name="review_days_proven",
        value=180,
        unit="days",
        rule="review",
        source="S2: review every six months, for a verdict that is proven",
    ),
)


def filled_in(decision: Decision) -> Mapping[str, float]:
    """Return every threshold by name, the suite's own number where it gives one."""
    return {name: decision.thresholds.get(name, each.value) for name, each in THRESHOLDS.items()}
