import numpy as np
import pytest
from scipy.stats import norm

from benchharness.comparison.sequential import group_boundaries, group_p_values, later_confidence
from benchharness.comparison.threshold import bar_test
from benchharness.errors import UsageError
from benchharness.records.comparison import Proof


def _in_full(matched: int, n: int, bar: float) -> Proof:
    return bar_test(matched, n, bar, confidence=0.95, power=0.8, cap=1, plan=False).proof


def test_five_looks_give_the_published_boundaries() -> None:
    assert group_boundaries(5, two_sided=True) == pytest.approx((4.876885, 3.357012, 2.680280, 2.289817, 2.031032), abs=1e-6)
    assert group_boundaries(5) == pytest.approx((4.229195, 2.888137, 2.298090, 1.961821, 1.739705), abs=1.1e-6)
    assert group_boundaries(5, alpha=0.025) == group_boundaries(5, two_sided=True)
    # ldbounds prints 1.0777e-6, 7.8808e-4, 7.3565e-3 and 0.042255 (Reboussin et al. 2000), from z of less precision.
    nominal = group_p_values(5, two_sided=True)
    assert (nominal[0], nominal[1], nominal[2], nominal[4]) == pytest.approx((1.0777e-6, 7.8808e-4, 7.3565e-3, 0.042255), rel=3e-4)


@pytest.mark.parametrize("looks", range(2, 11))
@pytest.mark.parametrize("two_sided", [True, False])
def test_each_row_of_the_table_spends_what_it_may_at_each_look(looks: int, two_sided: bool) -> None:
    side = 0.025 if two_sided else 0.05
    spent = _crossed(group_boundaries(looks, two_sided=two_sided), two_sided=two_sided)
    times = np.arange(1, looks + 1) / looks
    allowed = 2 * norm.sf(norm.isf(side / 2) / np.sqrt(times))
    assert np.cumsum(spent) == pytest.approx(allowed, abs=2e-6)


def _crossed(boundaries: tuple[float, ...], *, two_sided: bool) -> list[float]:
    """Return the chance of first crossing the upper boundary at each look, by stepwise integration over the score."""
    found, density, nodes = [], np.array([1.0]), np.array([0.0])
    gauss, weights = np.polynomial.legendre.leggauss(120)
    for look, z in enumerate(boundaries, start=1):
        top = z * np.sqrt(look)
        found.append(float(density @ norm.sf(top - nodes)))
        bottom = -top if two_sided else -8.0 * np.sqrt(look)
        bottom, top = max(bottom, -8.0 * np.sqrt(look)), min(top, 8.0 * np.sqrt(look))
        fresh = (top - bottom) / 2 * gauss + (top + bottom) / 2
        density = (norm.pdf(fresh[:, None] - nodes[None, :]) @ density) * weights * (top - bottom) / 2
        nodes = fresh
    return found


def test_a_table_that_does_not_exist_is_refused_with_what_does() -> None:
    for looks, alpha in ((1, 0.05), (11, 0.05), (5, 0.01)):
        with pytest.raises(UsageError, match="no group boundaries") as error:
            group_boundaries(looks, alpha=alpha)
        assert "2 to 10 looks" in error.value.hint


def test_all_later_looks_together_may_be_wrong_in_a_tenth_of_what_the_first_may() -> None:
    assert later_confidence(0.95, 2) == 0.9975
    errors = [1 - later_confidence(0.95, look) for look in range(2, 10_000)]
    assert sum(errors) == pytest.approx(0.005, rel=1e-3)
    assert sum(errors) <= 0.005
    assert later_confidence(0.95, 1) == later_confidence(0.95, 2), "whoever moved a bar looked before"
