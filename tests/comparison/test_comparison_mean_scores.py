"""A target asked of the mean score: what rates have, means have too."""

import numpy as np
import pytest
from outcome_making import make_outcomes

from benchharness.comparison.compare import compare
from benchharness.comparison.measuring import Measured, measure
from benchharness.comparison.outcomes import values_of
from benchharness.comparison.paired_exact import p_exceeds
from benchharness.comparison.pairing import pair
from benchharness.errors import UsageError
from benchharness.records.comparison import Proof, Questions, Stopping
from benchharness.records.outcomes import Outcomes
from benchharness.records.policy_words import TargetIs

ASKED = Questions(accuracy_target=0.7, bar_share=1.0, target_is=TargetIs.MEAN, margin=0.03)


def scored(name: str, path: str, mean: float, n: int = 200, seed: int = 7) -> Outcomes:
    scores = np.clip(np.random.default_rng(seed).normal(mean, 0.1, n), 0, 1)
    return make_outcomes(candidate=name, path=path, matched=(scores > 0.99).astype(int), scores=scores)


def measured(outcomes: Outcomes, questions: Questions = ASKED) -> Measured:
    return measure(outcomes, values_of(outcomes, questions.target_is), questions, tried=1, plan=True)


def test_the_mean_score_is_what_reaches_the_bar_and_not_the_share_of_matches() -> None:
    found = compare([scored("a", "api", 0.6), scored("b", "fine-tuned", 0.8, seed=8)], ASKED)
    prompt, tuned = found.candidates
    assert (prompt.bar.proof, tuned.bar.proof) == (Proof.REFUTED, Proof.PROVEN)
    assert tuned.matched is None
    assert tuned.rate == tuned.mean_score
    assert found.pairs[0].lower == pytest.approx(0.2, abs=0.05)
    shares = compare([scored("a", "api", 0.6), scored("b", "fine-tuned", 0.8, seed=8)], Questions(accuracy_target=0.7))
    assert shares.candidates[1].bar.proof is Proof.REFUTED


def test_a_score_that_hardly_varies_is_known_better_than_a_yes_or_no() -> None:
    found = measured(scored("a", "api", 0.75))
    assert found.result.bar.proof is Proof.PROVEN
    # 200 marks with that rate would prove 0.69 only.
    assert found.result.lower > 0.71
    assert found.effect < 0.5


def test_an_undecided_mean_says_how_many_examples_would_settle_it() -> None:
    found = measured(scored("a", "api", 0.705, n=60)).result.bar
    assert found.proof is Proof.UNDECIDED
    assert found.examples_needed is None or found.examples_needed > 60
    assert found.on_the_line == (found.examples_needed is None)


def test_an_answer_without_a_score_is_not_measured() -> None:
    outcomes = make_outcomes(candidate="a", path="api", matched=[1, 1, 0, None], scores=[0.9, None, 0.4, None])
    values = values_of(outcomes, TargetIs.MEAN)
    assert values.codes.tolist() == [0, 2]
    assert values.values.tolist() == [0.9, 0.4]
    assert values_of(make_outcomes(candidate="a", path="api", matched=[1, 0]), TargetIs.MEAN).codes.tolist() == []


def test_repeats_are_averaged_and_clusters_kept() -> None:
    outcomes = make_outcomes(
        candidate="a", path="api", codes=[0, 0, 1, 2], matched=[1, 1, 1, 1], scores=[0.2, 0.4, 0.5, 1.0], clusters=[0, 0, 0, 1]
    )
    values = values_of(outcomes, TargetIs.MEAN)
    assert values.values.tolist() == pytest.approx([0.3, 0.5, 1.0])
    assert values.clusters is not None
    assert not values.plain


def test_the_p_value_of_a_margin_and_the_bound_of_a_pair_say_the_same() -> None:
    questions = Questions(accuracy_target=0.7, margin=0.03)
    marks = [np.random.default_rng(seed).random(200) < rate for seed, rate in ((1, 0.9), (2, 0.8))]
    sides = [make_outcomes(candidate=name, path="api", matched=each.astype(int)) for name, each in zip("ab", marks, strict=True)]
    first, second = (measured(each, questions) for each in sides)
    found = pair(first, second, questions)
    assert found.lower is not None
    assert found.upper is not None
    for difference in (-0.03, 0.0, 0.03):
        assert (found.lower > difference) == (p_exceeds(found.only_first, found.only_second, found.n, difference) <= 0.05)
        assert (found.upper < difference) == (p_exceeds(found.only_second, found.only_first, found.n, -difference) <= 0.05)


def test_anytime_is_refused_for_means() -> None:
    with pytest.raises(UsageError, match="`anytime` needs one yes-or-no outcome"):
        measured(scored("a", "api", 0.7), Questions(accuracy_target=0.7, target_is=TargetIs.MEAN, stopping=Stopping.ANYTIME))
