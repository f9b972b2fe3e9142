"""Worlds in which a judge's marks decide and people's labels correct them: what is true, what the judge says, and what is labelled."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri
from truth.judging import evidence_of
from truth.worlds import World

from benchharness.comparison.correcting import corrected_judging
from benchharness.records.evidence import Evidence
from benchharness.records.judge import Judging
from benchharness.records.outcomes import Outcomes

__all__ = ["JudgeWorld", "judged_evidence"]

Flags = NDArray[np.bool_]
# The judge's mark of each answer: who answered (0 is the first prompt, the fine-tunes come last), what's true, and its luck.
Judges = Callable[[int, Flags, NDArray[np.float64]], Flags]


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeWorld:
    """A world, its judge, and the labels."""

    world: World
    """True rates by candidate, prompts before fine-tunes."""
    judge: Judges
    """How it marks."""
    labels: int = 100
    """Examples that people marked, of every candidate."""
    unlabelled: tuple[int, ...] = ()
    """Candidates nobody labelled."""
    noise: float = 0.0
    """Share of people's marks that are the wrong way round."""


def judged_evidence(made: JudgeWorld, n: int, rng: np.random.Generator) -> Evidence:
    """Return the evidence of one draw: the judge's marks of every answer, and people's of some."""
    world = made.world
    rates = (*world.prompts, *world.tuned)
    difficulty = rng.standard_normal(n)
    outcomes, truths = [], {}
    labelled = rng.permutation(n)[: made.labels]
    for at, rate in enumerate(rates):
        prompt = at < len(world.prompts)
        luck = np.sqrt(world.shared) * difficulty + np.sqrt(1 - world.shared) * rng.standard_normal(n)
        true = luck < ndtri(rate)
        marks = made.judge(at, true, rng.random(n))
        each = Outcomes(
            candidate=f"m{at % 2}" if prompt else f"tuned{at - len(world.prompts)}",
            prompt=f"p{at}" if prompt else "",
            path="api" if prompt else "fine-tuned",
            codes=np.arange(n),
            matched=marks.astype(np.int8),
            expected=n,
        )
        outcomes.append(each)
        if at not in made.unlabelled:
            people = true ^ (rng.random(n) < made.noise)
            truths[each.key] = {int(code): bool(people[code]) for code in labelled}
    evidence = evidence_of(world, outcomes, n)
    # However well it agrees on the whole: calibration is asked elsewhere, and a judge may pass it and favour one side all the same.
    known = Judging(scorer="s", judges=("j",), labels=made.labels * len(rates), kappa=0.8, kappa_low=0.7, truths=truths)
    return replace(evidence, judging=corrected_judging(known, evidence.comparison, outcomes))
