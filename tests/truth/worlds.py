"""A simulated world: how the answers of prompts and fine-tunes come about, and so what is true of them."""

from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri
from truth.grading import graded

from benchharness.records.comparison import Stopping
from benchharness.records.outcomes import Outcomes

__all__ = ["Gone", "World", "draw", "up_to"]

Floats = NDArray[np.float64]
# Floating point: 0.80 - 0.70 is more than 0.10 by its last digit, and "exactly the margin" must stay exact.
DIGITS = 9
# Share of what is left of an answer's luck that is the candidate's own on this example, the same at every repeat.
STUBBORN = 0.5


class Gone(StrEnum):
    """Which answers are missing."""

    AT_RANDOM = "at random"
    HARD = "the hard ones"


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """True rates, and everything that makes a finite golden set stray from them.

    An answer matches when a normal variable stays under its rate's quantile; the variable is a sum of the example's
    difficulty, shared by all candidates (`shared` of its variance), of how well this candidate does on this cluster
    (`clustered`), and of luck.
    """

    name: str
    """As in the table."""
    prompts: tuple[float, ...]
    """True match rate of each prompt."""
    tuned: tuple[float, ...]
    """True match rate of each fine-tune."""
    bar: float
    """r x T."""
    classical: tuple[float, ...] = ()
    """True match rate of each classical model."""
    hosted: tuple[float, ...] = ()
    """True match rate of each off-the-shelf model of one's own."""
    own: tuple[float, ...] = ()
    """Share of the variance that's the example's own, by candidate (prompts, fine-tunes, classical, hosted); `shared` beyond it."""
    dev_share: float = 0.0
    """Share of the examples that only chooses."""
    must_be: str = "refuted"
    """What the policy asks of prompting."""
    margin: float = 0.03
    """The smallest useful gain of the policy."""
    shared: float = 0.5
    """Share of the variance that's the example's own; 0 makes candidates independent."""
    cluster_size: int = 1
    """Examples to a cluster."""
    clustered: float = 0.0
    """Share of the variance that a candidate's answers in one cluster have in common."""
    repeats: int = 1
    """How often each example is asked."""
    gone: Gone | None = None
    """Which answers are missing, if any."""
    gone_share: float = 0.0
    """What share of a candidate's answers."""
    gone_from: tuple[str, ...] = ("api", "fine-tuned")
    """Whose."""
    most_missing: float = 0.02
    """What the policy lets be missing."""
    majority: float | None = None
    """Share of the most frequent target; None when targets aren't known."""
    look_every: int | None = None
    """Examples between two looks at the growing golden set; the first `fine-tune` is kept. None: one look at the end."""
    stopping: Stopping = Stopping.NONE
    """Which tests are used."""
    grades: str | None = None
    """How scores are spread, one of `GRADES`: the rates are true mean scores then, and the target is of the mean. None: marks."""

    @property
    def rivals(self) -> tuple[float, ...]:
        """Return the true rates of all a fine-tune is held against."""
        return (*self.prompts, *self.classical, *self.hosted)

    @property
    def lead(self) -> float:
        """Return the true lead of the best fine-tune over the best of all it is held against."""
        return round(max(self.tuned, default=0.0) - max(self.rivals), DIGITS)

    @property
    def reaches(self) -> bool:
        """Tell whether the best fine-tune is truly above the bar; exactly on it is the worst case of not being so."""
        return max(self.tuned, default=0.0) > self.bar

    @property
    def justified(self) -> bool:
        """Tell whether quality justifies a fine-tune: it leads by more than the margin, reaches the bar, and nothing cheaper does."""
        return self.lead > self.margin and self.reaches and (self.must_be != "refuted" or max(self.rivals) < self.bar)

    @property
    def no_worse(self) -> bool:
        """Tell whether cost justifies one, where it pays: it is behind by less than the margin and reaches the bar."""
        return self.lead > -self.margin and self.reaches and all(each < self.bar for each in self.classical)

    @property
    def enough(self) -> bool:
        """Tell whether the best prompt is truly above the bar; exactly on it is the worst case of not being so."""
        return max(self.prompts) > self.bar

    @property
    def short(self) -> bool:
        """Tell whether the best prompt is truly below the bar, exactly on it being the worst case of not being so."""
        return max(self.prompts) < self.bar


def draw(world: World, n: int, rng: np.random.Generator) -> list[Outcomes]:
    """Return the outcomes of every candidate on `n` examples."""
    difficulty = rng.standard_normal(n)
    clusters = np.arange(n) // world.cluster_size if world.cluster_size > 1 else None
    candidates = [
        *((f"m{at % 2}", f"p{at}" if len(world.prompts) > 1 else "p", "api", rate) for at, rate in enumerate(world.prompts)),
        *((f"tuned{at}", "", "fine-tuned", rate) for at, rate in enumerate(world.tuned)),
        *((f"classical{at}", "", "classical", rate) for at, rate in enumerate(world.classical)),
        *((f"hosted{at}", "", "self-hosted", rate) for at, rate in enumerate(world.hosted)),
    ]
    codes = np.repeat(np.arange(n), world.repeats)
    found = []
    for at, (candidate, prompt, path, rate) in enumerate(candidates):
        mine = replace(world, shared=world.own[at]) if at < len(world.own) else world
        hardness = _hardness(mine, difficulty, clusters, rng)
        matched = (hardness < ndtri(rate)).astype(np.int8)
        scores = None if world.grades is None else graded(world.grades, ndtr(-hardness), rate)
        if world.gone is not None and path in world.gone_from:
            lost = _gone(world, hardness, rng)
            matched[lost] = -1
            if scores is not None:
                scores[lost] = np.nan
        found.append(
            Outcomes(
                candidate=candidate,
                prompt=prompt,
                path=path,
                codes=codes,
                matched=matched,
                scores=scores,
                clusters=None if clusters is None else clusters[codes],
                expected=n,
            )
        )
    return found


def _hardness(world: World, difficulty: Floats, clusters: NDArray[np.int64] | None, rng: np.random.Generator) -> Floats:
    """Return one standard normal per row."""
    n, luck = len(difficulty), 1 - world.shared - (world.clustered if clusters is not None else 0.0)
    found: Floats = np.sqrt(world.shared) * difficulty
    if clusters is not None:
        found = found + np.sqrt(world.clustered) * rng.standard_normal(int(clusters[-1]) + 1)[clusters]
    if world.repeats == 1:
        once: Floats = found + np.sqrt(luck) * rng.standard_normal(n)
        return once
    found = found + np.sqrt(luck * STUBBORN) * rng.standard_normal(n)
    rows: Floats = np.repeat(found, world.repeats) + np.sqrt(luck * (1 - STUBBORN)) * rng.standard_normal(n * world.repeats)
    return rows


def _gone(world: World, hardness: Floats, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Return which rows are missing: by chance, or exactly the ones that were hardest for this candidate."""
    rows = len(hardness)
    if world.gone is Gone.AT_RANDOM:
        return rng.random(rows) < world.gone_share
    count = int(world.gone_share * rows + 1e-9)
    found = np.zeros(rows, dtype=np.bool_)
    found[np.argsort(hardness)[rows - count :]] = True
    return found


def up_to(outcomes: list[Outcomes], n: int) -> list[Outcomes]:
    """Return the outcomes as they stood after the first `n` examples."""
    return [replace(each, codes=each.codes[each.codes < n], matched=each.matched[each.codes < n], expected=n) for each in outcomes]
