import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from benchharness.comparison.rates import exact_lower, exact_upper, wilson
from benchharness.records.comparison import Interval


@st.composite
def counts(draw: st.DrawFn, least: int = 1) -> tuple[int, int]:
    n = draw(st.integers(least, 400))
    return draw(st.integers(0, n)), n


@pytest.mark.parametrize(
    ("matched", "n", "low", "high", "digits"),
    [
        (13, 16, 0.5699, 0.9341, 4),  # contingencytables, test-ch2 (Ligarden 2010)
        (18, 20, 0.6989663547715128, 0.972133518786232, 10),  # R binom, by way of statsmodels
        (190, 200, 0.910421851861224, 0.972617354399236, 10),
        (0, 30, 0, 0.11351339, 8),
        (30, 30, 0.8864866, 1, 7),
        (50, 50, 0.9286524009, 1, 10),
        (44, 50, 0.7619518262, 0.9438239985, 10),
        (45, 50, 0.7863976856, 0.9565242351, 10),
        (43, 50, 0.7381380629, 0.9304916657, 10),
        (440, 500, 0.8485804014, 0.9056250999, 10),
        (880, 1000, 0.8583909242, 0.8987007394, 10),
        (1, 2, 0.0945312057, 0.9054687943, 10),
    ],
)
def test_wilson_gives_the_published_digits(matched: int, n: int, low: float, high: float, digits: int) -> None:
    found = wilson(matched, n)
    assert (round(found.low, digits), round(found.high, digits)) == (round(low, digits), round(high, digits))
    assert found.method == "wilson"


@pytest.mark.parametrize(
    ("matched", "n", "low", "high", "digits"),
    [
        (13, 16, 0.5435, 0.9595, 4),
        (18, 20, 0.6830172859809176, 0.9876514728297052, 10),
        (190, 200, 0.9099724622986486, 0.975765834527891, 10),
        (15, 148, 0.0578, 0.1617, 4),  # Newcombe 1998
        (0, 20, 0, 0.1684, 4),
        (1, 29, 0.0009, 0.1776, 4),
        (92, 100, 0.848, 0.965, 3),  # Med-PaLM 2, table 1
        (97, 100, 0.915, 0.994, 3),
        (114, 135, 0.772, 0.901, 3),
        (251, 272, 0.884, 0.952, 3),
        (1101, 1273, 0.845, 0.883, 3),
        (50, 50, 0.9288782635, 1, 10),
        (44, 50, 0.7568986833, 0.9546646792, 10),
    ],
)
def test_clopper_pearson_gives_the_published_digits(matched: int, n: int, low: float, high: float, digits: int) -> None:
    found = exact_lower(matched, n, 0.975), exact_upper(matched, n, 0.975)
    assert (round(found[0], digits), round(found[1], digits)) == (round(low, digits), round(high, digits))


def test_forty_four_of_fifty_proves_seventy_seven_point_six_eight_percent_and_no_more() -> None:
    assert exact_lower(44, 50) == pytest.approx(0.7768, abs=5e-5)


@pytest.mark.parametrize(("n", "most"), [(30, 0.0950), (50, 0.0582), (100, 0.0295), (300, 0.00994)])
def test_no_failure_in_n_leaves_about_three_in_n(n: int, most: float) -> None:
    assert exact_upper(0, n) == pytest.approx(most, abs=6e-5)
    assert exact_upper(0, n) == pytest.approx(1 - 0.05 ** (1 / n))


def test_of_nothing_nothing_is_known() -> None:
    found = wilson(0, 0)
    assert (found.low, found.high, found.method) == (0.0, 1.0, "no data")
    assert (exact_lower(0, 0), exact_upper(0, 0)) == (0.0, 1.0)


def clopper_pearson(matched: int, n: int) -> Interval:
    """Return the two-sided interval of both one-sided bounds."""
    return Interval(low=exact_lower(matched, n, 0.975), high=exact_upper(matched, n, 0.975))


def test_the_corners_are_exactly_zero_and_one() -> None:
    for interval in (wilson, clopper_pearson):
        assert interval(0, 7).low == 0.0
        assert interval(7, 7).high == 1.0


@settings(deadline=None)
@given(counts())
def test_statsmodels_gives_the_same_wilson_and_clopper_pearson(of: tuple[int, int]) -> None:
    matched, n = of
    for method, interval in (("wilson", wilson), ("beta", clopper_pearson)):
        low, high = proportion_confint(matched, n, method=method)
        found = interval(matched, n)
        assert (found.low, found.high) == pytest.approx((low, high), abs=1e-9)


@settings(deadline=None)
@given(counts())
def test_every_interval_holds_the_estimate_and_mirrors_with_the_misses(of: tuple[int, int]) -> None:
    matched, n = of
    for interval in (wilson, clopper_pearson):
        found, mirrored = interval(matched, n), interval(n - matched, n)
        assert 0 <= found.low <= matched / n <= found.high <= 1
        assert (mirrored.low, mirrored.high) == pytest.approx((1 - found.high, 1 - found.low), abs=1e-9)


@settings(deadline=None)
@given(counts(least=2))
def test_one_more_match_raises_both_bounds(of: tuple[int, int]) -> None:
    matched, n = of
    matched = min(matched, n - 1)
    assert exact_lower(matched + 1, n) > exact_lower(matched, n)
    assert exact_upper(matched + 1, n) > exact_upper(matched, n)
