"""Published judges held against people: agreement, both orders and biases as the data's own SOURCE.md has them; skipped without it."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchharness.comparison.correcting import corrected_mean
from benchharness.comparison.held_against import confusion, settled_by
from benchharness.comparison.kappa import cohen_kappa
from benchharness.comparison.labellers import labellers_of
from benchharness.pipeline.judging.questions import Docket, Given, grades_of, question_id
from benchharness.records.judge import JudgeQuestion
from benchharness.records.score import Score, Unscored
from benchharness.scorers.grading import read_grade
from benchharness.scorers.pairwise import Options, rubric_of

DATA = Path(__file__).parents[3] / "shared" / "data"
PAIR = rubric_of(Options(judge="j"))

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="../shared/data isn't there")


def lines(folder: str, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (DATA / folder / name).read_text().splitlines()]


def both_orders(name: str) -> tuple[list[tuple[dict[str, Any], str, str]], dict[str, Score | Unscored]]:
    """Return a judge's items with its winner in either order, and our grade of the first output: what its replies come to."""
    items = {each["id"]: each for each in lines("judge_llmbar", "items.jsonl")}
    docket, kept = Docket(), []
    given: dict[str, list[Given]] = {}
    for each in lines("judge_llmbar", f"outputs/{name}.jsonl"):
        item = items[each["id"]]
        kept.append((item, each["winner"], each["winner_swapped"]))
        for swapped, winner in ((False, each["winner"]), (True, each["winner_swapped"])):
            asked = JudgeQuestion(scorer="s", example_id=item["id"], task=item["input"], answer="one", other="two", swapped=swapped)
            # The data names outputs; a judge names places, and in the other order these are swapped.
            place = None if winner not in ("1", "2") else "first" if (winner == "1") != swapped else "second"
            key = question_id("s", item["id"], "one", swapped=swapped)
            docket.questions[key] = asked
            found = read_grade(PAIR, asked, json.dumps({"reasons": "", "winner": place}))
            given[key] = [Given(judge="j", score=found, error="no winner")]
    grades = grades_of(docket, given)
    return kept, {item["id"]: grades["s", item["id"], "one"] for item, _, _ in kept}


@pytest.mark.parametrize(
    ("judge", "accuracy", "consistency"),
    [
        ("gpt-4-0613__Metrics_Reference", 0.872, 0.916),
        ("gpt-4-0613__Vanilla", 0.845, 0.928),
        ("gpt-4-0613__CoT", 0.813, 0.893),
        ("gpt-3.5-turbo-0613__Vanilla", 0.400, 0.659),
        ("PaLM2__Vanilla", 0.698, 0.726),
        ("LLaMA2__Vanilla", 0.442, 0.749),
        ("Falcon__Vanilla", 0.564, 0.415),
    ],
)
def test_llmbar_judges_agree_with_its_labels_and_with_themselves_as_published(judge: str, accuracy: float, consistency: float) -> None:
    kept, grades = both_orders(judge)
    assert len(kept) == 419
    right = [winner == str(item["label"]) for item, one, other in kept for winner in (one, other)]
    assert round(sum(right) / len(right), 3) == accuracy
    assert round(sum(one == other for _, one, other in kept) / 419, 3) == consistency
    for item, one, other in kept:
        grade = grades[item["id"]]
        if not {one, other} <= {"1", "2"}:
            assert isinstance(grade, Unscored), "a reply without a winner is no loss"
        else:
            assert isinstance(grade, Score)
            assert grade.value == (0.5 if one != other else float(one == "1"))


def test_a_judge_below_chance_on_adversarial_pairs_is_not_good_enough_whatever_its_agreement_elsewhere() -> None:
    kept, grades = both_orders("gpt-3.5-turbo-0613__Vanilla")
    human = np.array([item["label"] == 1 for item, _, _ in kept])
    judged = np.array([isinstance(each, Score) and each.value >= 0.5 for each in grades.values()])
    found = cohen_kappa(confusion(human, judged))
    assert found.kappa is not None
    assert found.kappa < 0
    assert settled_by(found, least=0.6, low=0.4) == (None, "it doesn't agree well enough")


@pytest.mark.parametrize(("judge", "agreement"), [("api__gpt-3.5-turbo", 0.698), ("ft__pandalm-7b", 0.668)])
def test_pandalm_judges_agree_with_the_majority_as_published_and_would_not_decide(judge: str, agreement: float) -> None:
    majority = {each["id"]: each["majority"] for each in lines("judge_pandalm", "items.jsonl")}
    said = {each["id"]: each["verdict"] for each in lines("judge_pandalm", f"outputs/{judge}.jsonl")}
    assert round(sum(said[name] == each for name, each in majority.items()) / len(majority), 3) == agreement
    words = ("1", "2", "tie")
    table = [[sum(each == row and said[name] == column for name, each in majority.items()) for column in words] for row in words]
    found = cohen_kappa(table)
    if judge.startswith("api"):
        assert len(majority) - found.n == 25, "unparseable verdicts are no marks"
    assert found.kappa is not None
    assert found.kappa < 0.6


def test_pandalm_s_people_among_themselves_are_the_ceiling() -> None:
    marks = [dict(zip("abc", each["human"], strict=True)) for each in lines("judge_pandalm", "items.jsonl")]
    pairs = [sum(each[one] == each[other] for each in marks) / len(marks) for one, other in (("a", "b"), ("a", "c"), ("b", "c"))]
    assert all(0.905 <= each <= 0.935 for each in pairs)
    found = labellers_of(marks)
    assert found is not None
    assert found.agreement == pytest.approx(sum(pairs) / 3)
    assert found.alpha is not None
    assert 0.8 < found.alpha < 0.92


def test_a_published_judge_corrected_by_a_hundred_of_its_labels_finds_the_people_s_own_rate() -> None:
    """Of 300 draws of 100 labels, 19 of 20 intervals hold what all labels say."""
    items = {each["id"]: each["majority"] for each in lines("judge_pandalm", "items.jsonl")}
    said = {each["id"]: each["verdict"] for each in lines("judge_pandalm", "outputs/ft__pandalm-7b.jsonl")}
    worth = {"1": 1.0, "tie": 0.0, "2": -1.0}
    names = [name for name in items if said[name] in worth]
    truth = np.array([worth[items[name]] for name in names]) / 2
    judged = np.array([worth[said[name]] for name in names]) / 2
    random = np.random.default_rng(7)
    held = 0
    for _ in range(300):
        order = random.permutation(len(names))
        found = corrected_mean(truth[order[:100]], judged[order[:100]], judged[order[100:]])
        assert found is not None
        interval = found.interval()
        held += interval.low <= truth.mean() <= interval.high
    assert held / 300 >= 0.95 - 3 * np.sqrt(0.95 * 0.05 / 300)
