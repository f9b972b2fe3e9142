"""A journal becomes a Parquet file: every row whole, in its place, and the bytes don't depend on how it was done."""

import json
import random
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from benchharness.records.answer import AnswerStatus, LatencyKind
from benchharness.records.row import COLUMNS, Row
from benchharness.results import writing
from benchharness.results.reading import read_columns, read_rows
from benchharness.results.writing import arrow_schema, read_asked, write_asked, write_parquet
from benchharness.runner.journal import Journal


def rows(count: int) -> list[Row]:
    draw = random.Random(4)
    found = []
    for at in range(count):
        missing = draw.random() < 0.2
        found.append(
            Row(
                candidate=draw.choice("ab"),
                prompt=draw.choice(("", "plain")),
                path="api",
                example_id=f"e{at}",
                repeat=draw.choice((0, 1)),
                output=None if missing else draw.choice(("yes", "nö\n", "x" * 50)),
                status=AnswerStatus.ERROR if missing else AnswerStatus.ANSWERED,
                scores={} if missing else {"exact": 1.0, "label": 0},
                score=None if missing else draw.choice((0, 1, 0.5)),
                matched=None if missing else draw.random() < 0.5,
                latency_s=draw.random(),
                latency_kind=draw.choice(list(LatencyKind)),
                input_tokens=draw.choice((None, 7)),
                effective_params={"temperature": 0.0, "stop": ["a"], "none": None},
            )
        )
    return found


def order(row: Any) -> tuple[int, int, int]:
    return "ab".index(row["candidate"]), int(row["example_id"][1:]) % 7, row["repeat"]


def plainly_written(path: Path, kept: list[Row], at_once: int) -> Path:
    """Write rows as Arrow itself reads a list of them."""
    with parquet.ParquetWriter(path, arrow_schema(), compression="zstd") as writer:
        for begin in range(0, len(kept), at_once):
            plain = []
            for row in kept[begin : begin + at_once]:
                values = {name: getattr(row, name) for name in COLUMNS}
                values["scores"] = [(name, float(score)) for name, score in row.scores.items()]
                values["effective_params"] = [(name, json.dumps(value)) for name, value in row.effective_params.items()]
                plain.append({**values, "status": row.status.value, "latency_kind": row.latency_kind.value})
            writer.write_table(pa.Table.from_pylist(plain, schema=arrow_schema()))
    return path


@pytest.mark.parametrize(("at_once", "as_objects"), [(20_000, 500), (90, 7), (1, 1)])
def test_the_file_is_the_one_arrow_makes_of_the_sorted_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: int, as_objects: int
) -> None:
    monkeypatch.setattr(writing, "ROWS_AT_ONCE", at_once)
    monkeypatch.setattr(writing, "ROWS_AS_OBJECTS", as_objects)
    kept = rows(200)
    with Journal(tmp_path / "rows.jsonl") as journal:
        for row in kept:
            journal.write(row)
    with (tmp_path / "rows.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"candidate": "a row in the mak')
    write_parquet(tmp_path / "rows.jsonl", tmp_path / "results.parquet", order)
    expected = sorted(kept, key=lambda row: order({name: getattr(row, name) for name in COLUMNS}))
    assert list(read_rows(tmp_path / "results.parquet")) == expected
    plain = plainly_written(tmp_path / "plain.parquet", expected, at_once)
    assert (tmp_path / "results.parquet").read_bytes() == plain.read_bytes()
    assert not (tmp_path / "results.tmp").exists()


def test_long_rows_are_written_few_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "BYTES_AT_ONCE", 3_000)
    with Journal(tmp_path / "rows.jsonl") as journal:
        for row in rows(40):
            journal.write(row)
    write_parquet(tmp_path / "rows.jsonl", tmp_path / "results.parquet", order)
    with parquet.ParquetFile(tmp_path / "results.parquet") as file:
        assert file.metadata.num_rows == 40
        assert file.num_row_groups > 5


def test_a_row_that_leaves_columns_out_has_their_defaults(tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").write_text('{"candidate": "a", "example_id": "e1", "repeat": 0, "score": 1}\n', encoding="utf-8")
    write_parquet(tmp_path / "rows.jsonl", tmp_path / "results.parquet", order)
    assert list(read_rows(tmp_path / "results.parquet")) == [Row(candidate="a", example_id="e1", score=1.0)]


def test_some_rows_are_read_in_the_order_they_are_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchharness.results.reading.ROWS_AT_ONCE", 16)
    path = plainly_written(tmp_path / "results.parquet", rows(100), 30)
    whole = read_columns(path, ("example_id", "matched"))
    for only in ([], [99, 0, 50, 0], list(range(100))):
        assert read_columns(path, ("example_id", "matched"), only=only) == {
            name: [values[at] for at in only] for name, values in whole.items()
        }


@pytest.mark.parametrize("at_once", [20_000, 3])
def test_what_was_asked_comes_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: int) -> None:
    monkeypatch.setattr(writing, "ROWS_AT_ONCE", at_once)
    asked = {f"e{at}": f"{at:016x}" for at in range(10)}
    write_asked(iter(asked.items()), tmp_path / "asked.parquet")
    assert read_asked(tmp_path / "asked.parquet") == asked
