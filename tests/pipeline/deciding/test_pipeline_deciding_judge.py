"""What labels make of a judge: an answer counts once, however often it stands there."""

from typing import Any

from benchharness.pipeline.deciding.judge import calibration_of
from benchharness.records.json_form import from_json
from benchharness.records.run_facts import JudgeFacts

MARKS = [["", "", f"e{at}", at % 3 != 0, at % 3 != 0 or at == 9, True, f"hash {at}"] for at in range(40)]


def calibrated(marks: list[Any]) -> tuple[int, float | None, float | None]:
    """Return what a run's record makes of the marks that stand in it."""
    return calibration_of(from_json(JudgeFacts, {"marks": marks}).marks)


def test_copies_of_a_label_make_nobody_surer() -> None:
    copies = [[f"nobody {copy}", *mark[1:]] for copy in range(5) for mark in MARKS]
    assert calibrated(copies) == calibrated(MARKS)
    assert calibrated(MARKS)[0] == 40


def test_two_answers_to_one_example_are_two_labels() -> None:
    other = [[*mark[:-1], "another"] for mark in MARKS]
    assert calibrated([*MARKS, *other])[0] == 80


def test_what_is_no_mark_is_no_label() -> None:
    assert calibrated([*MARKS, [], "nonsense", ["", "", 7, True, True, True, "hash"], MARKS[0][:-1]]) == calibrated(MARKS)
