"""Rows from anywhere are read for what they say, or refused by name; nothing becomes a miss, a match or a cluster by being odd."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from pyarrow import parquet

from benchharness.errors import MistakesError
from benchharness.pipeline.decide import decide_file
from benchharness.pipeline.deciding.verdict import Decided
from benchharness.pipeline.loading.policy import load_suite
from benchharness.results.reading import read_rows, read_table

SUITE = "name: odd\ncandidates: [{name: mini, path: api}]\ndecision: {accuracy_target: 0.95}\n"
ROWS = tuple({"candidate": "mini", "example_id": f"e{at}", "matched": at % 5 > 0} for at in range(20))


def jsonl(path: Path, rows: Sequence[Mapping[str, Any]], before: str = "") -> Path:
    path.write_text(before + "".join(json.dumps(row) + "\n" for row in rows))
    return path


def decided(folder: Path, results: Path) -> Decided:
    (folder / "suite.yaml").write_text(SUITE)
    return decide_file(load_suite(folder / "suite.yaml").suite, results)


def refused(path: Path) -> str:
    with pytest.raises(MistakesError) as caught:
        read_table(path)
    return str(caught.value.mistakes[0])


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("target", ["a", "b"], "target: expected a text or a number, got a list"),
        ("target", {"a": 1}, "target: expected a text or a number, got a mapping"),
        ("example_id", ["e"], "example_id: expected a text or a number, got a list"),
        ("matched", {"a": 1}, "matched: expected a text or a number, got a mapping"),
        ("matched", 0.5, "matched: 0.5 is neither 0 nor 1"),
        ("status", "timeout", "status: unknown status 'timeout'"),
        ("score", 10**400, "score: inf is not between 0 and 1"),
        ("score", float("nan"), "NaN is no number"),
        ("score", float("-inf"), "-Infinity is no number"),
    ],
)
def test_a_value_that_says_nothing_clear_is_named_with_its_line(tmp_path: Path, column: str, value: object, words: str) -> None:
    path = jsonl(tmp_path / "rows.jsonl", [*ROWS, {"candidate": "mini", "example_id": "odd", column: value}])
    told = refused(path)
    assert "rows.jsonl:21" in told
    assert words in told


def test_empty_lines_do_not_shift_the_line_that_is_named(tmp_path: Path) -> None:
    path = jsonl(tmp_path / "rows.jsonl", [{"candidate": "mini", "example_id": "e", "score": 3}], before="\n\n")
    assert "rows.jsonl:3" in refused(path)


def test_a_half_empty_column_of_a_csv_file_is_no_cluster_no_status_no_path_and_no_target(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    cells = (f"mini,e{at},{1 if at % 5 else 0},{'thread' if at < 2 else ''},,," for at in range(20))
    path.write_text("candidate,example_id,matched,cluster,status,path,target\n" + "\n".join(cells))
    found = decided(tmp_path, path).comparison
    best = found.candidates[0]
    assert (best.n, best.rate, best.path, best.statuses) == (20, 0.8, "api", {"answered": 20})
    assert found.triviality is None
    # Nineteen units: eighteen lone examples and one pair. One cluster of eighteen would leave nearly nothing known.
    assert best.interval is not None
    assert best.interval.high - best.interval.low < 0.45


def test_a_row_nobody_claims_is_refused_though_its_path_is_an_empty_cell(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("candidate,example_id,matched,path\nmini,e1,1,api\nstranger,e1,1,\n")
    with pytest.raises(MistakesError, match="1 mistake") as caught:
        decided(tmp_path, path)
    assert "stranger" in str(caught.value.mistakes[0])


def test_the_categories_of_pandas_are_read_as_the_texts_they_are(tmp_path: Path) -> None:
    plain = pd.DataFrame([{**row, "prompt": prompt} for prompt in ("short", None) for row in ROWS])
    categories = plain.astype(dict.fromkeys(("candidate", "example_id", "prompt"), "category"))
    plain.to_parquet(tmp_path / "plain.parquet")
    categories.to_parquet(tmp_path / "categories.parquet")
    assert decided(tmp_path, tmp_path / "plain.parquet") == decided(tmp_path, tmp_path / "categories.parquet")


@pytest.mark.parametrize("kind", [pa.float16(), pa.float32(), pa.float64(), pa.dictionary(pa.int8(), pa.float64())], ids=str)
@pytest.mark.parametrize("column", ["score", "matched"])
def test_a_nan_written_to_parquet_is_named_in_every_kind_of_float(tmp_path: Path, kind: pa.DataType, column: str) -> None:
    import numpy as np

    wanted = kind.value_type if pa.types.is_dictionary(kind) else kind
    values = pa.array(np.array([1, np.nan]).astype(wanted.to_pandas_dtype()), wanted, from_pandas=False)
    if wanted is not kind:
        values = values.dictionary_encode()
    path = tmp_path / "rows.parquet"
    parquet.write_table(pa.table({"candidate": ["mini"] * 2, "example_id": ["e0", "e1"], column: values}), path)
    assert f"rows.parquet:2: {column}: NaN" in refused(path)


def test_a_decision_reads_only_the_columns_it_needs_and_a_replay_reads_the_answers(tmp_path: Path) -> None:
    path = tmp_path / "rows.parquet"
    pd.DataFrame([{**row, "output": "long", "cost_usd": 0.1} for row in ROWS]).to_parquet(path)
    assert not {"output", "cost_usd"} & set(read_table(path).columns)
    first = next(iter(read_rows(path)))
    assert (first.output, first.cost_usd, first.matched) == ("long", 0.1, False)


def test_a_file_that_lacks_a_column_is_told_what_it_has(tmp_path: Path) -> None:
    path = tmp_path / "rows.parquet"
    pd.DataFrame([{"candidate": "mini", "id": "e", "matched": True, "output": "x"}]).to_parquet(path)
    with pytest.raises(MistakesError) as caught:
        read_table(path)
    mistake = caught.value.mistakes[0]
    assert mistake.message == "no column example_id"
    assert mistake.hint == "it has candidate, id, matched, output"
