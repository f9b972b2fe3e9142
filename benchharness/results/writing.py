"""Write rows as Parquet: the finished form of a run's results."""

import json
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from benchharness.records.json_form import to_json
from benchharness.records.row import COLUMNS, Row
from benchharness.results.arrow import column_of, give_back

__all__ = ["arrow_schema", "read_asked", "write_asked", "write_parquet", "write_table"]

ROWS_AT_ONCE = 20_000
# Long outputs would make so many rows hundreds of MB.
BYTES_AT_ONCE = 1 << 25
ROWS_AS_OBJECTS = 500
TEXT = (
    "candidate", "prompt", "path", "provider", "model", "served_model", "example_id", "cluster", "output", "parsed", "target", "status",
    "error", "finish_reason", "latency_kind", "started_at",
)  # fmt: skip
WHOLE = ("repeat", "input_tokens", "cached_tokens", "cache_write_tokens", "output_tokens", "reasoning_tokens", "attempts")
NUMBER = ("score", "cost_usd", "latency_s")
FLAG = ("matched", "cached")
DEFAULTS: Mapping[str, Any] = to_json(Row(candidate="", example_id=""))


def arrow_schema() -> Any:
    """Return the columns' types; `effective_params` holds JSON text by parameter."""
    import pyarrow as pa

    types: dict[str, Any] = {
        **dict.fromkeys(TEXT, pa.string()),
        **dict.fromkeys(WHOLE, pa.int64()),
        **dict.fromkeys(NUMBER, pa.float64()),
        **dict.fromkeys(FLAG, pa.bool_()),
        "scores": pa.map_(pa.string(), pa.float64()),
        "effective_params": pa.map_(pa.string(), pa.string()),
    }
    return pa.schema([(name, types[name]) for name in COLUMNS])


def write_parquet(journal: Path, results: Path, order: Callable[[Mapping[str, Any]], tuple[int, int, int]]) -> None:
    """Write the rows of a journal to `results`, sorted by `order`, all or nothing: the file appears when it's whole.

    Of each row four numbers are held, and the rows of one part of the file: 20,000, or fewer when they are long.
    """
    import pyarrow as pa
    from pyarrow import parquet

    schema = arrow_schema()
    unfinished = results.with_suffix(".tmp")
    with parquet.ParquetWriter(unfinished, schema, compression="zstd") as writer:
        for part in _parts(journal, order):
            batches = [pa.record_batch(_columns(piece, schema), schema=schema) for piece in part]
            writer.write_table(pa.Table.from_batches(batches, schema=schema))
    unfinished.replace(results)
    give_back()


def _parts(journal: Path, order: Callable[[Mapping[str, Any]], tuple[int, int, int]]) -> Iterator[Iterator[list[bytes]]]:
    """Yield the lines of a journal in order, as many at a time as are written at once, and of these a few at a time."""
    places: list[tuple[int, int]] = []
    room = BYTES_AT_ONCE
    with journal.open("rb", buffering=0) as file:
        for place in _sorted(journal, order):
            places.append(place)
            room -= place[1]
            if len(places) == ROWS_AT_ONCE or room <= 0:
                yield _pieces(file, places)
                places, room = [], BYTES_AT_ONCE
        if places:
            yield _pieces(file, places)


def _pieces(file: Any, places: Sequence[tuple[int, int]]) -> Iterator[list[bytes]]:
    """Yield some lines of a journal, so few that they may be Python's objects, which take ten times the room."""
    for first in range(0, len(places), ROWS_AS_OBJECTS):
        lines = []
        for begin, length in places[first : first + ROWS_AS_OBJECTS]:
            file.seek(begin)
            lines.append(file.read(length))
        yield lines


def _sorted(journal: Path, order: Callable[[Mapping[str, Any]], tuple[int, int, int]]) -> Iterator[tuple[int, int]]:
    """Yield where each whole line of a journal begins and how long it is, sorted by `order`."""
    import numpy as np

    keys = (array("q"), array("q"), array("q"))
    begins, lengths = array("Q"), array("Q")
    begin = 0
    with journal.open("rb") as file:
        for line in file:
            if line.endswith(b"\n"):
                for key, value in zip(keys, order(json.loads(line)), strict=True):
                    key.append(value)
                begins.append(begin)
                lengths.append(len(line))
            begin += len(line)
    for at in np.lexsort([np.array(key) for key in reversed(keys)]):
        yield begins[at], lengths[at]


def _columns(lines: Iterable[bytes], schema: Any) -> list[Any]:
    """Return the columns of rows as Arrow has them; what a row leaves out has the record's default."""
    rows = [{**DEFAULTS, **json.loads(line)} for line in lines]
    for row in rows:
        row["scores"] = list(row["scores"].items())
        row["effective_params"] = [(name, json.dumps(value)) for name, value in row["effective_params"].items()]
    return [column_of([row[each.name] for row in rows], each.type) for each in schema]


def write_table(table: Any, path: Path) -> None:
    """Write a table of rows (pyarrow, with our columns) to `path`, all or nothing."""
    from pyarrow import parquet

    unfinished = path.with_suffix(".tmp")
    parquet.write_table(table.cast(arrow_schema()), unfinished, compression="zstd")
    unfinished.replace(path)


def write_asked(asked: Iterable[tuple[str, str]], path: Path) -> None:
    """Write the id and the content's hash of every example that was asked, so that runs are compared on unchanged ones only."""
    import pyarrow as pa
    from pyarrow import parquet

    schema = pa.schema([("example_id", pa.string()), ("digest", pa.string())])
    pending = iter(asked)
    batches = []
    while chunk := list(islice(pending, ROWS_AT_ONCE)):
        batches.append(pa.record_batch([column_of(each, pa.string()) for each in zip(*chunk, strict=True)], schema=schema))
    parquet.write_table(pa.Table.from_batches(batches, schema=schema), path)
    del batches
    give_back()


def read_asked(path: Path) -> dict[str, str]:
    """Return what `write_asked` wrote, by id."""
    from pyarrow import parquet

    table = parquet.read_table(path)
    return dict(zip(table["example_id"].to_pylist(), table["digest"].to_pylist(), strict=True))
