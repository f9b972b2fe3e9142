"""A simulated world: how the answers of prompts and fine-tunes come about, and so what is true of them."""

from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri
from truth.grading import graded

from benchharness.records.comparison import RULED_OUT, Stopping
from benchharness.records.outcomes import Outcomes

__all__ = ["Gone", "World", "draw", "sliced", "up_to"]

Floats = NDArray[np.float64]
# Floating point: 0.80 - 0.70 is more than 0.10 by its last digit, and "exactly the margin" must stay exact.
DIGITS = 9
SLICE_MARGIN = 0.05
# Share of what is left of an answer's luck that is the candidate's own on this example, the same at every repeat.
STUBBORN = 0.5


class Gone(StrEnum):
    """Which answers are missing."""

    AT_RANDOM = "at random"
    HARD = "the hard ones"
    RIGHT = "the right ones"
    NEVER_ASKED = "the last ones, without a row"


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
    sizes: tuple[float, ...] = ()
    """Clusters of these shares of the examples, all others standing alone; beside `cluster_size`, which makes all alike."""
    slice_share: float = 0.0
    """Share of the examples that lie in a protected slice; 0 for none."""
    slice_rates: tuple[float, ...] = ()
    """True match rate within it, by candidate, in the same order; what is left of each rate is that of the other examples."""
    of_fine_tuned: float = 0.0
    """With `ninety_percent_of: fine-tuned`, the share of its rate that is asked; 0 for a share of the target."""
    target: float | None = None
    """T, where it isn't bar / 0.9."""
    gap_rule: tuple[int, int] | None = None
    """k of n."""
    classical_margin: float = 0.03
    """How far behind a classical model may be."""
    may_leave: bool = True
    """Whether the data may be sent to an API; where not, every API is ruled out."""
    building: bool = False
    """Whether there is a moat and a team, so that `self-host` is open by its three bars."""
    look_every: int | None = None
    """Examples between two looks at the growing golden set; the first `fine-tune` is kept. None: one look at the end."""
    stopping: Stopping = Stopping.NONE
    """Which tests are used."""
    grades: str | None = None
    """How scores are spread, one of `GRADES`: the rates are true mean scores then, and the target is of the mean. None: marks."""

    @property
    def asked(self) -> tuple[float, ...]:
        """Return the true rates of the prompts that may be used."""
        return self.prompts if self.may_leave else ()

    @property
    def rivals(self) -> tuple[float, ...]:
        """Return the true rates of all a fine-tune is held against."""
        return (*self.asked, *self.classical, *self.hosted)

    @property
    def cheaper(self) -> tuple[float, ...]:
        """Return the true rates of all that are to fall short before a fine-tune; without one an own model is what is claimed."""
        return self.rivals if self.tuned else (*self.asked, *self.classical)

    @property
    def least(self) -> float:
        """Return what a prompt needs to be enough, by whichever of the policy's rules asks less."""
        if self.of_fine_tuned:
            return round(self.of_fine_tuned * max(self.tuned), DIGITS)
        return self.bar if self.gap_rule is None else min(self.bar, self.gap_rule[0] / self.gap_rule[1])

    @property
    def lead(self) -> float:
        """Return the true lead of the best fine-tune over the best of all it is held against."""
        return round(max(self.tuned, default=0.0) - max(self.rivals), DIGITS)

    @property
    def reaches(self) -> bool:
        """Tell whether the best fine-tune is truly above the bar; exactly on it is the worst case of not being so."""
        return max(self.tuned, default=0.0) > self.bar

    @property
    def refuted(self) -> bool:
        """Tell whether nothing cheaper is enough; exactly enough is the worst case of being so."""
        return all(each < self.least for each in self.cheaper)

    @property
    def spares(self) -> bool:
        """Tell whether the fine-tune is behind each rival by less than 5 points in the protected slice, if there is one."""
        mine = self.slice_rates[len(self.prompts)] if self.slice_share else 1.0
        others = [each for at, each in enumerate(self.slice_rates) if at != len(self.prompts)]
        return all(round(mine - each, DIGITS) > -SLICE_MARGIN for each in others)

    @property
    def justified(self) -> bool:
        """Tell whether quality justifies a fine-tune: it leads by more than the margin, reaches the bar, and nothing cheaper does."""
        return self.lead > self.margin and self.reaches and self.spares and (self.must_be != "refuted" or self.refuted)

    @property
    def no_worse(self) -> bool:
        """Tell whether cost justifies one, where it pays: it is behind by less than the margin and reaches the bar."""
        return self.lead > -self.margin and self.reaches and self.spares and all(each < self.least for each in self.classical)

    @property
    def hostable(self) -> bool:
        """Tell whether an own model is justified: forced, where one reaches the bar and no classical model does; else by the bars."""
        if not self.may_leave:
            own = max(self.hosted, default=0.0) > self.bar or (self.reaches and self.spares)
            return own and all(each < self.bar for each in self.classical)
        best, others = max(self.hosted, default=0.0), (*self.prompts, *self.classical)
        return self.building and best > self.bar and round(best - max(others), DIGITS) > 0 and all(each < self.bar for each in others)

    @property
    def classical_enough(self) -> bool:
        """Tell whether the best classical model is above the bar, and behind each language model by less than its margin."""
        best = max(self.classical, default=0.0)
        others = (*self.asked, *self.tuned, *self.hosted)
        return best > self.bar and all(round(best - each, DIGITS) > -self.classical_margin for each in others)

    @property
    def enough(self) -> bool:
        """Tell whether the best prompt is truly above the bar; exactly on it is the worst case of not being so."""
        return max(self.asked, default=0.0) > (self.least if self.of_fine_tuned else self.bar)

    @property
    def short(self) -> bool:
        """Tell whether the best prompt is truly below the bar, exactly on it being the worst case of not being so."""
        return max(self.asked, default=1.0) < (self.least if self.of_fine_tuned else self.bar)


def draw(world: World, n: int, rng: np.random.Generator) -> list[Outcomes]:
    """Return the outcomes of every candidate on `n` examples; those of a protected slice come first."""
    difficulty = rng.standard_normal(n)
    clusters = _clusters(world, n)
    path = "api" if world.may_leave else RULED_OUT
    candidates = [
        *((f"m{at % 2}", f"p{at}" if len(world.prompts) > 1 else "p", path, rate) for at, rate in enumerate(world.prompts)),
        *((f"tuned{at}", "", "fine-tuned", rate) for at, rate in enumerate(world.tuned)),
        *((f"classical{at}", "", "classical", rate) for at, rate in enumerate(world.classical)),
        *((f"hosted{at}", "", "self-hosted", rate) for at, rate in enumerate(world.hosted)),
    ]
    codes = np.repeat(np.arange(n), world.repeats)
    found = []
    for at, (candidate, prompt, path, rate) in enumerate(candidates):
        mine = replace(world, shared=world.own[at]) if at < len(world.own) else world
        hardness = _hardness(mine, difficulty, clusters, rng)
        matched = (hardness < ndtri(_rates(world, at, rate, codes, n))).astype(np.int8)
        scores = None if world.grades is None else graded(world.grades, ndtr(-hardness), rate)
        there = np.ones(len(codes), dtype=np.bool_)
        if world.gone is not None and path in world.gone_from:
            gone = _gone(world, hardness, matched, rng)
            matched[gone] = -1
            if scores is not None:
                scores[gone] = np.nan
            there = ~gone if world.gone is Gone.NEVER_ASKED else there
        found.append(
            Outcomes(
                candidate=candidate,
                prompt=prompt,
                path=path,
                codes=codes[there],
                matched=matched[there],
                scores=None if scores is None else scores[there],
                clusters=None if clusters is None else clusters[codes][there],
                expected=n,
            )
        )
    return found


def sliced(world: World, n: int) -> int:
    """Return how many of `n` examples lie in the protected slice: the first so many."""
    return round(world.slice_share * n)


def _rates(world: World, at: int, rate: float, codes: NDArray[np.int64], n: int) -> Floats:
    """Return the match rate of each row: within the protected slice its own, elsewhere what makes the whole true."""
    count = sliced(world, n)
    if not count:
        return np.full(len(codes), rate)
    rest = (rate * n - world.slice_rates[at] * count) / (n - count)
    return np.where(codes < count, world.slice_rates[at], rest)


def _clusters(world: World, n: int) -> NDArray[np.int64] | None:
    if world.sizes:
        counts = [round(share * n) for share in world.sizes]
        counts = [*counts, *[1] * (n - sum(counts))]
        return np.repeat(np.arange(len(counts)), counts)[:n]
    return np.arange(n) // world.cluster_size if world.cluster_size > 1 else None


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


def _gone(world: World, hardness: Floats, matched: NDArray[np.int8], rng: np.random.Generator) -> NDArray[np.bool_]:
    """Return which rows are missing: by chance, the last ones, or exactly those that were hardest, or luckiest, for this candidate."""
    rows = len(hardness)
    if world.gone is Gone.AT_RANDOM:
        return rng.random(rows) < world.gone_share
    count = int(world.gone_share * rows + 1e-9)
    found = np.zeros(rows, dtype=np.bool_)
    if world.gone is Gone.NEVER_ASKED:
        found[rows - count :] = True
    elif world.gone is Gone.RIGHT:
        found[np.flatnonzero(matched == 1)[:count]] = True
    else:
        found[np.argsort(hardness)[rows - count :]] = True
    return found


def up_to(outcomes: list[Outcomes], n: int) -> list[Outcomes]:
    """Return the outcomes as they stood after the first `n` examples."""
    return [each.rows(each.codes < n, expected=n) for each in outcomes]
