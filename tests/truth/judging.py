"""Many draws of one world through the whole verdict, and how often it claims what isn't true."""

import math
import zlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import bdtrc
from truth.worlds import World, draw, sliced, up_to

from benchharness.comparison.compare import compare
from benchharness.comparison.sequential import group_p_values
from benchharness.records.circumstances import Moat, ModelIsTheReason, Privacy, ResidencyApi, Team
from benchharness.records.comparison import Interval, Proof, Questions, Stopping
from benchharness.records.costs import CostComparison, PathCost
from benchharness.records.effort import Effort
from benchharness.records.evidence import Evidence
from benchharness.records.leakage import Leakage
from benchharness.records.outcomes import Outcomes
from benchharness.records.policy_words import NinetyPercentOf, PromptingMustBe, TargetIs
from benchharness.records.suite import Decision, FineTunePlan, Volume
from benchharness.records.verdict import Verdict, VerdictWord
from benchharness.verdict.decide import decide, enough_evidence
from benchharness.verdict.thresholds import filled_in

__all__ = ["ALPHA", "CLAIMS", "Counts", "count", "count_again", "evidence_of", "simulation_error", "too_often"]

ALPHA = 0.05
# With `count_again` a world whose error is exactly 5% fails its test about once in a thousand seeds.
SURE = 0.005
# A share of false claims that is looked into.
SUSPICIOUS = 0.055
STRATEGIES = ("zero-shot", "few-shot", "retrieval", "chain-of-thought", "structured")
R = 0.9
GROUP_LOOKS = 5
CLAIMS = ("fine_tune", "self_host", "enough", "short", "refuted", "classical")
MOAT = Moat(model_is_the_reason=ModelIsTheReason.YES, sentence="It reads what no other reads.")
TEAM = Team(owner="two of us", ml_engineers=2, on_call=True, upgrades=True, monitoring=True, net_new=False)


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
    fine_tune: int = 0
    """Verdicts `fine-tune` on grounds of quality."""
    by_cost: int = 0
    """Verdicts `fine-tune` on grounds of cost alone."""
    self_host: int = 0
    """Verdicts `self-host`."""
    enough: int = 0
    """Prompts proven to be enough."""
    short: int = 0
    """Prompts proven to fall short."""
    refuted: int = 0
    """Proofs that nothing cheaper than the claim is enough."""
    classical: int = 0
    """Classical models proven to be enough."""

    @property
    def false_fine_tune(self) -> int:
        """Return verdicts `fine-tune` whose grounds aren't true."""
        return (0 if self.world.justified else self.fine_tune) + (0 if self.world.no_worse else self.by_cost)

    @property
    def false_self_host(self) -> int:
        """Return verdicts `self-host` whose grounds aren't true."""
        return 0 if self.world.hostable else self.self_host

    @property
    def false_enough(self) -> int:
        """Return proofs that the prompt is enough where it isn't."""
        return 0 if self.world.enough else self.enough

    @property
    def false_short(self) -> int:
        """Return proofs that the prompt falls short where it doesn't."""
        return 0 if self.world.short else self.short

    @property
    def false_refuted(self) -> int:
        """Return proofs that nothing cheaper is enough where something is; `not-proven` asks for no such proof."""
        return 0 if self.world.refuted or self.world.must_be != "refuted" else self.refuted

    @property
    def false_classical(self) -> int:
        """Return proofs that a classical model is enough where none is."""
        return 0 if self.world.classical_enough else self.classical

    @property
    def false_most(self) -> int:
        """Return the claim that is false most often."""
        return max(int(getattr(self, f"false_{claim}")) for claim in CLAIMS)


def too_often(count: int, runs: int) -> bool:
    """Tell whether `count` false claims of `runs` can't well come from an error of at most 5%."""
    return count > 0 and float(bdtrc(count - 1, runs, ALPHA)) < SURE


def count_again(world: World, n: int, *, runs: int, again: int, seed: int, false: Callable[[Counts], int]) -> Counts:
    """Return the counts of `runs` draws, or, when those claim suspiciously often, of `again` fresh ones.

    So an error of 8% is found five times in six (200 draws, then 1,200), at the price of few draws where there is none.
    """
    found = count(world, n, runs=runs, seed=seed)
    return found if false(found) <= SUSPICIOUS * runs else count(world, n, runs=again, seed=seed + 1)


def evidence_of(world: World, outcomes: list[Outcomes], planned: int, confidence: float = 1 - ALPHA) -> Evidence:
    """Return the evidence of one draw: cost pays, effort was made, there are labels enough, so that only quality decides."""
    decision = _policy(world)
    least, of = world.gap_rule or (None, None)
    questions = Questions(
        accuracy_target=decision.accuracy_target,
        bar_share=decision.ninety_percent_rule,
        gap_k=least,
        gap_n=of,
        confidence=confidence,
        margin=world.margin,
        stopping=world.stopping,
        planned=planned,
        dev_share=world.dev_share,
        share_of_fine_tuned=bool(world.of_fine_tuned),
        target_is=decision.target_is,
    )
    n = outcomes[0].expected
    most = None if world.majority is None else round(world.majority * n)
    targets = None if most is None else {"most": most, "rest": n - most}
    slices = {"language=fr": np.arange(sliced(world, n))} if world.slice_share else None
    return Evidence(
        suite="truth",
        decision=decision,
        thresholds=filled_in(decision),
        comparison=compare(outcomes, questions, targets, slices=slices, plan=False),
        effort=_effort(world),
        leakage=Leakage(checked=True, golden=n),
        labelled_examples=20_000,
        costs=PAYS,
    )


def _policy(world: World) -> Decision:
    # The bar of whoever is held against the target; of the fine-tune's own rate another share is asked.
    target = min(1.0, world.bar / R) if world.target is None else world.target
    return Decision(
        accuracy_target=target,
        ninety_percent_rule=world.of_fine_tuned or world.bar / target,
        ninety_percent_of=NinetyPercentOf.FINE_TUNED if world.of_fine_tuned else NinetyPercentOf.TARGET,
        gap_rule=None if world.gap_rule is None else f"{world.gap_rule[0]} of {world.gap_rule[1]}",
        thresholds={
            "smallest_useful_gain": world.margin,
            "most_missing": world.most_missing,
            "classical_margin": world.classical_margin,
        },
        volume=Volume(requests_per_month=1_000_000),
        fine_tune=FineTunePlan(labelled_examples=20_000, training_cost_usd=1_000),
        # Grounds of cost are held to the truth as well.
        allow_cost_migration=True,
        prompting_must_be=PromptingMustBe(world.must_be),
        target_is=TargetIs.SHARE if world.grades is None else TargetIs.MEAN,
        dev_share=world.dev_share,
        protected_slices={"language": ("fr",)} if world.slice_share else {},
        privacy=None if world.may_leave else Privacy(data_may_leave=False, residency_api=ResidencyApi.REJECTED),
        moat=MOAT if world.building else None,
        team=TEAM if world.building else None,
    )


def _effort(world: World) -> tuple[Effort, ...]:
    prompted = [
        Effort(candidate=f"m{at}", path="api", model=f"m{at}", provider=f"p{at}", base_model=f"m{at}", strategies=STRATEGIES)
        for at in range(3)
    ]
    tuned = [
        Effort(candidate=f"tuned{at}", path="fine-tuned", model=f"tuned{at}", provider="p0", base_model="m0")
        for at in range(len(world.tuned))
    ]
    return (*prompted, *tuned)


def _looks(world: World, n: int) -> list[tuple[int, float]]:
    """Return after how many examples the verdict is asked for, and with what confidence: once, or at every look."""
    if world.stopping is Stopping.GROUP:
        ends = [max(1, round(n * look / GROUP_LOOKS)) for look in range(1, GROUP_LOOKS + 1)]
        return [(end, 1 - p_value) for end, p_value in zip(ends, group_p_values(GROUP_LOOKS), strict=True)]
    return [*((seen, 1 - ALPHA) for seen in range(world.look_every or n, n, world.look_every or n)), (n, 1 - ALPHA)]


def _verdict(world: World, n: int, rng: np.random.Generator) -> Verdict:
    """Return the verdict that is kept: of all examples, of the look at which `--stop group` stops, or the first `fine-tune` of several."""
    outcomes = draw(world, n, rng)
    for seen, confidence in _looks(world, n):
        evidence = evidence_of(world, up_to(outcomes, seen) if seen < n else outcomes, n, confidence)
        found = decide(evidence, policy_hash="sha256:0")
        tuned = found.verdict is VerdictWord.FINE_TUNE and "quality" in found.grounds
        if tuned if world.stopping is not Stopping.GROUP else enough_evidence(evidence):
            break
    return found


def count(world: World, n: int, *, runs: int, seed: int) -> Counts:
    """Return what the verdict says of `runs` draws of `n` examples; the same seed gives the same counts."""
    rng = np.random.default_rng([seed, n, zlib.crc32(world.name.encode())])
    said: Counter[str] = Counter()
    for _ in range(runs):
        verdict = _verdict(world, n, rng)
        proofs = {each.rule: each.proof for each in verdict.findings}
        chosen = verdict.verdict is VerdictWord.FINE_TUNE
        said["fine_tune"] += chosen and "quality" in verdict.grounds
        said["by_cost"] += chosen and "quality" not in verdict.grounds
        said["self_host"] += verdict.verdict is VerdictWord.SELF_HOST
        said["enough"] += proofs["ninety-percent"] is Proof.PROVEN
        said["short"] += proofs["ninety-percent"] is Proof.REFUTED
        said["refuted"] += proofs.get("prompting-refuted") is Proof.PROVEN
        said["classical"] += proofs["classical-suffices"] is Proof.PROVEN
    return Counts(world=world, n=n, runs=runs, **said)


def simulation_error(count: int, runs: int) -> float:
    """Return the standard error of a simulated rate, at least what one in `runs` would have."""
    rate = max(count, 1) / runs
    return math.sqrt(rate * (1 - rate) / runs)
