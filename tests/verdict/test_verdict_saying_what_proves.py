"""What a reader sees of a difference: the bound that proves it, whom it is held against, and no count that belongs to another rule."""

import numpy as np
import pytest
from outcome_making import make_outcomes
from truth.judging import evidence_of
from truth.worlds import World

from benchharness.comparison.compare import compare
from benchharness.pipeline.power import SETTLED_BY_EXAMPLES
from benchharness.records.comparison import Proof, Questions
from benchharness.records.outcomes import Outcomes
from benchharness.report.verdict.rivals import rival_first, rival_note, rival_rows
from benchharness.verdict.decide import decide

N = 120


def drawn(seed: int, rate: float, name: str, path: str) -> Outcomes:
    return make_outcomes(candidate=name, path=path, matched=(np.random.default_rng(seed).random(N) < rate).astype(int))


SIDES = [
    drawn(1, 0.5, "weak", "api"),
    drawn(2, 0.62, "strong", "api"),
    drawn(3, 0.6, "tfidf", "classical"),
    drawn(4, 0.72, "tuned", "fine-tuned"),
]


def test_everything_the_fine_tune_is_held_against_is_shown_the_hardest_first() -> None:
    comparison = compare(SIDES, Questions(accuracy_target=0.9))
    rows = rival_rows(comparison)
    assert rival_first(comparison) == "tuned"
    assert {row[0] for row in rows} == {"weak", "strong", "tfidf"}
    assert [float(row[4].split()[0]) for row in rows] == sorted(float(row[4].split()[0]) for row in rows)
    assert {row[5] for row in rows} == {"exact unconditional test"}
    assert "one-sided bound, with 95% confidence" in rival_note(0.95)
    assert rival_rows(compare(SIDES[:2], Questions(accuracy_target=0.9))) == []


def test_the_difference_of_a_verdict_has_the_bound_that_proves_it() -> None:
    found = decide(evidence_of(World(name="w", prompts=(0.5, 0.6), tuned=(0.7,), bar=0.7), SIDES, N), policy_hash="sha256:0")
    assert found.difference is not None
    assert found.difference.lower is not None
    beats = next(each for each in found.findings if each.rule == "fine-tune-beats-prompt")
    assert "one-sided (exact unconditional test)" in beats.sentence
    assert " p = " not in beats.sentence
    assert (beats.proof is Proof.PROVEN) <= (found.difference.lower > 0)
    assert found.difference.bounds == "exact unconditional test"


def test_examples_needed_are_of_the_rule_that_is_asked_or_absent() -> None:
    of_target = compare(SIDES, Questions(accuracy_target=0.7))
    of_tuned = compare(SIDES, Questions(accuracy_target=0.7, share_of_fine_tuned=True))
    world = World(name="w", prompts=(0.5, 0.6), tuned=(0.7,), bar=0.63)
    evidence = evidence_of(world, SIDES, N)
    counts = [
        decide(type(evidence)(**{**{name: getattr(evidence, name) for name in evidence.__slots__}, "comparison": each}), policy_hash="x")
        for each in (of_target, of_tuned)
    ]
    assert "ninety-percent" in counts[0].examples_needed
    assert "ninety-percent" not in counts[1].examples_needed
    assert set(counts[0].examples_needed) <= set(SETTLED_BY_EXAMPLES)
    hardest = min(of_target.against("tuned"), key=lambda each: each.lower or -1.0)
    assert counts[0].examples_needed.get("fine-tune-beats-prompt") == hardest.examples_needed


@pytest.mark.parametrize("repeats", [1, 3])
def test_repeats_are_never_told_as_counts_of_examples(repeats: int) -> None:
    rng = np.random.default_rng(9)
    codes = np.repeat(np.arange(60), repeats)
    sides = [
        make_outcomes(candidate=name, path=path, codes=codes.tolist(), matched=(rng.random(len(codes)) < rate).astype(int))
        for name, path, rate in (("prompted", "api", 0.5), ("tuned", "fine-tuned", 0.8))
    ]
    found = decide(evidence_of(World(name="w", prompts=(0.5,), tuned=(0.8,), bar=0.7), sides, 60), policy_hash="sha256:0")
    told = {each.rule: each.sentence for each in found.findings}
    assert ("of 60 (" in told["fine-tune-reaches-target"]) == (repeats == 1)
    assert ("only the fine-tune right on" in told["fine-tune-beats-prompt"]) == (repeats == 1)


@pytest.mark.parametrize("rates", [(0.5, 0.55), (0.05, 0.05)])
def test_a_policy_that_only_asks_for_nothing_proven_says_so_whatever_was_found(rates: tuple[float, float]) -> None:
    sides = [drawn(at, rate, f"p{at}", "api") for at, rate in enumerate(rates)]
    for must_be in ("not-proven", "refuted"):
        world = World(name="w", prompts=rates, tuned=(), bar=0.55, must_be=must_be)
        found = decide(evidence_of(world, sides, N), policy_hash="sha256:0")
        told = next(each.sentence for each in found.findings if each.rule == "prompting-refuted")
        assert ("`decision.prompting_must_be: not-proven`" in told) == (must_be == "not-proven")
