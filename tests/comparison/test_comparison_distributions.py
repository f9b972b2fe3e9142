"""Single numbers of the distributions, held against scipy's."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special

from benchharness.comparison import distributions as own

SIZES = st.one_of(st.integers(1, 300), st.integers(300, 50_000), st.integers(50_000, 2_000_000))
SHARES = st.floats(1e-6, 1 - 1e-6)
# Where the share that matters lies: at most ten standard errors from the rate.
REACH = st.floats(-10, 10)


def count(n: int, p: float, z: float) -> int:
    return min(n, max(0, round(n * p + z * math.sqrt(n * p * (1 - p)))))


@given(SIZES, SHARES, REACH)
def test_both_tails_of_the_binomial_are_scipys_incomplete_beta(n: int, p: float, z: float) -> None:
    """Not scipy's own `bdtr`, which is an older code: at n = 1,173,836 it's off in the eighth digit."""
    k = count(n, p, z)
    below, above = (1.0, 0.0) if k == n else (float(special.betaincc(k + 1, n - k, p)), float(special.betainc(k + 1, n - k, p)))
    assert own.bdtr(k, n, p) == pytest.approx(below, rel=1e-9, abs=1e-290)
    assert own.bdtrc(k, n, p) == pytest.approx(above, rel=1e-9, abs=1e-290)


@given(st.integers(1, 2000), SHARES, REACH)
def test_small_binomials_are_scipys(n: int, p: float, z: float) -> None:
    k = count(n, p, z)
    assert own.bdtr(k, n, p) == pytest.approx(float(special.bdtr(k, n, p)), rel=1e-9, abs=1e-290)
    assert own.bdtrc(k, n, p) == pytest.approx(float(special.bdtrc(k, n, p)), rel=1e-9, abs=1e-290)


@given(st.integers(1, 400), st.integers(0, 400), SHARES)
def test_both_tails_add_up_to_one(n: int, k: int, p: float) -> None:
    assert own.bdtr(min(k, n), n, p) + own.bdtrc(min(k, n), n, p) == pytest.approx(1, abs=1e-12)


@given(st.integers(1, 60), st.integers(0, 60), st.fractions(0, 1, max_denominator=50))
def test_small_binomials_are_the_exact_sums(n: int, k: int, p: object) -> None:
    share = float(p)  # type: ignore[arg-type]
    exact = math.fsum(math.comb(n, each) * share**each * (1 - share) ** (n - each) for each in range(min(k, n) + 1))
    assert own.bdtr(min(k, n), n, share) == pytest.approx(min(1.0, exact), rel=1e-11, abs=1e-15)


@given(st.floats(0.5, 20_000), st.floats(0.5, 20_000), st.floats(1e-9, 1 - 1e-9))
def test_the_incomplete_beta_and_its_complement_are_scipys(a: float, b: float, x: float) -> None:
    assert own.betainc(a, b, x) == pytest.approx(float(special.betainc(a, b, x)), rel=1e-8, abs=1e-290)
    assert own.betaincc(a, b, x) == pytest.approx(float(special.betaincc(a, b, x)), rel=1e-8, abs=1e-290)


@given(st.floats(0.5, 20_000), st.floats(0.5, 20_000), st.sampled_from([1e-6, 0.001, 0.025, 0.05, 0.5, 0.95, 0.975, 0.9999]))
def test_the_quantile_of_the_beta_is_scipys(a: float, b: float, p: float) -> None:
    assert own.betaincinv(a, b, p) == pytest.approx(float(special.betaincinv(a, b, p)), rel=1e-9)


@given(st.floats(-37, 37))
def test_the_normal_is_scipys(z: float) -> None:
    assert own.ndtr(z) == pytest.approx(float(special.ndtr(z)), rel=1e-12, abs=1e-300)


@given(st.floats(1e-300, 1 - 1e-12))
def test_the_normal_quantile_is_scipys(p: float) -> None:
    assert own.ndtri(p) == pytest.approx(float(special.ndtri(p)), rel=1e-10, abs=1e-12)


@given(st.floats(1e-3, 1e6), st.floats(1e-3, 1e6))
def test_the_logarithm_of_the_beta_function_is_scipys(a: float, b: float) -> None:
    assert own.betaln(a, b) == pytest.approx(float(special.betaln(a, b)), rel=1e-8, abs=1e-7)


@pytest.mark.parametrize(("p", "z"), [(0, -math.inf), (0.5, 0.0), (1, math.inf)])
def test_the_normal_quantile_has_ends(p: float, z: float) -> None:
    assert own.ndtri(p) == z


@pytest.mark.parametrize(("k", "n", "p", "below"), [(0, 5, 0.0, 1.0), (4, 5, 1.0, 0.0), (5, 5, 1.0, 1.0), (0, 5, 1.0, 0.0)])
def test_a_rate_of_nothing_or_of_all_is_certain(k: int, n: int, p: float, below: float) -> None:
    assert own.bdtr(k, n, p) == below
    assert own.bdtrc(k, n, p) == 1 - below
