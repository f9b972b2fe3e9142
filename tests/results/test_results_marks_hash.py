"""What the marks of a run are called: the same name however the rows stand and however many are hashed at once."""

import hashlib
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchharness.results.totals import marks_hash
from benchharness.results.writing import arrow_schema

COLUMNS = ["candidate", "prompt", "example_id", "repeat", "score", "matched"]
ROWS = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "Ä"]),
        st.sampled_from(["", "plain"]),
        st.sampled_from(["e1", "e10", "E", "ü", "👍"]),
        st.integers(0, 2),
        st.sampled_from([None, 0.0, 0.5, 1.0]),
        st.sampled_from([None, True, False]),
    ),
    max_size=20,
)


@settings(deadline=None, max_examples=60)
@given(ROWS)
def test_the_name_is_the_hash_of_the_sorted_table(tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[object, ...]]) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    path = tmp_path_factory.mktemp("marks") / "results.parquet"
    schema = pa.schema([arrow_schema().field(name) for name in COLUMNS])
    parquet.write_table(pa.Table.from_pylist([dict(zip(COLUMNS, row, strict=True)) for row in rows], schema=schema), path)
    table = pd.read_parquet(path).sort_values(COLUMNS[:4], kind="stable")
    expected = hashlib.sha256(pd.util.hash_pandas_object(table, index=False).to_numpy().tobytes()).hexdigest()
    assert marks_hash(Path(path)) == f"sha256:{expected}"
