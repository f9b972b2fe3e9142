"""A cascade of small models and a large one, computed from answers that are already there."""

import csv
from pathlib import Path

import numpy as np
import pytest

from benchharness.economics.cascade import best_cascade
from benchharness.records.outcomes import Recorded

SUMMARY = Path(__file__).parents[3] / "shared/data/frugalgpt_cost_accuracy/summary_HEADLINES_e8_full_2024.csv"


def recorded(key: str, said: np.ndarray, truth: np.ndarray, usd: float) -> Recorded:
    return Recorded(key=key, said=said, matched=said == truth, usd=np.full(len(said), usd))


def noisy(truth: np.ndarray, right: float, rng: np.random.Generator) -> np.ndarray:
    """Answers the truth with this chance, else one of nine other answers."""
    wrong = (truth + rng.integers(1, 10, len(truth))) % 10
    return np.where(rng.random(len(truth)) < right, truth, wrong)


def three(n: int = 2000) -> list[Recorded]:
    rng = np.random.default_rng(3)
    truth = rng.integers(0, 10, n)
    return [
        recorded("mini/a", noisy(truth, 0.8, rng), truth, 0.001),
        recorded("mini/b", noisy(truth, 0.8, rng), truth, 0.001),
        recorded("large/a", noisy(truth, 0.9, rng), truth, 0.03),
    ]


def test_small_ones_that_agree_are_nearly_as_good_for_a_fraction_of_the_price() -> None:
    found = best_cascade(three(), seed=7)
    assert found is not None
    assert found.small == ("mini/a", "mini/b")
    assert found.large == "large/a"
    # Two independent answers of ten agree by chance wrongly in 0.2 * 0.2 / 9 of cases.
    assert found.share_large == pytest.approx(1 - 0.64 - 0.04 / 9, abs=0.03)
    assert found.rate == pytest.approx(0.64 + 0.9 * found.share_large, abs=0.02)
    assert found.usd_per_1k == pytest.approx(2 + 30 * found.share_large)
    assert found.usd_per_1k < found.large_usd_per_1k / 2


def test_a_choice_among_many_bad_small_ones_is_not_flattered() -> None:
    rng = np.random.default_rng(5)
    truth = rng.integers(0, 2, 100)
    small = [recorded(f"coin/{at}", rng.integers(0, 2, 100), truth, 0.001) for at in range(8)]
    found = best_cascade([*small, recorded("large/a", noisy(truth, 0.9, rng) % 2, truth, 0.03)], seed=7)
    assert found is not None
    assert found.rate < found.large_rate


@pytest.mark.parametrize("left", [1, 2])
def test_fewer_than_two_small_ones_make_no_cascade(left: int) -> None:
    assert best_cascade(three()[-left:], seed=7) is None


def test_few_examples_make_no_cascade() -> None:
    assert best_cascade(three(40), seed=7) is None


def test_an_answer_that_cannot_be_read_agrees_with_nothing() -> None:
    answers = three()
    mute = [Recorded(key=each.key, said=np.full(2000, -1), matched=np.zeros(2000, dtype=bool), usd=each.usd) for each in answers[:2]]
    found = best_cascade([*mute, answers[2]], seed=7)
    assert found is not None
    assert found.share_large == 1.0
    assert found.rate == pytest.approx(found.large_rate)


@pytest.mark.skipif(not SUMMARY.is_file(), reason="../shared/data isn't there")
def test_frugalgpts_own_cascades_match_its_best_single_model_for_less_than_a_tenth_of_its_price() -> None:
    with SUMMARY.open() as file:
        rows = [(each["Method"], float(each["Test_acc"]), float(each["Test_cost"])) for each in csv.DictReader(file)]
    single = max((each for each in rows if each[0] != "FrugalGPT"), key=lambda each: each[1])
    equal = [cost for method, right, cost in rows if method == "FrugalGPT" and right >= single[1]]
    assert single[1] == pytest.approx(0.856, abs=0.001)
    assert min(equal) < single[2] / 10
