"""Read Parquet: values as they're stored."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchharness.errors import Mistake

__all__ = ["read_parquet"]

ROWS_AT_ONCE = 10_000


def read_parquet(path: Path, *, name: str) -> Iterator[tuple[int, dict[str, Any] | Mistake]]:
    """Yield (1-based row number, values by column), or one mistake when the file is no Parquet."""
    import pyarrow as pa
    from pyarrow import parquet

    try:
        file = parquet.ParquetFile(path)
    except (pa.ArrowInvalid, OSError) as error:
        yield 1, Mistake(file=name, message=f"not a Parquet file: {error}")
        return
    number = 0
    with file:
        for batch in file.iter_batches(batch_size=ROWS_AT_ONCE):
            for row in batch.to_pylist():
                number += 1
                yield number, row
