"""Read columns of a run's own `results.parquet` as numbers: texts by code, so that whatever was said a row takes a few bytes."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchharness.errors import SetupError
from benchharness.results.arrow import Coder, Texts, numbers_in
from benchharness.results.writing import arrow_schema

__all__ = ["batches_of", "is_own", "no_results", "read_numbers"]

# Few enough that long outputs take little room, many enough that a million rows take a second.
ROWS_AT_ONCE = 2_000
# Of these a file holds a few values, over and over.
REPEATED = ("candidate", "prompt", "path", "status", "served_model", "target", "parsed", "cluster")


def batches_of(results: Path, names: Sequence[str], *, by_value: Sequence[str] = ()) -> Iterator[Any]:
    """Yield some columns of a results file, 2,000 rows at a time; those `by_value` as dictionaries of their values."""
    from pyarrow import parquet

    with parquet.ParquetFile(results, read_dictionary=list(by_value)) as file:
        yield from file.iter_batches(batch_size=ROWS_AT_ONCE, columns=list(names), use_threads=False)


def read_numbers(results: Path, names: Sequence[str]) -> Mapping[str, Any]:
    """Return columns by name: of texts `Texts`, of numbers and flags floats with NaN for none."""
    import numpy as np
    from pyarrow import parquet, types

    ours = arrow_schema()
    rows = parquet.read_metadata(results).num_rows
    coders = {name: Coder() for name in names if types.is_string(ours.field(name).type)}
    found = {name: np.empty(rows, dtype=np.int32 if name in coders else np.float64) for name in names}
    at = 0
    for batch in batches_of(results, names, by_value=[name for name in coders if name in REPEATED]):
        for name in names:
            column = batch.column(name)
            found[name][at : at + len(column)] = coders[name].codes(column) if name in coders else numbers_in(column)
        at += batch.num_rows
    return {name: Texts(each, coders[name].texts()) if name in coders else each for name, each in found.items()}


def is_own(results: Path, names: Sequence[str]) -> bool:
    """Tell whether a file is Parquet in which some columns are of the types a run writes, and no number is a written NaN."""
    import numpy as np
    from pyarrow import parquet, types

    if results.suffix != ".parquet" or not results.is_file():
        return False
    ours = arrow_schema()
    try:
        schema = parquet.read_schema(results)
        if not all(schema.names.count(name) == 1 and schema.field(name).type == ours.field(name).type for name in names):
            return False
        floats = [name for name in names if types.is_floating(ours.field(name).type)]
        parts = (batch.column(name) for batch in batches_of(results, floats) for name in floats)
        return all(int(np.isnan(numbers_in(part)).sum()) == part.null_count for part in parts)
    except (OSError, ValueError):
        return False


def no_results(path: Path, error: Exception) -> SetupError:
    """Return what to raise for a file whose columns can't be read as a run's."""
    return SetupError(f"is no run's results: {' '.join(str(error).split())[:200]}", file=path)
