"""Write rows as Parquet: the finished form of a run's results."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from benchharness.records.json_form import from_json, to_json
from benchharness.records.row import COLUMNS, Row

__all__ = ["arrow_schema", "file_hash", "journal_rows", "read_asked", "write_asked", "write_parquet", "write_table"]

ROWS_AT_ONCE = 20_000
TEXT = (
    "candidate", "prompt", "path", "provider", "model", "served_model", "example_id", "cluster", "output", "parsed", "target", "status",
    "error", "finish_reason", "latency_kind", "started_at",
)  # fmt: skip
WHOLE = ("repeat", "input_tokens", "cached_tokens", "output_tokens", "reasoning_tokens", "attempts")
NUMBER = ("score", "cost_usd", "latency_s")
FLAG = ("matched", "cached")


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


def write_parquet(rows: Iterable[Row], path: Path) -> None:
    """Write rows to `path`, all or nothing: the file appears when it's whole."""
    import pyarrow as pa
    from pyarrow import parquet

    schema = arrow_schema()
    unfinished = path.with_suffix(".tmp")
    pending = iter(rows)
    with parquet.ParquetWriter(unfinished, schema, compression="zstd") as writer:
        while chunk := [_plain(row) for row in islice(pending, ROWS_AT_ONCE)]:
            writer.write_table(pa.Table.from_pylist(chunk, schema=schema))
    unfinished.replace(path)


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

    ids, digests = zip(*asked, strict=True)
    parquet.write_table(pa.table({"example_id": pa.array(ids, pa.string()), "digest": pa.array(digests, pa.string())}), path)


def read_asked(path: Path) -> dict[str, str]:
    """Return what `write_asked` wrote, by id."""
    from pyarrow import parquet

    table = parquet.read_table(path)
    return dict(zip(table["example_id"].to_pylist(), table["digest"].to_pylist(), strict=True))


def _plain(row: Row) -> dict[str, Any]:
    values: dict[str, Any] = to_json(row)
    values["scores"] = list(values["scores"].items())
    values["effective_params"] = [(name, json.dumps(value)) for name, value in values["effective_params"].items()]
    return values


def journal_rows(path: Path, order: Callable[[Row], Any]) -> Iterator[Row]:
    """Yield the rows of a journal sorted by `order`; holds the journal's places in memory, not its rows."""
    places: list[tuple[Any, int]] = []
    with path.open("rb") as file:
        at = 0
        for line in file:
            if line.endswith(b"\n"):
                places.append((order(from_json(Row, json.loads(line))), at))
            at += len(line)
        places.sort()
        for _, at in places:
            file.seek(at)
            yield from_json(Row, json.loads(file.readline()))


def file_hash(path: Path) -> str:
    """Return `sha256:...` of a file's bytes."""
    with path.open("rb") as file:
        return "sha256:" + hashlib.file_digest(file, "sha256").hexdigest()
