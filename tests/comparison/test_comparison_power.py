import itertools

import pytest
from scipy.stats import binomtest, multinomial

from benchharness.comparison.power import connor_examples, mcnemar_power, mean_examples, mean_gap, smallest_gap


def test_connors_sample_sizes_are_the_published_ones() -> None:
    assert connor_examples(0.45, 0.05, alpha=0.05, power=0.80, two_sided=True) == 23
    assert connor_examples(0.45, 0.05, alpha=0.05, power=0.90) == 23


def test_without_a_lead_no_number_of_examples_proves_one() -> None:
    assert connor_examples(0.1, 0.1) is None
    assert connor_examples(0.05, 0.1) is None
    assert connor_examples(0.05, 0.1, two_sided=True) == connor_examples(0.1, 0.05, two_sided=True)


def test_the_exact_power_of_mcnemar_is_the_published_one() -> None:
    assert round(mcnemar_power(0.5, 0.3, 100, wrong_side=False), 7) == 0.5693123
    assert round(mcnemar_power(0.5, 0.3, 100), 7) == 0.5693193
    assert round(mcnemar_power(0.5, 0.3, 20), 5) == 0.11987


@pytest.mark.parametrize(("ahead", "behind"), [(0.5, 0.3), (0.2, 0.4), (0.7, 0.3)])
def test_the_exact_power_is_that_of_listing_every_table(ahead: float, behind: float) -> None:
    n = 14
    listed = sum(
        multinomial.pmf((b, c, n - b - c), n, (ahead, behind, max(0.0, 1 - ahead - behind)))
        for b, c in itertools.product(range(n + 1), repeat=2)
        if 0 < b + c <= n and binomtest(b, b + c).pvalue <= 0.05
    )
    assert mcnemar_power(ahead, behind, n) == pytest.approx(listed, abs=1e-9)


def test_no_pairs_or_no_disagreement_has_no_power() -> None:
    assert mcnemar_power(0.3, 0.1, 0) == 0.0
    assert mcnemar_power(0.0, 0.0, 50) == 0.0


def test_power_grows_with_examples() -> None:
    powers = [mcnemar_power(0.2, 0.1, n) for n in (50, 200, 800)]
    assert powers == sorted(powers)
    assert powers[-1] > 0.9


def test_the_smallest_gap_is_the_one_whose_sample_size_is_n() -> None:
    gap = smallest_gap(200, 0.2)
    assert gap is not None
    assert connor_examples((0.2 + gap) / 2, (0.2 - gap) / 2) == 200
    larger = smallest_gap(100, 0.2)
    assert larger is not None
    assert larger > gap


def test_too_few_examples_show_no_gap_at_all() -> None:
    assert smallest_gap(20, 0.1) is None
    assert smallest_gap(0, 0.1) is None
    assert smallest_gap(50, 0.0) is None


def test_millers_sample_sizes_are_the_published_ones() -> None:
    assert mean_examples(1 / 9, 0.03) == pytest.approx(968.9975, abs=5e-5)
    # With one repeat and with ten: a variance of 1/6 on each side over K.
    assert round(100 * mean_gap(1 / 9 + 1 / 3, 198), 3) == 13.273
    assert round(100 * mean_gap(1 / 9 + 1 / 30, 198), 3) == 7.567
