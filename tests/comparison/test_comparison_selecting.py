import numpy as np
import pytest
from outcome_making import make_outcomes

from benchharness.comparison.compare import compare
from benchharness.records.comparison import Proof, Questions
from benchharness.records.outcomes import Outcomes

ASKED = Questions(accuracy_target=0.95)


def equals(k: int, n: int, rate: float, seed: int) -> list[Outcomes]:
    rng = np.random.default_rng(seed)
    return [make_outcomes(candidate=f"p{at}", path="api", matched=(rng.random(n) < rate).astype(np.int8)) for at in range(k)]


def test_the_best_of_ten_equal_prompts_flatters_and_the_cross_fitted_rate_does_not() -> None:
    # Expected maximum of ten Binomial(50, .85) is .9228, by the binomial's own distribution function.
    found = [compare(equals(10, 50, 0.85, seed), ASKED).selections[0] for seed in range(200)]
    assert np.mean([each.naive for each in found]) == pytest.approx(0.9228, abs=0.006)
    assert np.mean([each.honest for each in found]) == pytest.approx(0.85, abs=0.015)
    assert {(each.path, each.tried, each.method) for each in found} == {("api", 10, "cross-fitting")}


def test_a_single_prompt_was_not_chosen() -> None:
    assert compare(equals(1, 50, 0.85, 1), ASKED).selections == ()


def test_too_few_clusters_to_fold_give_no_honest_rate() -> None:
    outcomes = [make_outcomes(candidate=f"p{at}", path="api", matched=[1, 0] * 4, clusters=[0, 0, 0, 0, 1, 1, 1, 1]) for at in range(2)]
    assert compare(outcomes, ASKED).selections == ()


def test_the_dev_part_chooses_and_the_sealed_part_judges() -> None:
    asked = Questions(accuracy_target=0.95, dev_share=0.4, seed=3)
    found = compare(equals(10, 100, 0.85, 5), asked)
    assert {each.n for each in found.candidates} == {60}
    (selection,) = found.selections
    assert (selection.method, selection.chosen, selection.tried) == ("dev split", found.best_prompt, 10)
    chosen = found.result(found.best_prompt)
    assert chosen is not None
    assert chosen.rate == selection.honest


def test_the_sealed_part_needs_no_correction_for_having_chosen() -> None:
    # Ten prompts at 60 of 60 proven alone; a correction for ten would take a weaker proof back.
    rng = np.random.default_rng(0)
    outcomes = [make_outcomes(candidate=f"p{at}", path="api", matched=(rng.random(400) < 0.89).astype(np.int8)) for at in range(10)]
    sealed = compare(outcomes, Questions(accuracy_target=0.95, dev_share=0.25))
    held = compare(outcomes, Questions(accuracy_target=0.95))
    best = sealed.result(sealed.best_prompt)
    assert best is not None
    assert best.bar.p_reaches is not None
    assert (best.bar.proof is Proof.PROVEN) == (best.bar.p_reaches <= 0.05)
    assert any(each.bar.p_reaches is not None and each.bar.p_reaches <= 0.05 for each in held.candidates)


def test_a_cluster_is_never_parted_and_row_order_does_not_matter() -> None:
    clusters = np.repeat(np.arange(20), 5)
    marks = (np.random.default_rng(1).random(100) < 0.8).astype(np.int8)
    asked = Questions(accuracy_target=0.95, dev_share=0.3)
    straight = compare([make_outcomes(candidate="p", path="api", matched=marks, clusters=clusters)], asked)
    order = np.random.default_rng(2).permutation(100)
    mixed = compare(
        [make_outcomes(candidate="p", path="api", matched=marks[order], codes=np.arange(100)[order], clusters=clusters[order])], asked
    )
    assert straight == mixed
    assert straight.candidates[0].n == 70
