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

    @property
    def most(self) -> float:
        """Return the largest value that makes sense; the smallest is 0. A share can't pass 1, and no date is 100 years away."""
        if self.unit.startswith(("share", "Cohen")):
            return 1.0
        return 36_500.0 if self.unit.startswith(("day", "month", "week", "year")) else 1e15


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
        name="slice_margin",
        value=0.05,
        unit="share (0.05 is 5 points)",
        rule="protected-slices",
        source="benchharness default; no source document mentions slices",
    ),
    Threshold(
        name="least_slice_examples",
        value=30,
        unit="examples of a slice",
        rule="protected-slices",
        source="benchharness default; below it one example is more than 3 points",
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
        name="spend_fine_tune_usd",
        value=50_000,
        unit="US dollars a year",
        rule="annual-spend",
        source="S1: above $50,000 a year for API calls, evaluate fine-tuning (S3's bar is $50,000 a month)",
    ),
    Threshold(
        name="spend_self_host_usd",
        value=500_000,
        unit="US dollars a year",
        rule="annual-spend",
        source="S1: above $500,000 a year, not self-hosting leaves money on the table (S1's own staff costs refute less)",
    ),
    Threshold(
        name="tokens_api",
        value=1e6,
        unit="tokens a month",
        rule="token-volume",
        source="S0: under a million tokens a month the API wins",
    ),
    Threshold(
        name="tokens_self_host",
        value=1e8,
        unit="tokens a month",
        rule="token-volume",
        source="S0: over 100 million tokens a month on a narrow task, evaluate self-hosting; between, cache and cascade",
    ),
    Threshold(
        name="self_host_floor_usd",
        value=50_000,
        unit="US dollars a month",
        rule="self-host-floor",
        source="S3: below $50,000 to $100,000 a month self-hosting rarely pays back its team and GPUs (the lower end)",
    ),
    Threshold(
        name="self_host_clear_usd",
        value=100_000,
        unit="US dollars a month",
        rule="self-host-floor",
        source="S3: below $50,000 to $100,000 a month self-hosting rarely pays back its team and GPUs (the upper end)",
    ),
    Threshold(
        name="latency_fine_tune_s",
        value=0.2,
        unit="seconds",
        rule="latency",
        source="S1: fine-tune when latency must be under 200 ms",
    ),
    Threshold(
        name="latency_build_s",
        value=0.1,
        unit="seconds",
        rule="latency",
        source="S3: under 100 ms legitimately forces a build; S0: 100 ms matters for voice, coding and completion",
    ),
    Threshold(
        name="most_unread",
        value=0.5,
        unit="share of a prompt's answers",
        rule="prompting-refuted",
        source="benchharness default; a prompt most of whose answers were cut off, empty or filtered says nothing of prompting",
    ),
    Threshold(
        name="least_parsed",
        value=0.99,
        unit="share of the best prompt's answers",
        rule="format-consistency",
        source="benchharness default; S0 and S4 ask for reliable structure and give no number",
    ),
    Threshold(
        name="maintenance_months",
        value=18,
        unit="months",
        rule="team",
        source="S3: who maintains this in 18 months?",
    ),
    Threshold(
        name="weeks_prompt",
        value=2,
        unit="weeks",
        rule="time-to-ship",
        source="S0: the wrapper shipped in 2 weeks instead of 6 (S1 and S2: days to weeks)",
    ),
    Threshold(
        name="weeks_fine_tune",
        value=8,
        unit="weeks",
        rule="time-to-ship",
        source="S2: 2 to 8 weeks, the upper end (S0: two to three and evaluation, 6 in all; S1: weeks to months)",
    ),
    Threshold(
        name="weeks_self_host",
        value=26,
        unit="weeks",
        rule="time-to-ship",
        source="S2: 6 to 18 months to build, the lower end (S0: months; S1: months to years)",
    ),
    Threshold(
        name="frontier_months",
        value=6,
        unit="months",
        rule="frontier-pace",
        source="S1: where the frontier moves fast the next release overtakes a fine-tune within 6 months",
    ),
    Threshold(
        name="payback_months",
        value=36,
        unit="months",
        rule="sunset",
        source="S2: cost is compared over three years; read when neither the suite nor a cost comparison says how long",
    ),
    Threshold(
        name="litmus_answers",
        value=4,
        unit="good answers of 4",
        rule="litmus",
        source="S1 asks four questions of a data moat and says most have none; all four is our reading",
    ),
    Threshold(
        name="commitment_years",
        value=2,
        unit="years",
        rule="escalation",
        source="S3: a multi-year GPU commitment goes to senior people",
    ),
    Threshold(
        name="early_users",
        value=100,
        unit="users",
        rule="anti-patterns",
        source="S1: at 100 users the API bill is a rounding error",
    ),
    Threshold(
        name="unprojected_tokens",
        value=3e8,
        unit="tokens a month",
        rule="anti-patterns",
        source="S2: 10 million tokens a day without projecting the year's cost",
    ),
    Threshold(
        name="checklist_items",
        value=11,
        unit="items of 11",
        rule="checklist",
        source="S2: the architect's checklist",
    ),
    Threshold(
        name="portable_providers",
        value=2,
        unit="providers",
        rule="checklist",
        source="S0: test on several providers while developing",
    ),
    Threshold(
        name="judge_labels",
        value=30,
        unit="answers marked by people",
        rule="judge-calibrated",
        source="evalstats' bound for a correction; no source document mentions a judge's error (S1 asks for human review)",
    ),
    Threshold(
        name="judge_kappa",
        value=0.6,
        unit="Cohen's kappa",
        rule="judge-calibrated",
        source="Landis & Koch 1977: substantial agreement from 0.6",
    ),
    Threshold(
        name="judge_kappa_low",
        value=0.4,
        unit="Cohen's kappa",
        rule="judge-calibrated",
        source="benchharness: its 95% interval must lie above it; Landis & Koch 1977 call less than 0.4 fair",
    ),
    Threshold(
        name="price_moved",
        value=0.2,
        unit="share of the price (0.2 is a fifth)",
        rule="review",
        source="benchharness default; S2 asks what happens if prices change, and S3 to compute the crossover anew",
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
