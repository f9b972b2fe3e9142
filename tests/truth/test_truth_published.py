"""A published table, computed again: paired tests and intervals of Fagerland, Lydersen & Laake, as their package's tests print them.

Source: ocbe-uio/contingencytables, tests/testthat/test-ch8.R (commit ac7bf36, and an earlier one for the unconditional test of the
whole table), for `Statistical Analysis of Contingency Tables` (2017), chapter 8: 161 patients of Cavo et al. 2012 before and after
consolidation therapy (59, 6, 16, 80), and a tenth of each count, rounded down (5, 0, 1, 8).
"""

import numpy as np
import pytest
from scipy.stats import binom

from benchharness.comparison.paired import mcnemar_exact, mcnemar_mid_p, tango
from benchharness.comparison.paired_exact import p_exceeds
from benchharness.comparison.tang_ratio import tang

CAVO = (59, 6, 16, 80)


def two_sided(ahead: int, behind: int, n: int) -> float:
    return 2 * min(p_exceeds(ahead, behind, n), p_exceeds(behind, ahead, n))


def test_conditional_and_mid_p_tests_print_the_published_digits() -> None:
    assert round(mcnemar_exact(CAVO[1], CAVO[2]), 6) == 0.052479
    assert round(mcnemar_mid_p(CAVO[1], CAVO[2]), 6) == 0.034690


@pytest.mark.parametrize(("table", "published"), [(CAVO, 0.034053), ((5, 0, 1, 8), 0.542071)])
def test_the_exact_unconditional_test_is_the_published_one_to_a_hundredth_and_never_surer(
    table: tuple[int, int, int, int], published: float
) -> None:
    # Theirs orders tables by McNemar's statistic and adds 0.0001 (Berger & Boos); ours by Tango's with a correction for continuity.
    ours = two_sided(table[1], table[2], sum(table))
    assert published <= ours <= 1.01 * published


def test_intervals_of_difference_and_ratio_print_the_published_digits() -> None:
    difference = tango(CAVO[1], CAVO[2], sum(CAVO), 0.95)
    assert (round(difference.low, 4), round(difference.high, 4)) == (-0.1240, -0.0054)
    ratio = tang(CAVO[0], CAVO[1], CAVO[2], sum(CAVO), 0.95)
    assert ratio.high is not None
    assert (round(ratio.low, 4), round(ratio.high, 4)) == (0.7476, 0.9876)


def test_mid_p_violates_its_level_nowhere_in_the_published_range_and_the_exact_unconditional_test_nowhere_at_all() -> None:
    """Fagerland, Lydersen & Laake 2013 (BMC Med Res Methodol 13:91): no violation in any of 9,595 scenarios, of 10 to 100 pairs.

    Equal rates and no negative association leave at most half of the pairs discordant.
    """
    for n in (10, 30, 60):
        mid = largest_size(n, 0.5, lambda first, second: mcnemar_mid_p(first, second) <= 0.05)
        assert mid <= 0.05, (n, mid)
        exact = largest_size(n, 1.0, lambda first, second, n=n: two_sided(first, second, n) <= 0.05)
        assert exact <= 0.05, (n, exact)


def largest_size(n: int, most: float, rejects: object) -> float:
    """Return the largest chance of rejecting equal rates, over shares of discordant pairs up to `most`."""
    assert callable(rejects)
    given = [sum(binom.pmf(k, d, 0.5) for k in range(d + 1) if rejects(k, d - k)) for d in range(n + 1)]
    return float(max(binom.pmf(np.arange(n + 1), n, share) @ given for share in np.linspace(0, most, 101)))
