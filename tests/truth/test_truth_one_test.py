"""One test of one pair alone: its size, by enumeration of every table over a fine grid of nuisance rates, is at most 5%.

`python -m truth.test_truth_one_test` prints the sizes beside those of Tango's and Tang's approximations.
"""

import math
import sys
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import binom, norm

from benchharness.comparison.paired import tango_z
from benchharness.comparison.paired_exact import p_exceeds
from benchharness.comparison.tang_ratio import keeps_p

ALPHA = 0.05
DIFFERENCES = (-0.03, 0.0, 0.03, 0.05, 0.1)
RATIOS = (0.9, 1 / 0.9, 0.8)
QUICK = (1, 2, 5, 10, 20, 35, 50, 100, 200)


def first_proven(size: int, proven: Callable[[int, int], bool]) -> list[int]:
    """Return, for each count of the first kind, from which count of the second on there is proof; size + 1 for none."""
    found = []
    for count in range(size + 1):
        low, high = 0, size - count + 1
        while low < high:
            middle = (low + high) // 2
            low, high = (low, middle) if proven(count, middle) else (middle + 1, high)
        found.append(low if low <= size - count else size + 1)
    return found


def largest(size: int, needed: list[int], rates: NDArray[np.float64], shares: NDArray[np.float64]) -> float:
    """Return the largest chance of a proof over rates of the first kind, each with the share of the second among the rest."""
    counts, need = np.arange(size + 1), np.array(needed)
    chances = binom.pmf(counts, size, rates[:, None]) * binom.sf(need - 1, size - counts, np.clip(shares, 0, 1)[:, None])
    return float(chances[:, need <= size].sum(axis=1).max())


def size_of_difference(n: int, difference: float, points: int, *, tango: bool = False) -> float:
    def proven(behind: int, ahead: int) -> bool:
        if tango:
            return float(norm.sf(tango_z(ahead, behind, n, difference))) <= ALPHA
        return p_exceeds(ahead, behind, n, difference) <= ALPHA

    low, high = max(0.0, -difference), (1 - difference) / 2
    rates = low + (high - low) * np.sin(np.linspace(0, math.pi / 2, points)) ** 2
    return largest(n, first_proven(n, proven), rates, (rates + difference) / (1 - rates))


def size_of_ratio(either: int, ratio: float, points: int) -> float:
    needed = first_proven(either, lambda both, first: keeps_p(both, first, either - both - first, ratio) <= ALPHA)
    rates = min(ratio, 1 / ratio) * np.sin(np.linspace(0, math.pi / 2, points)) ** 2
    return largest(either, needed, rates, (ratio - rates) / ((1 + ratio) * np.maximum(1 - rates, 1e-12)))


@pytest.mark.parametrize("difference", DIFFERENCES)
def test_no_rates_make_a_false_proof_of_a_lead_likelier_than_five_percent(difference: float) -> None:
    sizes = {n: size_of_difference(n, difference, 600) for n in QUICK}
    assert max(sizes.values()) <= ALPHA, sizes
    # Nor is it bought by never proving anything.
    assert sizes[200] > 0.04


@pytest.mark.parametrize("ratio", RATIOS)
def test_no_rates_make_a_false_proof_of_a_kept_share_likelier_than_five_percent(ratio: float) -> None:
    sizes = {either: size_of_ratio(either, ratio, 400) for either in (5, 20, 50, 100)}
    assert max(sizes.values()) <= ALPHA, sizes
    assert sizes[100] > 0.035


def test_tangos_approximation_alone_is_too_sure_which_is_what_enumeration_is_for() -> None:
    assert size_of_difference(100, 0.03, 600, tango=True) > 0.08


@pytest.mark.slow
@pytest.mark.parametrize("difference", DIFFERENCES)
def test_none_of_all_sizes_up_to_200_exceeds_five_percent(difference: float) -> None:
    assert max(size_of_difference(n, difference, 2_000) for n in range(1, 201)) <= ALPHA


@pytest.mark.slow
@pytest.mark.parametrize("ratio", RATIOS)
def test_none_of_all_ratios_of_up_to_200_exceeds_five_percent(ratio: float) -> None:
    assert max(size_of_ratio(either, ratio, 800) for either in range(1, 201)) <= ALPHA


def test_little_power_is_lost_against_tangos_approximation() -> None:
    rng = np.random.default_rng(7)
    for n, ahead, behind, margin in ((300, 0.35, 0.05, 0.03), (200, 0.15, 0.04, 0.03), (300, 0.10, 0.05, 0.0), (300, 0.06, 0.04, -0.03)):
        tables = rng.multinomial(n, [ahead, behind, 1 - ahead - behind], size=1_000)[:, :2].tolist()
        exact = np.mean([p_exceeds(won, lost, n, margin) <= ALPHA for won, lost in tables])
        approximate = np.mean([float(norm.sf(tango_z(won, lost, n, margin))) <= ALPHA for won, lost in tables])
        assert exact > 0.95 * approximate


if __name__ == "__main__":
    for size in (50, 100, 200):
        for lead in DIFFERENCES:
            exact, approximate = (100 * size_of_difference(size, lead, 2_000, tango=each) for each in (False, True))
            sys.stdout.write(f"n = {size}, lead {lead:+.2f}: exact {exact:.2f}%, Tango {approximate:.2f}%\n")
