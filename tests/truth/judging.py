"""Many draws of one world through the whole verdict, and how often it claims what isn't true."""

import math
import zlib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import bdtrc
from truth.worlds import World, draw, up_to

from benchharness.comparison.compare import compare
from benchharness.records.comparison import Interval, Proof, Questions
from benchharness.records.costs import CostComparison, PathCost
from benchharness.records.effort import Effort
from benchharness.records.evidence import Evidence
from benchharness.records.leakage import Leakage
from benchharness.records.outcomes import Outcomes
from benchharness.records.suite import Decision, FineTunePlan, PromptingMustBe, Volume
from benchharness.records.verdict import Verdict, VerdictWord
from benchharness.verdict.decide import decide
from benchharness.verdict.thresholds import filled_in

__all__ = ["ALPHA", "Counts", "count", "count_again", "evidence_of", "simulation_error", "too_often"]

ALPHA = 0.05
# With `count_again` a world whose error is exactly 5% fails its test about once in a thousand seeds.
SURE = 0.005
# A share of false claims that is looked into.
SUSPICIOUS = 0.055
STRATEGIES = ("zero-shot", "few-shot", "retrieval", "chain-of-thought", "structured")
R = 0.9


def _cost(dollars: float) -> dict[float, PathCost]:
    return {times: PathCost(total_usd=Interval(low=0.9 * dollars * times, high=1.1 * dollars * times)) for times in (1.0, 3.0, 10.0, 100.0)}


PAYS = CostComparison(months=36, prompt=_cost(1_000_000), own=_cost(100_000))


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What the verdict said of so many draws of one world."""

    world: World
    """Which."""
    n: int
    """Examples in each draw."""
    runs: int
    """Draws."""
    fine_tune: int
    """Verdicts `fine-tune` on grounds of quality."""
    by_cost: int
    """Verdicts `fine-tune` on grounds of cost alone."""
    enough: int
    """Prompts proven to be enough."""
    short: int
    """Prompts proven to fall short."""

    @property
    def false_fine_tune(self) -> int:
        """Return verdicts `fine-tune` whose grounds aren't true."""
        return (0 if self.world.justified else self.fine_tune) + (0 if self.world.no_worse else self.by_cost)

    @property
    def false_enough(self) -> int:
        """Return proofs that the prompt is enough where it isn't."""
        return 0 if self.world.enough else self.enough

    @property
    def false_short(self) -> int:
        """Return proofs that the prompt falls short where it doesn't."""
        return 0 if self.world.short else self.short


def too_often(count: int, runs: int) -> bool:
    """Tell whether `count` false claims of `runs` can't well come from an error of at most 5%."""
    return count > 0 and float(bdtrc(count - 1, runs, ALPHA)) < SURE


def count_again(world: World, n: int, *, runs: int, again: int, seed: int, false: Callable[[Counts], int]) -> Counts:
    """Return the counts of `runs` draws, or, when those claim suspiciously often, of `again` fresh ones.

    So an error of 8% is found five times in six (200 draws, then 1,200), at the price of few draws where there is none.
    """
    found = count(world, n, runs=runs, seed=seed)
    return found if false(found) <= SUSPICIOUS * runs else count(world, n, runs=again, seed=seed + 1)


def evidence_of(world: World, outcomes: list[Outcomes], planned: int) -> Evidence:
    """Return the evidence of one draw: cost pays, effort was made, there are labels enough, so that only quality decides."""
    target = min(1.0, world.bar / R)
    decision = Decision(
        accuracy_target=target,
        ninety_percent_rule=world.bar / target,
        thresholds={"smallest_useful_gain": world.margin, "most_missing": world.most_missing},
        volume=Volume(requests_per_month=1_000_000),
        fine_tune=FineTunePlan(labelled_examples=20_000, training_cost_usd=1_000),
        # Grounds of cost are held to the truth as well.
        allow_cost_migration=True,
        prompting_must_be=PromptingMustBe(world.must_be),
        dev_share=world.dev_share,
    )
    questions = Questions(
        accuracy_target=target,
        bar_share=decision.ninety_percent_rule,
        margin=world.margin,
        stopping=world.stopping,
        planned=planned,
        dev_share=world.dev_share,
    )
    n = outcomes[0].expected
    most = None if world.majority is None else round(world.majority * n)
    return Evidence(
        suite="truth",
        decision=decision,
        thresholds=filled_in(decision),
        comparison=compare(outcomes, questions, None if most is None else {"most": most, "rest": n - most}, plan=False),
        effort=(
            *(
                Effort(candidate=f"m{at}", path="api", model=f"m{at}", provider=f"p{at}", base_model=f"m{at}", strategies=STRATEGIES)
                for at in range(3)
            ),
            *(
                Effort(candidate=f"tuned{at}", path="fine-tuned", model=f"tuned{at}", provider="p0", base_model="m0")
                for at in range(len(world.tuned))
            ),
        ),
        leakage=Leakage(checked=True, golden=n),
        labelled_examples=20_000,
        costs=PAYS,
    )


def _verdicts(world: World, n: int, rng: np.random.Generator) -> Verdict:
    """Return the verdict that is kept: of all examples, or the first `fine-tune` of several looks."""
    outcomes = draw(world, n, rng)
    for seen in range(world.look_every or n, n, world.look_every or n):
        found = decide(evidence_of(world, up_to(outcomes, seen), n), policy_hash="sha256:0")
        if found.verdict is VerdictWord.FINE_TUNE and "quality" in found.grounds:
            return found
    return decide(evidence_of(world, outcomes, n), policy_hash="sha256:0")


def count(world: World, n: int, *, runs: int, seed: int) -> Counts:
    """Return what the verdict says of `runs` draws of `n` examples; the same seed gives the same counts."""
    rng = np.random.default_rng([seed, n, zlib.crc32(world.name.encode())])
    tuned = by_cost = enough = short = 0
    for _ in range(runs):
        verdict = _verdicts(world, n, rng)
        proof = next(each.proof for each in verdict.findings if each.rule == "ninety-percent")
        chosen = verdict.verdict is VerdictWord.FINE_TUNE
        tuned += chosen and "quality" in verdict.grounds
        by_cost += chosen and "quality" not in verdict.grounds
        enough += proof is Proof.PROVEN
        short += proof is Proof.REFUTED
    return Counts(world=world, n=n, runs=runs, fine_tune=tuned, by_cost=by_cost, enough=enough, short=short)


def simulation_error(count: int, runs: int) -> float:
    """Return the standard error of a simulated rate, at least what one in `runs` would have."""
    rate = max(count, 1) / runs
    return math.sqrt(rate * (1 - rate) / runs)
