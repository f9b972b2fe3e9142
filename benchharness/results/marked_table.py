"""A run's whole table while it is marked again: read, grouped into rows that are alike, and with new marks in its columns."""

import json
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from benchharness.records.answer import AnswerStatus, LatencyKind
from benchharness.records.row import Row
from benchharness.records.score import Mark
from benchharness.results.columns import no_results

__all__ = ["alike", "answered", "differing", "read_run_table", "stored_rows", "with_marks"]

ROWS_AT_ONCE = 20_000
# What most scorers look at, and all that a row knows of an answer.
LOOKED_AT = ("candidate", "prompt", "example_id", "output", "status", "finish_reason", "cost_usd", "latency_s", "cached")
ANSWER = (
    *LOOKED_AT, "served_model", "input_tokens", "cached_tokens", "cache_write_tokens", "output_tokens", "reasoning_tokens",
    "latency_kind", "effective_params",
)  # fmt: skip


def read_run_table(results: Path) -> Any:
    """Return the whole table (pyarrow) of a run's results, as wide as this version writes it."""
    import pyarrow as pa
    from pyarrow import parquet

    from benchharness.results.writing import arrow_schema

    try:
        table = parquet.read_table(results)
    except (OSError, ValueError) as error:
        raise no_results(results, error) from error
    for name, kind in zip(arrow_schema().names, arrow_schema().types, strict=True):
        if name not in table.column_names:
            table = table.append_column(name, pa.nulls(len(table), kind))
    return table.select(arrow_schema().names)


def answered(table: Any) -> Any:
    """Return the places of the rows that have an output to mark, ascending: an error has none."""
    import numpy as np

    return np.flatnonzero((table["status"].to_numpy(zero_copy_only=False) != AnswerStatus.ERROR.value) & ~_null(table["output"]))


def _null(column: Any) -> Any:
    return column.is_null().to_numpy(zero_copy_only=False)


def alike(table: Any, places: Any, columns: Sequence[str], target_of: Callable[[str], str]) -> tuple[Any, Any]:
    """Return the group of each row, and the first row of each group: those with one target and the same in every one of `columns`.

    `target_of` tells an example's target by its id.
    """
    import numpy as np
    import pandas as pd

    # Each column's own codes: a million texts needn't become Python objects to be told apart.
    which, ids = _codes(table["example_id"], places)
    known: dict[str, int] = {}
    targets = np.array([known.setdefault(target_of(each), len(known)) for each in ids], dtype=np.int64)
    group, _ = pd.factorize(targets[which])
    for column in columns:
        codes, values = _codes(table[column], places)
        group, _ = pd.factorize(group.astype(np.int64) * (len(values) + 1) + codes)
    first = np.full(int(group.max()) + 1 if len(group) else 0, -1, dtype=np.int64)
    first[group[::-1]] = np.arange(len(group))[::-1]
    return group, first


def _codes(column: Any, places: Any) -> tuple[Any, list[Any]]:
    """Return a number for each of the rows, -1 for none, and the values by number."""
    import pyarrow as pa

    found = column.take(pa.array(places)).combine_chunks().dictionary_encode()
    return found.indices.fill_null(-1).to_numpy(zero_copy_only=False), found.dictionary.to_pylist()


def stored_rows(table: Any, places: Any, *, whole: bool) -> Iterator[Row]:
    """Yield the rows at some places, with what most scorers look at, or `whole`, with all that a row knows of an answer."""
    import pyarrow as pa

    wanted = table.select(ANSWER if whole else LOOKED_AT).take(pa.array(places))
    for values in chain.from_iterable(batch.to_pylist() for batch in wanted.to_batches(max_chunksize=ROWS_AT_ONCE)):
        yield _stored_row(values)


def _stored_row(values: dict[str, Any]) -> Row:
    """Return the row of some columns as Arrow has them."""
    found = {**values, "status": AnswerStatus(values["status"]), "prompt": values["prompt"] or "", "cached": bool(values["cached"])}
    if "latency_kind" in values:
        found["latency_kind"] = LatencyKind(values["latency_kind"] or LatencyKind.NONE)
        found["effective_params"] = {name: json.loads(value) for name, value in values["effective_params"] or ()}
    return Row(**found)


def with_marks(table: Any, places: Any, group: Any, marks: Sequence[Mark]) -> Any:
    """Return the table with the mark of its group in each of the rows at `places`; the other rows keep what they have."""
    import numpy as np
    import pyarrow as pa
    from pyarrow import compute

    # A place after the last mark stands for a row that keeps what it has.
    at = np.full(len(table), len(marks), dtype=np.int64)
    at[places] = group
    kept = pa.array(at == len(marks))
    columns: dict[str, tuple[Any, list[Any]]] = {
        "status": (pa.string(), [each.status.value for each in marks]),
        "score": (pa.float64(), [each.score for each in marks]),
        "matched": (pa.bool_(), [each.matched for each in marks]),
        "parsed": (pa.string(), [each.parsed for each in marks]),
        "error": (pa.string(), [each.why for each in marks]),
    }
    for name, (kind, values) in columns.items():
        new = pa.array([*values, None], kind).take(pa.array(at))
        both = compute.if_else(kept, table[name].cast(kind), new)
        table = table.set_column(table.schema.get_field_index(name), name, both)
    return table.set_column(table.schema.get_field_index("scores"), "scores", _maps(at, marks))


def _maps(at: Any, marks: Sequence[Mark]) -> Any:
    """Return the map column: of each row its mark's scores by name, none for a row that wasn't scored."""
    import numpy as np
    import pyarrow as pa

    counts = np.array([*(len(each.scores) for each in marks), 0], dtype=np.int64)
    starts = np.concatenate(([0], np.cumsum(counts)))[:-1]
    keys = pa.array([name for each in marks for name in each.scores], pa.string())
    items = pa.array([value for each in marks for value in each.scores.values()], pa.float64())
    lengths = counts[at]
    offsets = np.concatenate(([0], np.cumsum(lengths)))
    within = np.arange(offsets[-1]) - np.repeat(offsets[:-1], lengths)
    wanted = pa.array(np.repeat(starts[at], lengths) + within)
    return pa.MapArray.from_arrays(pa.array(offsets, pa.int32()), keys.take(wanted), items.take(wanted))


def differing(old: Any, new: Any) -> tuple[int, int]:
    """Return how many rows were marked, and of how many the status or the match is another than before."""
    from pyarrow import compute

    scored = compute.sum(compute.not_equal(new["status"], AnswerStatus.ERROR.value)).as_py() or 0
    same = compute.and_(
        compute.equal(old["status"], new["status"]),
        compute.or_kleene(
            compute.fill_null(compute.equal(old["matched"], new["matched"]), fill_value=False),
            compute.and_(compute.is_null(old["matched"]), compute.is_null(new["matched"])),
        ),
    )
    return int(scored), len(new) - int(compute.sum(same).as_py() or 0)
