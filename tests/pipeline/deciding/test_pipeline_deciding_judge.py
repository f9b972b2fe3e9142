"""What labels make of a judge: an answer counts once, however often it stands there."""

from benchharness.pipeline.deciding.judge import calibration_of

MARKS = [["", "", f"e{at}", at % 3 != 0, at % 3 != 0 or at == 9, True, f"hash {at}"] for at in range(40)]


def test_copies_of_a_label_make_nobody_surer() -> None:
    copies = [[f"nobody {copy}", *mark[1:]] for copy in range(5) for mark in MARKS]
    assert calibration_of(copies) == calibration_of(MARKS)
    assert calibration_of(MARKS)[0] == 40


def test_two_answers_to_one_example_are_two_labels() -> None:
    other = [[*mark[:-1], "another"] for mark in MARKS]
    assert calibration_of([*MARKS, *other])[0] == 80


def test_what_is_no_mark_is_no_label() -> None:
    assert calibration_of([*MARKS, [], "nonsense", ["", "", 7, True, True, True, "hash"], MARKS[0][:-1]]) == calibration_of(MARKS)
