"""Every look at an example is remembered: bars that were moved, answers that were changed and sets that were grown are told."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchharness.errors import SetupError
from benchharness.runner.looks import Look, Looked, Marks, asked_before, look_at, looked_at

PROMPT = {"api": 3}
BOTH = {"api": 3, "fine-tuned": 5}


def look(
    first: int = 0, last: int = 100, marks: Mapping[str, int] = BOTH, *, policy: str = "strict", suite: str = "s", anytime: bool = False
) -> Look:
    """Return a look at examples `first` to `last`; each path has one candidate, whose marks are told apart by a number."""
    asked = np.arange(first, last, dtype=np.uint64) + np.uint64(1000)
    given_ = [
        Marks(path=path, by_example=((asked * np.uint64(mark)) % np.uint64(7) + np.uint64(1)).astype(np.uint8))
        for path, mark in marks.items()
    ]
    rows = asked * np.uint64(sum(mark * 31**at for at, mark in enumerate(marks.values())) + 1)
    return Look(suite=suite, policy_hash=policy, seen_at="2026-01-01", anytime=anytime, examples=asked, rows=rows, marks=given_)


def seen(found: Looked) -> int:
    return int(found.seen.sum())


def test_the_same_marks_under_the_same_policy_are_one_look(tmp_path: Path) -> None:
    store = tmp_path / "store.sqlite"
    for suite in ("s", "s", "renamed"):
        found = look_at(store, look(suite=suite))
        assert (found.count, found.policy_changed, seen(found)) == (1, False, 0)
    assert len(asked_before(store)) == 100


def test_other_answers_are_another_look_and_another_golden_set_starts_anew(tmp_path: Path) -> None:
    store = tmp_path / "store.sqlite"
    look_at(store, look())
    again = look_at(store, look(marks={"api": 3, "fine-tuned": 6}))
    assert (again.count, seen(again)) == (2, 100)
    other = look_at(store, look(500, 600))
    assert (other.count, seen(other)) == (1, 0)


def test_a_policy_chosen_after_results_is_told_and_the_one_before_them_stays_good(tmp_path: Path) -> None:
    store = tmp_path / "store.sqlite"
    look_at(store, look())
    lax = look_at(store, look(policy="lax", suite="renamed"))
    assert (lax.policy_changed, lax.elsewhere, seen(lax)) == (True, ("s",), 100)
    first = look_at(store, look())
    assert (first.policy_changed, first.elsewhere, seen(first)) == (False, (), 0)


def test_a_policy_stands_for_the_examples_it_was_first_asked_of_and_for_no_others(tmp_path: Path) -> None:
    """Whoever tries every target on one example first has fixed none of them for the rest."""
    store = tmp_path / "store.sqlite"
    for policy in ("95", "90", "80"):
        look_at(store, look(0, 1, policy=policy))
    assert not look_at(store, look(policy="95")).policy_changed
    later = look_at(store, look(policy="80"))
    assert later.policy_changed
    assert seen(later) == 100


def test_bars_tried_on_a_handful_are_told_and_the_handful_is_not_fresh() -> None:
    found = looked_at(look(policy="new"), [look(0, 5, policy="old")])
    assert (found.policy_changed, seen(found), found.count) == (False, 5, 2)


def test_a_grown_a_shrunk_and_an_overlapping_set_are_looks_at_what_they_share() -> None:
    for first, last, shared in ((0, 150, 100), (0, 60, 60), (50, 200, 50)):
        found = looked_at(look(first, last), [look()])
        assert (found.count, seen(found)) == (2, shared)


def test_a_fine_tune_beside_the_prompts_that_fell_short_is_no_second_try() -> None:
    assert seen(looked_at(look(), [look(marks=PROMPT)])) == 0
    assert seen(looked_at(replace(look(), marks=[*look().marks, *look(marks={"classical": 9}).marks]), [look()])) == 0


def test_another_fine_tune_or_a_prompt_left_out_is_a_second_try() -> None:
    second = replace(look(), marks=[*look().marks, *look(marks={"fine-tuned": 6}).marks])
    assert seen(looked_at(second, [look()])) == 100
    assert seen(looked_at(look(marks={"fine-tuned": 5}), [look()])) == 100


def test_answers_that_were_missing_may_come_later() -> None:
    holed = [replace(each, by_example=np.where(np.arange(100) < 20, 0, each.by_example).astype(np.uint8)) for each in look().marks]
    assert seen(looked_at(look(), [replace(look(), marks=holed)])) == 0


def test_a_set_grows_freely_only_when_every_look_was_one_that_may_be_repeated() -> None:
    assert seen(looked_at(look(0, 150, anytime=True), [look(anytime=True)])) == 0
    assert seen(looked_at(look(0, 150, anytime=True), [look()])) == 100
    assert seen(looked_at(look(0, 150), [look(anytime=True)])) == 100
    assert seen(looked_at(look(50, 150, anytime=True), [look(anytime=True)])) == 50, "what was asked must be asked again"
    forgotten = [
        replace(each, by_example=np.where(np.arange(150) < 20, 0, each.by_example).astype(np.uint8)) for each in look(0, 150).marks
    ]
    assert seen(looked_at(replace(look(0, 150, anytime=True), marks=forgotten), [look(anytime=True)])) == 100


def test_rows_whose_questions_nobody_knows_are_known_by_id_and_marks(tmp_path: Path) -> None:
    store, nothing = tmp_path / "store.sqlite", np.empty(0, dtype=np.uint64)
    look_at(store, look())
    copied = look_at(store, replace(look(policy="lax"), examples=nothing))
    assert copied.policy_changed
    assert seen(look_at(store, replace(look(0, 150), examples=nothing))) == 100


@given(st.permutations(range(20)), st.sets(st.integers(0, 19), max_size=19))
def test_the_order_of_examples_and_what_is_left_out_never_make_one_fresh(order: list[int], gone: set[int]) -> None:
    whole, at = look(0, 20), np.array([each for each in order if each not in gone], dtype=np.int64)
    marks = [replace(each, by_example=each.by_example[at]) for each in whole.marks]
    moved = replace(whole, examples=whole.examples[at], rows=whole.rows[at], marks=marks)
    assert seen(looked_at(moved, [whole])) == (len(at) if gone else 0)
    assert looked_at(replace(moved, policy_hash="lax"), [whole]).policy_changed


def test_a_damaged_file_is_told(tmp_path: Path) -> None:
    store = tmp_path / "store.sqlite"
    store.write_text("no database at all, and long enough to be taken for none" * 20)
    with pytest.raises(SetupError, match="looks"):
        look_at(store, look())
    with pytest.raises(SetupError, match="looks"):
        asked_before(store)


def test_a_million_examples_take_sixteen_bytes_each(tmp_path: Path) -> None:
    store = tmp_path / "store.sqlite"
    look_at(store, look(0, 1_000_000))
    assert look_at(store, look(0, 1_000_100)).seen.sum() == 1_000_000
    assert store.stat().st_size < 2 * 19_000_000
