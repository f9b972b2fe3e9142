"""A run's own rows read as numbers say the same as rows from anywhere, and whatever would be refused goes their way."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from benchharness.errors import MistakesError
from benchharness.pipeline.loading.effort import roster_of
from benchharness.records.leakage import Leakage
from benchharness.records.row import MEASURED_COLUMNS
from benchharness.records.suite import Suite
from benchharness.results.frame_rows import marked_frame
from benchharness.results.outcomes import MarkedRows, leaked_parts, outcomes_of
from benchharness.results.own_rows import COLUMNS, DecidableRows, decidable_rows, own_rows
from benchharness.results.reading import read_table
from benchharness.results.totals import candidate_totals, totals_of
from benchharness.results.writing import arrow_schema
from benchharness.scorers import scorer_options
from benchharness.suite.reading import parse_suite

SUITE = """name: s
golden_set: {path: g.jsonl}
prompts: {one: {user: "{{ input }}"}, two: {user: "{{ input }}!"}}
candidates:
  - {name: b, path: api, model: rehearsal/any, prompts: [two, one], rehearsal: {accuracy: 0.8}}
  - {name: ä, path: fine-tuned, model: rehearsal/any, prompts: [one], rehearsal: {accuracy: 0.8}}
scorers: [{type: exact, primary: true}]
decision: {accuracy_target: 0.9}
"""
PATH_OF = {"b": "api", "ä": "fine-tuned"}
LEAKAGE = Leakage(checked=True, golden=9, leaked=("e1", "ü"))
SCHEMA = pa.schema([arrow_schema().field(name) for name in dict.fromkeys((*COLUMNS, *MEASURED_COLUMNS))])


@pytest.fixture(scope="module")
def suite() -> Suite:
    return parse_suite(SUITE, path=Path("s.yaml"), scorer_options=scorer_options()).suite


ROW = st.fixed_dictionaries(
    {
        "candidate": st.sampled_from(["b", "ä"]),
        "prompt": st.sampled_from(["one", "two", "", "other"]),
        "example_id": st.sampled_from(["e1", "e10", "E", "ü", "👍"]),
        "repeat": st.integers(0, 1),
        "path": st.none() | st.just("own"),
        "cluster": st.sampled_from([None, None, "c1", "c2"]),
        "status": st.sampled_from(["answered", "answered", "refused", "error", None]),
        "target": st.sampled_from([None, "yes", "no"]),
        "mark": st.sampled_from([None, 0.0, 1.0, 0.25]),
        "latency_s": st.none() | st.floats(0, 9),
        "cost_usd": st.none() | st.floats(0, 9),
        "input_tokens": st.none() | st.integers(0, 99),
        "output_tokens": st.integers(0, 99),
        "cached": st.sampled_from([None, True, False, False]),
    }
)


def sound(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row as a run writes it: an error has no mark, a refusal is a miss."""
    mark = {"error": None, "refused": 0.0}.get(row["status"], row["mark"])
    matched = None if mark is None else mark >= 0.5
    stated = {**row, "path": PATH_OF[row["candidate"]] if row["path"] else None, "score": mark, "matched": matched}
    return {name: stated[name] for name in SCHEMA.names}


def written(path: Path, rows: list[dict[str, Any]]) -> Path:
    parquet.write_table(pa.Table.from_pylist(rows, schema=SCHEMA), path)
    return path


def like_anybody(results: Path, suite: Suite, expected: Any) -> DecidableRows:
    roster = roster_of(suite)
    return decidable_of(marked_frame(read_table(results), roster, str(results)), suite, expected)


def decidable_of(rows: MarkedRows, suite: Suite, expected: Any) -> DecidableRows:
    outcomes = outcomes_of(rows, roster_of(suite), expected)
    return DecidableRows(outcomes=outcomes, targets=rows.targets, leakage=leaked_parts(LEAKAGE, outcomes, rows.ids), ids=rows.ids)


def told(rows: DecidableRows) -> list[Any]:
    found: list[Any] = [rows.targets, list((rows.targets or {}).items()), rows.leakage, list(rows.ids)]
    for each in rows.outcomes:
        arrays = [getattr(each, name) for name in ("codes", "matched", "scores", "clusters")]
        found += [[None if values is None else (values.dtype, values.tobytes()) for values in arrays]]
        found += [each.key, each.path, list(each.statuses.items()), each.expected, each.missing_examples]
    return found


@settings(deadline=None, max_examples=80)
@given(
    st.lists(ROW, min_size=1, max_size=14, unique_by=lambda row: (row["candidate"], row["prompt"], row["example_id"], row["repeat"])),
    st.sampled_from([5, {"b/one": 3, "ä/one": 2}]),
)
def test_rows_of_a_run_say_what_rows_from_anywhere_say(
    tmp_path_factory: pytest.TempPathFactory, suite: Suite, rows: list[dict[str, Any]], expected: Any
) -> None:
    results = written(tmp_path_factory.mktemp("own") / "results.parquet", [sound(row) for row in rows])
    own = own_rows(results, roster_of(suite))
    assert own is not None
    assert told(decidable_of(own, suite, expected)) == told(like_anybody(results, suite, expected))
    assert repr(candidate_totals(results)) == repr(totals_of(pd.read_parquet(results)))


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"score": 1.5, "matched": None}, "1.5 is not between 0 and 1"),
        ({"score": float("nan"), "matched": None}, "NaN is no number"),
        ({"score": 0.0, "matched": True}, "says matched beside a score of 0"),
        ({"status": "lost"}, "unknown status 'lost'"),
        ({"status": "error"}, "was not measured"),
        ({"status": "refused"}, "counts as a miss"),
        ({"path": "fine-tuned"}, "is fine-tuned here and api in the suite"),
        ({"path": "odd"}, "unknown path 'odd'"),
        ({"candidate": "stranger"}, "the suite has no candidate 'stranger'"),
        ({"example_id": ""}, "is empty"),
        ({"example_id": "e2"}, "a second row of b for e2"),
        ({"repeat": -1}, "expected a whole number from 0"),
    ],
)
def test_what_is_refused_is_named_as_ever(tmp_path: Path, suite: Suite, wrong: dict[str, Any], message: str) -> None:
    good = {"candidate": "b", "prompt": "one", "repeat": 0, "status": "answered", "score": 1.0, "matched": True}
    rows = [{**good, "example_id": "e1"}, {**good, "example_id": "e2"}, {**good, "example_id": "e3"}]
    rows[0] |= wrong
    results = written(tmp_path / "results.parquet", rows)
    with pytest.raises(MistakesError) as caught:
        decidable_rows(results, roster_of(suite), 3, Leakage(checked=False, golden=3))
    assert message in str(caught.value.mistakes[0])


def test_rows_of_other_types_go_the_way_of_rows_from_anywhere(tmp_path: Path, suite: Suite) -> None:
    row = {"candidate": "b", "prompt": "one", "example_id": "e1", "repeat": 0, "status": "answered", "score": 1.0, "matched": True}
    path = tmp_path / "results.parquet"
    pd.DataFrame([{**row, "cluster": None, "path": None, "target": "yes"}]).astype({"candidate": "category"}).to_parquet(path)
    assert own_rows(path, roster_of(suite)) is None
    found = decidable_rows(path, roster_of(suite), 1, LEAKAGE)
    assert [each.key for each in found.outcomes] == ["b/one"]
    assert found.targets == {"yes": 1}
    np.testing.assert_array_equal(found.outcomes[0].matched, [1])
