"""What would change the verdict is found by deciding again, and is the nearest change there is."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from benchharness.comparison.compare import compare
from benchharness.pipeline.deciding.flips import what_would_flip
from benchharness.records.comparison import Interval, Questions
from benchharness.records.costs import CostComparison, PathCost
from benchharness.records.effort import Effort
from benchharness.records.evidence import Evidence
from benchharness.records.outcomes import Outcomes
from benchharness.records.suite import Decision
from benchharness.verdict.decide import word_of
from benchharness.verdict.thresholds import filled_in

STRATEGIES = ("zero-shot", "few-shot", "retrieval", "chain-of-thought")


def outcomes_of(path: str, matched: int, n: int, *, name: str = "") -> Outcomes:
    values = np.zeros(n, dtype=np.int8)
    values[:matched] = 1
    return Outcomes(candidate=name or path, prompt="", path=path, codes=np.arange(n), matched=values, expected=n)


def evidence_of(outcomes: Sequence[Outcomes], *, target: float = 0.95, costs: CostComparison | None = None) -> Evidence:
    decision = Decision(accuracy_target=target)
    efforts = [
        Effort(candidate=f"m{at}", path="api", model=f"m{at}", provider=f"p{at}", base_model=f"m{at}", strategies=STRATEGIES)
        for at in range(3)
    ]
    return Evidence(
        suite="flips",
        decision=decision,
        thresholds=filled_in(decision),
        comparison=compare(outcomes, Questions(accuracy_target=target)),
        effort=tuple(efforts),
        labelled_examples=20_000,
        costs=costs,
    )


def told(evidence: Evidence, outcomes: Sequence[Outcomes]) -> tuple[str, ...]:
    return what_would_flip(evidence, outcomes, None, word_of(evidence))


def paths(prompt_usd: float, tuned_usd: float) -> CostComparison:
    def at(dollars: float, times: float) -> PathCost:
        return PathCost(total_usd=Interval(low=0.9 * dollars * times, high=1.1 * dollars * times))

    times = (1.0, 10.0)
    return CostComparison(
        months=36,
        prompt={each: at(prompt_usd, each) for each in times},
        own={each: PathCost(total_usd=Interval(low=tuned_usd, high=1.1 * tuned_usd)) for each in times},
    )


def test_two_matches_fewer_turn_44_of_50_and_the_step_before_does_not() -> None:
    outcomes = [outcomes_of("api", 44, 50)]
    evidence = evidence_of(outcomes)
    assert told(evidence, outcomes)[0].startswith("If every prompt stayed at 42 of 50 or below, 2 fewer than the best: ")
    kept, turned = ([outcomes_of("api", count, 50)] for count in (43, 42))
    assert word_of(evidence_of(kept)) is word_of(evidence)
    assert word_of(evidence_of(turned)) is not word_of(evidence)


def test_the_target_named_is_where_the_word_changes() -> None:
    outcomes = [outcomes_of("api", 44, 50)]
    evidence = evidence_of(outcomes)
    sentence = next(each for each in told(evidence, outcomes) if "With a target of" in each)
    changed = float(sentence.split()[4])
    assert word_of(evidence_of(outcomes, target=changed)) is not word_of(evidence)
    assert word_of(evidence_of(outcomes, target=round(changed - 0.001, 4))) is word_of(evidence)


def test_more_examples_at_the_same_rates_can_prove_a_fine_tune() -> None:
    outcomes = [outcomes_of("api", 30, 40), outcomes_of("fine-tuned", 38, 40)]
    evidence = evidence_of(outcomes, costs=paths(1_000_000, 100_000))
    assert word_of(evidence).value != "fine-tune"
    assert any("examples at the same rates" in each and "fine-tune" in each for each in told(evidence, outcomes))


def test_volume_and_price_are_searched_when_costs_are_known() -> None:
    outcomes = [outcomes_of("api", 140, 200), outcomes_of("fine-tuned", 196, 200)]
    evidence = evidence_of(outcomes, costs=paths(50_000, 100_000))
    assert word_of(evidence).value != "fine-tune"
    sentences = told(evidence, outcomes)
    assert "At 10 times the stated volume: fine-tune." in sentences
    assert any(each.startswith("If the answers to prompts cost") and each.endswith("fine-tune.") for each in sentences)


def test_what_is_saved_moves_with_volume_and_price() -> None:
    outcomes = [outcomes_of("api", 140, 200), outcomes_of("fine-tuned", 196, 200)]
    saving = {1.0: Interval(low=-60_000, high=-40_000), 10.0: Interval(low=300_000, high=400_000)}
    evidence = evidence_of(outcomes, costs=replace(paths(50_000, 100_000), saving=saving))
    sentences = told(evidence, outcomes)
    assert "At 10 times the stated volume: fine-tune." in sentences
    assert any("answers to prompts cost 3 times as much: fine-tune" in each for each in sentences)


def test_nothing_is_searched_for_when_nothing_was_measured() -> None:
    outcomes = [replace(outcomes_of("api", 0, 20), matched=np.full(20, -1, dtype=np.int8))]
    evidence = evidence_of(outcomes)
    assert told(evidence, outcomes) == ()
