import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score, f1_score, precision_score, recall_score

from benchharness.results.by_label import label_report

labels = st.sampled_from(["no-result", "vague", "strong"])


@given(st.lists(st.tuples(labels, labels), min_size=1, max_size=60))
def test_the_numbers_are_scikit_learns(pairs: list[tuple[str, str]]) -> None:
    report = label_report(pairs)
    targets, found = [one for one, _ in pairs], [two for _, two in pairs]
    assert report.accuracy == pytest.approx(sum(one == two for one, two in pairs) / len(pairs))
    assert report.macro_f1 == pytest.approx(f1_score(targets, found, average="macro", zero_division=0))
    names = list(report.classes)
    recall = recall_score(targets, found, labels=names, average=None, zero_division=math.nan)
    precision = precision_score(targets, found, labels=names, average=None, zero_division=math.nan)
    for at, name in enumerate(names):
        mine = report.classes[name]
        assert mine.recall == (None if math.isnan(recall[at]) else pytest.approx(recall[at]))
        assert mine.precision == (None if math.isnan(precision[at]) else pytest.approx(precision[at]))
    if len(set(targets) | set(found)) > 1:
        assert report.kappa == pytest.approx(cohen_kappa_score(targets, found))


def test_an_answer_without_a_label_is_wrong_and_counted_apart() -> None:
    report = label_report([("vague", None), ("vague", "vague"), ("strong", None)])
    assert report.unparsable == 2
    assert report.accuracy == pytest.approx(1 / 3)
    assert report.classes["strong"].precision is None
    assert report.confusion["vague"] == {"unparsable": 1, "vague": 1}


def test_one_label_on_both_sides_has_no_kappa() -> None:
    assert label_report([("vague", "vague")] * 5).kappa is None
    assert label_report([]).accuracy is None
