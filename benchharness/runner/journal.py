"""Write rows to disk while the run goes on, one JSON line each."""

import json
from operator import attrgetter
from pathlib import Path
from types import TracebackType
from typing import Self

from benchharness.records.row import COLUMNS, Row

__all__ = ["Journal"]

# A row is flat, and its words are JSON's own: no need to look into it as at other records.
VALUES = attrgetter(*COLUMNS)


class Journal:
    """An append-only JSON Lines file of rows; every line is whole when the process is killed but the last."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        # Row by row to the system: a killed run shows every row but the one in the making.
        self._file = path.open("wb", buffering=0)
        self._encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode

    def write(self, row: Row) -> None:
        """Append one row."""
        self._file.write(self._encode(dict(zip(COLUMNS, VALUES(row), strict=True))).encode() + b"\n")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._file.close()
