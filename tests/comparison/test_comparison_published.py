"""Every statistic against values published by others or computed by two independent libraries (R, statsmodels, scipy)."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from benchharness.comparison import anytime, clusters, kappa, many, paired, rates, sequential, tang_ratio, threshold
from benchharness.comparison.compare import compare
from benchharness.comparison.outcomes import Outcomes
from benchharness.comparison.prediction_powered import ppi_mean
from benchharness.comparison.rogan_gladen import rogan_gladen
from benchharness.records.comparison import Proof, Questions

counts = st.integers(0, 40)


@pytest.mark.parametrize(
    ("matched", "n", "wilson", "exact"),
    [
        (13, 16, (0.5699, 0.9341), (0.5435, 0.9595)),  # contingencytables (Ligarden 2010)
        (18, 20, (0.6989663548, 0.9721335188), (0.6830172860, 0.9876514728)),  # R binom
        (190, 200, (0.9104218519, 0.9726173544), (0.9099724623, 0.9757658345)),
        (44, 50, (0.7619518262, 0.9438239985), (0.7568986833, 0.9546646792)),
        (1, 2, (0.0945312057, 0.9054687943), (0.0125791, 0.9874209)),
        (0, 30, (0.0, 0.11351339), (0.0, 0.1157033)),
        (50, 50, (0.9286524009, 1.0), (0.9288782635, 1.0)),
    ],
)
def test_the_intervals_of_one_rate(matched: int, n: int, wilson: tuple[float, float], exact: tuple[float, float]) -> None:
    found = rates.wilson(matched, n)
    assert (found.low, found.high) == pytest.approx(wilson, abs=1e-4)
    strict = rates.clopper_pearson(matched, n)
    assert (strict.low, strict.high) == pytest.approx(exact, abs=1e-4)


def test_44_of_50_proves_at_least_77_68_percent() -> None:
    assert rates.exact_lower(44, 50) == pytest.approx(0.7768, abs=5e-5)
    assert threshold.p_reaches(44, 50, 0.855) == pytest.approx(0.3989756702)
    assert threshold.p_reaches(44, 50, 0.80) == pytest.approx(0.1033982275)
    assert threshold.p_below(44, 50, 0.95) == pytest.approx(0.0378, abs=5e-5)


def test_nothing_measured_is_nothing_known() -> None:
    assert (rates.wilson(0, 0).low, rates.wilson(0, 0).high) == (0.0, 1.0)
    assert threshold.bar_test(0, 0, 0.8, confidence=0.95, power=0.8, cap=100).met is None
    assert paired.mcnemar_exact(0, 0) == 1.0


@given(matched=counts, more=counts, confidence=st.sampled_from([0.9, 0.95, 0.99]))
def test_one_rate_agrees_with_statsmodels(matched: int, more: int, confidence: float) -> None:
    n = matched + more
    if n == 0:
        return
    for mine, name in ((rates.wilson, "wilson"), (rates.clopper_pearson, "beta")):
        low, high = proportion_confint(matched, n, alpha=1 - confidence, method=name)
        found = mine(matched, n, confidence)
        assert (found.low, found.high) == pytest.approx((np.nan_to_num(low), 1.0 if matched == n else high), abs=1e-9)
        assert 0 <= found.low <= matched / n <= found.high <= 1


@pytest.mark.parametrize(
    ("truth", "bar", "needed"),
    [
        (0.70, 0.80, 127),
        (0.85, 0.80, 398),
        (0.88, 0.855, 1218),
        (0.88, 0.90, 1579),
        (0.92, 0.90, 1365),
        (0.95, 0.855, 70),
        (0.83, 0.855, 1379),
    ],
)
def test_the_examples_a_proof_needs(truth: float, bar: float, needed: int) -> None:
    assert threshold.examples_needed(truth, bar) == needed


def test_a_rate_on_the_line_is_never_settled() -> None:
    assert threshold.examples_needed(0.85, 0.855) is None
    assert threshold.examples_needed(0.855, 0.855) is None


@pytest.mark.parametrize(("bar", "least"), [(0.70, 41), (0.75, 43), (0.80, 45), (0.855, 48), (0.90, 49)])
def test_the_fewest_matches_of_50_that_prove_a_bar(bar: float, least: int) -> None:
    assert threshold.p_reaches(least, 50, bar) <= 0.05 < threshold.p_reaches(least - 1, 50, bar)


@pytest.mark.parametrize(
    ("first", "second", "n", "confidence", "interval"),
    [
        (6, 16, 161, 0.95, (-0.12402343, -0.00543340)),  # contingencytables (Cavo 2012)
        (9, 3, 32, 0.95, (-0.027, 0.390)),  # Tango 1998
        (0, 1, 44, 0.90, (-0.096, 0.037)),  # Tango 1998
        (16, 8, 86, 0.95, (-0.020, 0.207)),  # Agresti & Min 2005
        (1, 7, 21, 0.95, (-0.517, -0.026)),  # Fagerland 2014
        (3, 0, 3, 0.95, (-0.1230, 1.0)),
    ],
)
def test_tangos_interval(first: int, second: int, n: int, confidence: float, interval: tuple[float, float]) -> None:
    found = paired.tango(first, second, n, confidence)
    assert (found.low, found.high) == pytest.approx(interval, abs=6e-4)


@pytest.mark.parametrize(
    ("first", "second", "exact", "mid"),
    [
        (6, 16, 0.0524787903, 0.0346896648),
        (2, 9, 0.06543, None),
        (121, 59, 4e-6, None),
        (70, 59, 0.378688, None),
        (10, 10, 1.0, 1.0),
        (7, 1, 0.0703125, None),
    ],
)
def test_mcnemar(first: int, second: int, exact: float, mid: float | None) -> None:
    assert paired.mcnemar_exact(first, second) == pytest.approx(exact, abs=1e-6)
    if mid is not None:
        assert paired.mcnemar_mid_p(first, second) == pytest.approx(mid, abs=1e-9)


@given(first=counts, second=counts, same=counts)
def test_swapping_two_candidates_turns_the_sign_and_nothing_else(first: int, second: int, same: int) -> None:
    n = first + second + same
    one, other = paired.tango(first, second, n), paired.tango(second, first, n)
    assert (one.low, one.high) == pytest.approx((-other.high, -other.low), abs=1e-9)
    assert paired.mcnemar_exact(first, second) == paired.mcnemar_exact(second, first)
    if n:
        assert one.low - 1e-9 <= (first - second) / n <= one.high + 1e-9


@pytest.mark.parametrize(
    ("table", "confidence", "interval"),
    [
        ((59, 6, 16, 161), 0.95, (0.74757906, 0.98761493)),
        ((446, 5, 16, 1157), 0.90, (0.95809345, 0.99190930)),  # Tang 2003
        ((43, 0, 1, 44), 0.90, (0.90433757, 1.03876235)),
        ((1, 1, 7, 21), 0.95, (0.065, 0.907)),  # Fagerland 2014
        ((2487, 59, 326, 3080), 0.95, (0.8917, 0.9178)),
    ],
)
def test_tangs_interval_of_the_ratio(table: tuple[int, int, int, int], confidence: float, interval: tuple[float, float]) -> None:
    found = tang_ratio.tang(*table, confidence)
    assert (found.low, found.high) == pytest.approx(interval, abs=5e-4)


def test_holms_correction() -> None:
    assert many.holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert many.holm([0.002, 0.004, 0.006, 0.008, 0.01, 0.012]) == pytest.approx([0.012, 0.02, 0.024, 0.024, 0.024, 0.024])
    assert many.holm([]) == []


def test_the_cluster_robust_error_of_millers_toy() -> None:
    values = np.array([1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 1, 0, 1, 1, 1, 0, 0, 1, 0, 0], dtype=float)
    found = clusters.cluster_mean(values, np.repeat(np.arange(5), 4))
    assert found.error == pytest.approx(0.0935414347, abs=1e-9)


@pytest.mark.parametrize(
    ("table", "value"), [([[20, 5], [10, 15]], 0.4), ([[45, 15], [25, 15]], 0.1304347826), ([[90, 5], [5, 0]], -0.0526315789)]
)
def test_cohens_kappa(table: list[list[int]], value: float) -> None:
    found = kappa.cohen_kappa(table)
    assert found.kappa == pytest.approx(value, abs=1e-9)


def test_prediction_powered_inference_and_rogan_gladen() -> None:
    truth = np.r_[np.ones(70), np.zeros(30)]
    judged = np.r_[np.ones(66), np.zeros(4), np.ones(10), np.zeros(20)]
    rest = np.r_[np.ones(702), np.zeros(198)]
    found = ppi_mean(truth, judged, rest)
    assert found is not None
    assert (found.mean, found.interval.low, found.interval.high) == pytest.approx((0.72, 0.6427200674, 0.7972799326), abs=1e-9)
    corrected = rogan_gladen(400, 1000, right_passes=180, true_passes=200, right_fails=140, true_fails=200)
    assert corrected is not None
    assert (corrected.interval.low, corrected.interval.high) == pytest.approx((0.0563507, 0.2627330), abs=1e-6)


def test_anytime_evidence() -> None:
    for bar, value in ((0.80, 1.6071197), (0.75, 6.2498798), (0.70, 36.8358866)):
        assert anytime.bar_evidence(44, 50, bar) == pytest.approx(value, rel=1e-6)
    for table, value in (((0, 0), 1.0), ((5, 0), 5.3333333), ((6, 16), 2.44409209), ((2, 9), 3.1030303)):
        assert anytime.paired_evidence(*table) == pytest.approx(value, rel=1e-6)


def test_group_sequential_boundaries() -> None:
    assert sequential.group_boundaries(5, two_sided=True) == pytest.approx((4.8769, 3.3569, 2.6803, 2.2898, 2.0310), abs=5e-4)
    assert sequential.group_boundaries(5) == pytest.approx((4.229195, 2.888137, 2.298090, 1.961821, 1.739705), abs=5e-4)


def one(name: str, path: str, marks: list[int], **options: object) -> Outcomes:
    values = np.array(marks, dtype=np.int8)
    scores = np.where(values < 0, np.nan, values.astype(float))
    codes = np.arange(len(marks))
    return Outcomes(candidate=name, prompt="p", path=path, codes=codes, matched=values, scores=scores, expected=len(marks), **options)  # type: ignore[arg-type]


def test_the_best_of_ten_equal_prompts_is_not_proven_by_its_luck() -> None:
    questions = Questions(accuracy_target=0.9)
    single = compare([one("a", "api", [1] * 180 + [0] * 20)], questions).candidates[0]
    assert single.bar.proof is Proof.PROVEN
    ten = [one(f"c{at}", "api", [1] * (172 if at else 175) + [0] * (28 if at else 25)) for at in range(10)]
    assert compare(ten[:1], questions).candidates[0].bar.proof is Proof.PROVEN
    assert compare(ten, questions).candidates[0].bar.proof is Proof.UNDECIDED


@given(marks=st.lists(st.sampled_from([-1, 0, 1]), min_size=1, max_size=60), seed=st.integers(0, 9))
def test_the_order_of_examples_changes_nothing(marks: list[int], seed: int) -> None:
    order = np.random.default_rng(seed).permutation(len(marks))
    whole = one("a", "api", marks)
    shuffled = Outcomes(
        candidate="a", prompt="p", path="api", codes=whole.codes[order], matched=whole.matched[order],
        scores=None if whole.scores is None else whole.scores[order], expected=len(marks),
    )  # fmt: skip
    assert compare([whole], Questions(accuracy_target=0.9)) == compare([shuffled], Questions(accuracy_target=0.9))
