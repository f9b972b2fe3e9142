"""Where a judge decides and labels correct it: how often the verdict claims what isn't true, whatever the judge favours.

Before, the judge's own marks chose whom to correct, and the first two worlds were called `fine-tune` in 50 to 76% of draws.
"""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from truth.judge_draws import Judges, JudgeWorld, judged_evidence
from truth.judging import too_often
from truth.worlds import World

from benchharness.records.verdict import VerdictWord
from benchharness.verdict.decide import decide

Flags = NDArray[np.bool_]
Luck = NDArray[np.float64]
RUNS, SEED = 120, 20_261_202
BASE = World(name="judged", prompts=(0.80, 0.50), tuned=(0.80,), bar=0.70, must_be="not-proven")
ALONE = replace(BASE, prompts=(0.80,), tuned=(0.83,))


def fails(who: int, share: float) -> Judges:
    """Return a judge that fails this share of one candidate's right answers."""
    return lambda at, true, luck: true & ~((luck < share) & (at == who))


def passes(who: int, share: float) -> Judges:
    """Return a judge that passes this share of one candidate's wrong answers."""
    return lambda at, true, luck: true | ((luck < share) & (at == who))


def likes_length(who: int) -> Judges:
    """Return a judge that passes what is long: two thirds of one candidate's answers are, and one in ten of the others'."""
    return lambda at, true, luck: true | (luck < (0.66 if at == who else 0.10))


def random(share: float) -> Judges:
    """Return a judge that turns round this share of all marks."""
    return lambda _at, true, luck: true ^ (luck < share)


UNJUSTIFIED = {
    "fails 40% of the best prompt's right answers, no gap": JudgeWorld(world=BASE, judge=fails(0, 0.4)),
    "the same, the fine-tune 5 points worse": JudgeWorld(world=replace(BASE, tuned=(0.75,), bar=0.65), judge=fails(0, 0.4)),
    "the same, the prompt must be refuted": JudgeWorld(world=replace(BASE, bar=0.78, must_be="refuted"), judge=fails(0, 0.4)),
    "passes half of the fine-tune's failures": JudgeWorld(world=ALONE, judge=passes(1, 0.5)),
    "likes length, which the fine-tune has": JudgeWorld(world=ALONE, judge=likes_length(1)),
    "8 prompts, likes the fine-tune's family": JudgeWorld(
        world=replace(ALONE, prompts=(0.80,) * 8, bar=0.78), judge=lambda at, true, luck: true | ((luck < 0.3) & (at >= 8))
    ),
    "3 fine-tunes, likes them all": JudgeWorld(
        world=replace(ALONE, tuned=(0.83,) * 3), judge=lambda at, true, luck: true | ((luck < 0.4) & (at >= 1))
    ),
    "30 labels": JudgeWorld(world=ALONE, judge=passes(1, 0.5), labels=30),
    "every answer labelled": JudgeWorld(world=ALONE, judge=passes(1, 0.5), labels=300),
    "people err in one of 20": JudgeWorld(world=ALONE, judge=passes(1, 0.5), noise=0.05),
    "a judge who guesses a third of the time": JudgeWorld(world=ALONE, judge=random(0.33)),
    "a judge who never errs": JudgeWorld(world=ALONE, judge=random(0.0)),
    "nobody labelled the best prompt": JudgeWorld(world=BASE, judge=fails(0, 0.4), unlabelled=(0,)),
}


def fine_tunes(made: JudgeWorld, n: int, runs: int) -> tuple[int, int]:
    """Return how often the verdict is `fine-tune` for its quality, and how often for what isn't so."""
    rng = np.random.default_rng([SEED, n])
    for_quality = false = 0
    for _ in range(runs):
        verdict = decide(judged_evidence(made, n, rng), policy_hash="sha256:0")
        if verdict.verdict is VerdictWord.FINE_TUNE:
            better = "quality" in verdict.grounds
            for_quality += better
            false += not (made.world.justified if better else made.world.no_worse)
    return for_quality, false


@pytest.mark.parametrize("name", list(UNJUSTIFIED))
def test_a_judge_that_errs_justifies_no_fine_tune(name: str) -> None:
    _, false = fine_tunes(UNJUSTIFIED[name], 300, RUNS)
    assert not too_often(false, RUNS), f"{false} of {RUNS}"


@pytest.mark.parametrize("n", [200, 1_000])
def test_whatever_the_number_of_examples(n: int) -> None:
    _, false = fine_tunes(UNJUSTIFIED["fails 40% of the best prompt's right answers, no gap"], n, RUNS)
    assert not too_often(false, RUNS), f"{false} of {RUNS}"


def test_a_fine_tune_that_is_thirty_points_better_is_found_by_a_judge_with_labels() -> None:
    world = replace(BASE, prompts=(0.60, 0.55), tuned=(0.90,), bar=0.81, must_be="refuted")
    found, false = fine_tunes(JudgeWorld(world=world, judge=passes(2, 0.2)), 300, 40)
    assert found >= 0.75 * 40
    assert false == 0


def test_whoever_has_no_labels_is_named_and_nothing_is_proven_against_them() -> None:
    made = JudgeWorld(world=replace(BASE, prompts=(0.6, 0.5, 0.5), tuned=(0.95,)), judge=random(0.0), unlabelled=(0, 2))
    evidence = judged_evidence(made, 300, np.random.default_rng(1))
    assert evidence.judging is not None
    assert evidence.judging.corrected is None
    assert "0 answers of m0/p0 and 0 answers of m0/p2 in this run are labelled, and at least 30 are needed" in evidence.judging.uncovered
    verdict = decide(evidence, policy_hash="sha256:0")
    assert verdict.verdict is not VerdictWord.FINE_TUNE
    told = next(each.sentence for each in verdict.findings if each.rule == "judge-calibrated")
    assert "0 answers of m0/p0" in told
