"""Clusters, repeats and graded scores whose truth is known, and how often their means are falsely proven: `python -m truth.cluster_worlds`.

It's written from the definitions alone: a cluster (or an example asked several times) has a rate of its own, answers match with it.
"""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchharness.comparison.clusters import clustered_difference, clustered_rate

__all__ = [
    "ALPHA",
    "DIFFERENCES",
    "GRADED",
    "KINDS",
    "RARE",
    "RARE_GRADED",
    "SHAPES",
    "Kind",
    "false_differences",
    "false_graded",
    "false_rare",
    "false_rare_graded",
    "false_rates",
    "proven",
    "sampler",
]

Floats = NDArray[np.float64]
ALPHA = 0.05


@dataclass(frozen=True, slots=True)
class Kind:
    """How the rates of clusters come about."""

    name: str
    """As in the table."""
    mean: float
    """Their true mean."""
    draw: Callable[[np.random.Generator, int], Floats]
    """Rates of so many clusters."""


def beta(mean: float, alike: float) -> Kind:
    """Return rates with this mean and this correlation of two answers in a cluster."""
    total = 1 / alike - 1
    return Kind(f"beta, mean {mean:g}, correlation {alike:g}", mean, lambda rng, count: rng.beta(mean * total, (1 - mean) * total, count))


def two(share: float, bad: float, good: float) -> Kind:
    """Return rates of two sorts of clusters: few bad ones and many good ones."""
    return Kind(
        f"{share:.0%} at {bad:g}, the rest at {good:g}",
        share * bad + (1 - share) * good,
        lambda rng, count: np.where(rng.random(count) < share, bad, good),
    )


KINDS = (
    beta(0.5, 0.2),
    beta(0.8, 0.1),
    beta(0.8, 0.5),
    beta(0.95, 0.02),
    beta(0.95, 0.2),
    beta(0.95, 0.6),
    two(0.1, 0.5, 0.98),
    two(0.2, 0.3, 0.99),
    two(0.3, 0.0, 0.95),
    two(0.05, 0.3, 0.99),
    two(0.03, 0.0, 0.99),
    two(0.1, 0.0, 0.9),
)
# Sizes of clusters, and how often each example is asked.
SHAPES: dict[str, tuple[list[int], int]] = {
    "one of 200 and 200 of one": ([200] + [1] * 200, 1),
    "200, 100, 50, 25, 12, 6, 4, 3": ([200, 100, 50, 25, 12, 6, 4, 3], 1),
    "6 of 30": ([30] * 6, 1),
    "10 of 30": ([30] * 10, 1),
    "30 of 10": ([10] * 30, 1),
    "40 of 20": ([20] * 40, 1),
    "100 of 5": ([5] * 100, 1),
    "40 from 42 down to 2": ([int(2 + 40 * 0.9**at) for at in range(40)], 1),
    "8 of 40 and 100 of one": ([40] * 8 + [1] * 100, 1),
    "20 examples asked 10 times": ([1] * 20, 10),
    "100 examples asked 5 times": ([1] * 100, 5),
}
DIFFERENCES = ((0.0, 0.1), (0.03, 0.1), (-0.03, 0.1), (0.0, 0.4), (0.1, 0.3))


def sampler(sizes: list[int], repeats: int) -> Callable[[Floats, np.random.Generator], Floats]:
    """Return what draws one value per example from the rates of clusters."""

    def drawn(rates: Floats, rng: np.random.Generator) -> Floats:
        found: Floats = rng.binomial(repeats, np.repeat(rates, sizes)) / repeats
        return found

    return drawn


def false_rates(sizes: list[int], repeats: int, kind: Kind, runs: int, seed: int) -> tuple[int, int]:
    """Return how often a bar exactly at the true mean is proven reached, and how often not reached."""
    rng, draw = np.random.default_rng(seed), sampler(sizes, repeats)
    clusters = None if max(sizes) == 1 else np.repeat(np.arange(len(sizes)), sizes)
    above = below = 0
    for _ in range(runs):
        found = clustered_rate(draw(kind.draw(rng, len(sizes)), rng), clusters, sum(sizes) * repeats)
        above += found.p_reaches(kind.mean) <= ALPHA
        below += found.p_below(kind.mean) <= ALPHA
    return above, below


def false_differences(sizes: list[int], repeats: int, true: float, spread: float, runs: int, seed: int) -> tuple[int, int]:
    """Return how often the true difference is proven exceeded, and how often not reached; `spread` is the standard deviation by cluster."""
    rng, draw = np.random.default_rng(seed), sampler(sizes, repeats)
    clusters = None if max(sizes) == 1 else np.repeat(np.arange(len(sizes)), sizes)
    ahead = behind = 0
    for _ in range(runs):
        base = 0.5 + 0.3 * (rng.beta(2, 2, len(sizes)) - 0.5)
        strays = spread * np.where(rng.random(len(sizes)) < 0.5, -1, 1)
        first = np.clip(base + (true + strays) / 2, 0, 1)
        second = np.clip(base - (true + strays) / 2, 0, 1)
        found = clustered_difference(draw(first, rng) - draw(second, rng), clusters, sum(sizes) * repeats)
        ahead += found.p_exceeds(true) <= ALPHA
        behind += found.bound(1 - ALPHA, lower=False) < true
    return ahead, behind


# A lead nearly everywhere and a rare example on which all is lost: (examples, times asked, share of such examples).
RARE = ((20, 10, 0.06), (30, 10, 0.04), (50, 10, 0.04), (200, 10, 0.02))
RARE_GRADED = ((20, 0.04), (50, 0.02), (100, 0.02), (200, 0.01), (1000, 0.01))


def false_rare(n: int, repeats: int, share: float, runs: int, seed: int) -> int:
    """Return how often the true lead is proven exceeded: 95% against 85%, and 0% against 95% on few of the examples."""
    rng = np.random.default_rng(seed)
    true = (1 - share) * 0.10 - share * 0.95
    found = 0
    for _ in range(runs):
        lost = rng.random(n) < share
        first = rng.binomial(repeats, np.where(lost, 0.0, 0.95)) / repeats
        second = rng.binomial(repeats, np.where(lost, 0.95, 0.85)) / repeats
        found += clustered_difference(first - second, None, n * repeats).bound(1 - ALPHA, lower=True) > true
    return found


def false_rare_graded(n: int, share: float, runs: int, seed: int) -> int:
    """Return the same for scores: 6 points better nearly everywhere, 90 points worse on few of the examples."""
    rng = np.random.default_rng(seed)
    true = (1 - share) * 0.06 - share * 0.90
    found = 0
    for _ in range(runs):
        differences = np.where(rng.random(n) < share, -0.90, 0.06) + 0.05 * rng.standard_normal(n)
        found += clustered_difference(np.clip(differences, -1, 1), None, n, graded=True).bound(1 - ALPHA, lower=True) > true
    return found


@dataclass(frozen=True, slots=True)
class Scores:
    """Graded scores of independent examples."""

    name: str
    """As in the table."""
    mean: float
    """Their true mean."""
    draw: Callable[[np.random.Generator, int], Floats]
    """So many of them."""


def _inflated(zeros: float, mean: float, total: float) -> Scores:
    def draw(rng: np.random.Generator, count: int) -> Floats:
        return np.where(rng.random(count) < zeros, 0.0, rng.beta(mean * total, (1 - mean) * total, count))

    return Scores(f"{zeros:.1%} zeros, the rest about {mean:g}", (1 - zeros) * mean, draw)


GRADED = (
    _inflated(0.0, 0.5, 8),
    _inflated(0.0, 0.95, 20),
    _inflated(0.0, 0.9, 1),
    _inflated(0.05, 0.7, 20),
    _inflated(0.02, 0.9, 50),
    _inflated(0.2, 0.8, 10),
    _inflated(0.6, 0.6, 5),
    _inflated(0.003, 0.8, 200),
)


def false_graded(scores: Scores, n: int, runs: int, seed: int) -> tuple[int, int]:
    """Return how often a bar exactly at the true mean is proven reached, and how often not reached."""
    rng = np.random.default_rng(seed)
    above = below = 0
    for _ in range(runs):
        found = clustered_rate(scores.draw(rng, n), None, n, graded=True)
        above += found.p_reaches(scores.mean) <= ALPHA
        below += found.p_below(scores.mean) <= ALPHA
    return above, below


def proven(sizes: list[int], kind: Kind, bar: float, runs: int, seed: int) -> float:
    """Return the power: how often a bar below the true mean is proven reached."""
    rng, draw = np.random.default_rng(seed), sampler(sizes, 1)
    clusters = np.repeat(np.arange(len(sizes)), sizes)
    values = (draw(kind.draw(rng, len(sizes)), rng) for _ in range(runs))
    return float(np.mean([clustered_rate(each, clusters).p_reaches(bar) <= ALPHA for each in values]))


def _tables(runs: int) -> Iterator[str]:
    for shape, (sizes, repeats) in SHAPES.items():
        for kind in KINDS:
            above, below = false_rates(sizes, repeats, kind, runs, 7)
            yield f"{shape} | {kind.name} | {100 * above / runs:.1f}% | {100 * below / runs:.1f}%"
        for true, spread in DIFFERENCES:
            ahead, behind = false_differences(sizes, repeats, true, spread, runs, 7)
            yield f"{shape} | difference {true:g}, spread {spread:g} | {100 * ahead / runs:.1f}% | {100 * behind / runs:.1f}%"
    for n, repeats, share in RARE:
        rare = false_rare(n, repeats, share, runs, 7)
        yield f"{n} examples asked {repeats} times | all lost on {share:.0%} | {100 * rare / runs:.1f}% | –"
    for n, share in RARE_GRADED:
        rare = false_rare_graded(n, share, runs, 7)
        yield f"{n} paired scores | 90 points lost on {share:.0%} | {100 * rare / runs:.1f}% | –"
    for scores in GRADED:
        for n in (20, 50, 200, 1000, 3000):
            above, below = false_graded(scores, n, runs, 7)
            yield f"{n} scores | {scores.name} | {100 * above / runs:.1f}% | {100 * below / runs:.1f}%"


if __name__ == "__main__":
    for line in _tables(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000):
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
