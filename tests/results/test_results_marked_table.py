"""A run's table is read as wide as it's written today, takes new marks, and tells what they changed."""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from benchharness.errors import SetupError
from benchharness.records.answer import AnswerStatus
from benchharness.records.score import Mark
from benchharness.results.marked_table import alike, answered, differing, read_run_table, stored_rows, with_marks
from benchharness.results.writing import arrow_schema


def table() -> Any:
    """Return four rows: two alike, an error, and one that answers otherwise."""
    known: dict[str, list[Any]] = {
        "candidate": ["a"] * 4, "prompt": ["p"] * 4, "example_id": ["e0", "e1", "e2", "e3"], "repeat": [0] * 4, "cached": [False] * 4,
        "output": ["x", "x", None, "y"], "status": ["answered", "answered", "error", "answered"],
        "matched": [True, None, None, False], "scores": [[("old", 1.0)]] * 4,
    }  # fmt: skip
    return pa.table({each.name: pa.array(known.get(each.name, [None] * 4), each.type) for each in arrow_schema()}, schema=arrow_schema())


def test_a_file_of_an_older_version_gets_the_columns_it_lacks(tmp_path: Path) -> None:
    path = tmp_path / "results.parquet"
    parquet.write_table(table().drop_columns(["cache_write_tokens", "parsed"]), path)
    found = read_run_table(path)
    assert found.schema.names == arrow_schema().names
    assert found["parsed"].null_count == 4
    path.write_text("no parquet")
    with pytest.raises(SetupError, match="is no run's results"):
        read_run_table(path)


def test_rows_with_one_answer_and_one_target_are_alike() -> None:
    places = answered(table())
    assert places.tolist() == [0, 1, 3]
    group, first = alike(table(), places, ["output"], lambda _: "same")
    assert (group.tolist(), first.tolist()) == ([0, 0, 1], [0, 2])
    group, first = alike(table(), places, ["output"], lambda name: name)
    assert len(first) == 3
    rows = stored_rows(table(), places[first], whole=False)
    assert [(each.example_id, each.output) for each in rows] == [
        ("e0", "x"),
        ("e1", "x"),
        ("e3", "y"),
    ]


def test_marks_go_to_their_rows_and_the_others_keep_theirs() -> None:
    old, places = table(), answered(table())
    marks = [
        Mark(status=AnswerStatus.ANSWERED, score=1.0, matched=True, parsed="x", scores={"new": 1.0, "second": 0.5}),
        Mark(status=AnswerStatus.UNPARSABLE, score=0.0, matched=False, why="no label"),
    ]
    new = with_marks(old, places, np.array([0, 0, 1]), marks)
    assert new["matched"].to_pylist() == [True, True, None, False]
    assert new["status"].to_pylist() == ["answered", "answered", "error", "unparsable"]
    assert new["scores"].to_pylist() == [[("new", 1.0), ("second", 0.5)]] * 2 + [[], []]
    assert new["error"].to_pylist() == [None, None, None, "no label"]
    assert differing(old, new) == (3, 2), "one row is measured now, another is another miss"
    assert differing(old, old) == (3, 0)
