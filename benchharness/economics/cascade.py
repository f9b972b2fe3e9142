"""Small first, large when unsure: what a cascade would have cost and got right, from answers that are already there."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from benchharness.records.costs import Cascade
from benchharness.records.outcomes import Recorded

__all__ = ["best_cascade"]

FOLDS = 5
MOST_SMALL = 3
# With fewer examples in a fold a choice between cascades is a coin toss.
LEAST_EXAMPLES = 50
SAME = 1e-12


def best_cascade(answers: Sequence[Recorded], *, seed: int) -> Cascade | None:
    """Return the best cascade that two or three cheaper candidates and the best one make; None when none can be made.

    The small ones are asked; where they say the same, that's the answer, else the large one is asked as well (FrugalGPT, Chen,
    Zaharia & Zou 2023; agreement as the signal: Yue et al. 2023). Which small ones is chosen on four fifths of the examples
    and counted on the last fifth, five times over, so that the choice doesn't flatter. The large one is whoever matches
    most, the cheapest among equals. Chosen is the cheapest cascade that matches at least as often as it, else the one that
    matches most.
    """
    if len(answers) <= 1 or len(answers[0].matched) < LEAST_EXAMPLES:
        return None
    large = max(answers, key=lambda each: (each.matched.mean(), -each.usd.mean()))
    small = [each for each in answers if each.usd.mean() < large.usd.mean() - SAME]
    built = list(_cascades(small, large))
    if not built:
        return None
    n = len(large.matched)
    fold = np.random.default_rng(seed).permutation(n) % FOLDS
    matched = usd = asked = 0.0
    for held in range(FOLDS):
        train, test = fold != held, fold == held
        chosen = _chosen(built, large, train)
        matched, usd, asked = matched + chosen.matched[test].sum(), usd + chosen.usd[test].sum(), asked + chosen.asks[test].sum()
    whole = _chosen(built, large, np.ones(n, dtype=np.bool_))
    return Cascade(
        small=whole.small,
        large=large.key,
        n=n,
        rate=matched / n,
        usd_per_1k=1000 * usd / n,
        share_large=asked / n,
        large_rate=float(large.matched.mean()),
        large_usd_per_1k=float(1000 * large.usd.mean()),
    )


@dataclass(frozen=True, slots=True)
class _Built:
    small: tuple[str, ...]
    matched: NDArray[np.bool_]
    usd: NDArray[np.float64]
    asks: NDArray[np.bool_]


def _cascades(small: Sequence[Recorded], large: Recorded) -> Iterator[_Built]:
    for count in range(2, MOST_SMALL + 1):
        for group in combinations(small, count):
            said = np.stack([each.said for each in group])
            agree = (said == said[0]).all(axis=0) & (said[0] >= 0)
            usd = np.sum([each.usd for each in group], axis=0) + np.where(agree, 0.0, large.usd)
            yield _Built(tuple(each.key for each in group), np.where(agree, group[0].matched, large.matched), usd, ~agree)


def _chosen(built: Sequence[_Built], large: Recorded, on: NDArray[np.bool_]) -> _Built:
    bar = large.matched[on].mean()
    enough = [each for each in built if each.matched[on].mean() >= bar - SAME]
    if enough:
        return min(enough, key=lambda each: each.usd[on].mean())
    return max(built, key=lambda each: (each.matched[on].mean(), -each.usd[on].mean()))
