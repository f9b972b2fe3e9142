import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from outcome_making import make_outcomes

from benchharness.comparison.compare import compare
from benchharness.comparison.missing import readings_of
from benchharness.records.comparison import Comparison, Questions
from benchharness.records.outcomes import Outcomes

ASKED = Questions(accuracy_target=0.95)


def of(name: str, marks: str, path: str = "api", **others: object) -> Outcomes:
    """`1` matched, `0` didn't, `-` not measured."""
    return make_outcomes(candidate=name, path=path, matched=[None if mark == "-" else int(mark) for mark in marks], **others)  # type: ignore[arg-type]


def marks_of(reading: list[Outcomes]) -> dict[str, str]:
    return {each.candidate: "".join(str(mark) for mark in each.matched[np.argsort(each.codes)]) for each in reading}


def read_as(found: Comparison, name: str) -> Comparison:
    return next(each.comparison for each in found.readings if each.name == name)


def test_nothing_missing_leaves_nothing_to_read_otherwise() -> None:
    assert readings_of([of("a", "1100"), of("b", "1010", "fine-tuned")]) == {}
    assert compare([of("a", "1100")], ASKED).readings == ()


def test_every_reading_fills_what_is_missing_and_changes_nothing_else() -> None:
    found = readings_of([of("a", "10-1"), of("b", "-011", "fine-tuned")])
    assert {name: marks_of(each) for name, each in found.items()} == {
        "as-miss": {"a": "1001", "b": "0011"},
        "as-match": {"a": "1011", "b": "1011"},
        "against-api": {"a": "1001", "b": "1011"},
        "against-fine-tuned": {"a": "1011", "b": "0011"},
    }


def test_an_example_without_a_single_row_is_missing_as_well() -> None:
    short = of("a", "11", codes=[0, 2], expected=4)
    full = of("b", "1010", expected=4)
    assert marks_of(readings_of([short, full])["as-miss"]) == {"a": "1010", "b": "1010"}
    unseen = readings_of([of("a", "11", expected=4), of("b", "10", expected=4)])
    assert marks_of(unseen["as-match"]) == {"a": "1111", "b": "1011"}


def test_what_the_run_stopped_asking_is_not_missing() -> None:
    assert readings_of([of("stopped", "00", expected=2), of("full", "1111", expected=4)]) == {}


def test_a_candidate_of_which_every_answer_failed_is_read_like_any_other() -> None:
    found = compare([of("dead", "----"), of("full", "11-1", "fine-tuned")], ASKED)
    assert (found.candidates[0].n, found.candidates[0].rate) == (0, None)
    dead = read_as(found, "as-match").candidates[0]
    assert (dead.n, dead.rate) == (4, 1.0)


def test_a_filled_row_stays_in_its_cluster() -> None:
    clusters = np.array([0, 0, 1, 1])
    short = of("a", "11", codes=[0, 2], clusters=[0, 1], expected=4)
    full = of("b", "1010", clusters=clusters, expected=4)
    filled = readings_of([short, full])["as-miss"][0]
    assert filled.clusters is not None
    assert list(filled.clusters[np.argsort(filled.codes)]) == [0, 0, 1, 1]


def test_a_lead_made_by_the_others_missing_answers_is_no_lead_in_the_worst_case() -> None:
    tuned = of("tuned", "1" * 60 + "0" * 40, "fine-tuned")
    prompt = of("prompt", "1" * 50 + "-" * 40 + "0" * 10)
    found = compare([prompt, tuned], ASKED)

    def lower(each: Comparison) -> float:
        pair = each.pair("tuned", "prompt")
        assert pair is not None
        assert pair.lower is not None
        return pair.lower

    assert lower(read_as(found, "as-miss")) > 0
    assert lower(read_as(found, "against-fine-tuned")) < 0


@given(st.lists(st.sampled_from("10-"), min_size=1, max_size=30), st.lists(st.sampled_from("10-"), min_size=1, max_size=30))
def test_the_true_answers_lie_between_the_readings(first: list[str], second: list[str]) -> None:
    n = min(len(first), len(second))
    given_ = [of("a", "".join(first[:n])), of("b", "".join(second[:n]), "fine-tuned")]
    found = readings_of(given_)
    for at, each in enumerate(given_):
        if not found or not (each.matched >= 0).any():
            continue
        low, high = (int(found[name][at].matched.sum()) for name in ("as-miss", "as-match"))
        assert low == int((each.matched == 1).sum())
        assert high == low + int((each.matched < 0).sum())
