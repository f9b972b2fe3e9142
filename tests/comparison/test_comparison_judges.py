import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from statsmodels.stats.inter_rater import cohens_kappa

from benchharness.comparison.kappa import cohen_kappa
from benchharness.comparison.prediction_powered import ppi_mean


def _marks(*runs: tuple[int, int]) -> NDArray[np.float64]:
    return np.concatenate([np.full(count, mark, dtype=np.float64) for mark, count in runs])


TRUTH = _marks((1, 70), (0, 30))
JUDGED = _marks((1, 66), (0, 4), (1, 10), (0, 20))
UNLABELLED = _marks((1, 702), (0, 198))


def test_kappa_with_its_error_gives_the_published_digits() -> None:
    found = cohen_kappa([[20, 5], [10, 15]])
    assert found.kappa == pytest.approx(0.4)
    assert found.agreement == pytest.approx(0.7)
    assert found.error == pytest.approx(0.1269960629, abs=1e-10)
    assert (found.low, found.high) == pytest.approx((0.1510922905, 0.6489077095), abs=1e-10)
    assert cohen_kappa([[45, 15], [25, 15]]).kappa == pytest.approx(0.1304347826)
    assert cohen_kappa([[25, 35], [5, 35]]).kappa == pytest.approx(0.2592592593)


def test_high_agreement_on_one_frequent_label_can_have_no_kappa_to_speak_of() -> None:
    found = cohen_kappa([[90, 5], [5, 0]])
    assert found.kappa is not None
    assert (round(found.kappa, 4), found.agreement) == (-0.0526, 0.90)
    assert found.prevalence == pytest.approx(0.95)


def test_kappa_of_one_label_or_of_nothing_is_undefined_and_not_a_number_gone_wrong() -> None:
    one = cohen_kappa([[10, 0], [0, 0]])
    assert (one.kappa, one.error, one.low, one.high, one.agreement) == (None, None, None, None, 1.0)
    nothing = cohen_kappa([[0, 0], [0, 0]])
    assert (nothing.kappa, nothing.agreement, nothing.n) == (None, None, 0)


def test_a_table_that_is_not_square_is_refused() -> None:
    with pytest.raises(ValueError, match="one row and one column per label"):
        cohen_kappa([[1, 2, 3], [4, 5, 6]])


@settings(deadline=None)
@given(st.lists(st.lists(st.integers(1, 40), min_size=3, max_size=3), min_size=3, max_size=3))
def test_statsmodels_gives_the_same_kappa_and_error(table: list[list[int]]) -> None:
    found, oracle = cohen_kappa(table), cohens_kappa(np.array(table))
    assert found.kappa == pytest.approx(oracle.kappa, abs=1e-9)
    assert found.error == pytest.approx(oracle.std_kappa, abs=1e-9)


def test_an_unused_label_changes_nothing() -> None:
    assert cohen_kappa([[20, 5, 0], [10, 15, 0], [0, 0, 0]]) == cohen_kappa([[20, 5], [10, 15]])


def test_the_prediction_powered_mean_gives_the_published_digits() -> None:
    full = ppi_mean(TRUTH, JUDGED, UNLABELLED)
    assert full is not None
    assert (full.mean, full.interval.low, full.interval.high) == pytest.approx((0.72, 0.6427200674, 0.7972799326), abs=1e-10)
    tuned = ppi_mean(TRUTH, JUDGED, UNLABELLED, trust=None)
    assert tuned is not None
    assert (tuned.mean, tuned.interval.low, tuned.interval.high) == pytest.approx((0.71332648, 0.64296684, 0.78368612), abs=1e-8)
    alone = ppi_mean(TRUTH, JUDGED, UNLABELLED, trust=0.0)
    assert alone is not None
    assert (alone.interval.low, alone.interval.high) == pytest.approx((0.61018317, 0.78981683), abs=1e-8)


def test_the_tuned_interval_is_never_wider_than_that_of_the_labels_alone() -> None:
    rng = np.random.default_rng(7)
    for _ in range(50):
        truth, judged, others = ((rng.random(n) < 0.7).astype(np.float64) for n in (60, 60, 600))
        tuned, alone = ppi_mean(truth, judged, others, trust=None), ppi_mean(truth, judged, others, trust=0.0)
        assert tuned is not None
        assert alone is not None
        assert tuned.interval.high - tuned.interval.low <= (alone.interval.high - alone.interval.low) * 1.03


def test_too_few_labels_gate_nothing() -> None:
    few = ppi_mean(TRUTH[60:80], JUDGED[60:80], UNLABELLED)
    enough = ppi_mean(TRUTH, JUDGED, UNLABELLED)
    assert few is not None
    assert enough is not None
    assert (few.gates, enough.gates) == (False, True)
    assert ppi_mean(TRUTH[:1], JUDGED[:1], UNLABELLED) is None
    assert ppi_mean(TRUTH, JUDGED, UNLABELLED[:0]) is None


def test_labels_without_their_judgement_are_refused() -> None:
    with pytest.raises(ValueError, match="100 labels for 99 judged"):
        ppi_mean(TRUTH, JUDGED[1:], UNLABELLED)


def test_a_judge_who_always_says_the_same_gets_no_trust() -> None:
    found = ppi_mean(TRUTH, np.ones(100), np.ones(900), trust=None)
    assert found is not None
    assert found.trust == 0.0
    assert found.mean == pytest.approx(0.7)
