"""Every look at a golden set is counted, and a policy changed after results is told."""

from dataclasses import replace
from pathlib import Path

import pytest

from benchharness.errors import SetupError
from benchharness.runner.looks import Look, look_at

FIRST = Look(golden_set="g", suite="s", policy_hash="strict", results_hash="r1", seen_at="2026-01-01T00:00:00")


def test_the_same_results_under_the_same_policy_are_one_look(tmp_path: Path) -> None:
    store = tmp_path / "store.sqlite"
    assert look_at(store, FIRST).count == 1
    again = look_at(store, replace(FIRST, seen_at="2026-01-02T00:00:00"))
    assert (again.count, again.policy_changed) == (1, False)


def test_other_answers_are_another_look_and_another_golden_set_starts_anew(tmp_path: Path) -> None:
    store = tmp_path / "store.sqlite"
    look_at(store, FIRST)
    assert look_at(store, replace(FIRST, results_hash="r2", seen_at="2026-01-02T00:00:00")).count == 2
    assert look_at(store, replace(FIRST, golden_set="fresh", seen_at="2026-01-03T00:00:00")).count == 1


def test_a_policy_chosen_after_results_is_told_and_the_one_before_them_stays_good(tmp_path: Path) -> None:
    store = tmp_path / "store.sqlite"
    look_at(store, FIRST)
    assert look_at(store, replace(FIRST, policy_hash="lax", seen_at="2026-01-02T00:00:00")).policy_changed
    assert not look_at(store, replace(FIRST, results_hash="r2", seen_at="2026-01-03T00:00:00")).policy_changed


def test_a_damaged_file_is_told(tmp_path: Path) -> None:
    store = tmp_path / "store.sqlite"
    store.write_text("no database at all, and long enough to be taken for none" * 20)
    with pytest.raises(SetupError, match="looks"):
        look_at(store, FIRST)


def test_another_name_makes_no_fresh_golden_set(tmp_path: Path) -> None:
    store = tmp_path / "responses.sqlite"
    look_at(store, FIRST)
    renamed = replace(FIRST, suite="renamed", policy_hash="lax", seen_at="2026-01-02T00:00:00")
    assert look_at(store, renamed).elsewhere == (FIRST.suite,)
    assert look_at(store, replace(FIRST, results_hash="r2", seen_at="2026-01-03T00:00:00")).elsewhere == (), "the first one stays good"
    assert look_at(store, replace(FIRST, suite="twin", seen_at="2026-01-04T00:00:00")).elsewhere == ("renamed",)
