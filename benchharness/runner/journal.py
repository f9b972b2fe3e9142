"""Write rows to disk while the run goes on, one JSON line each."""

import json
from pathlib import Path
from types import TracebackType
from typing import Self

from benchharness.records.json_form import to_json
from benchharness.records.row import Row

__all__ = ["Journal"]


class Journal:
    """An append-only JSON Lines file of rows; every line is whole when the process is killed but the last."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        # Line by line to the system: a killed run shows every row but the one in the making.
        self._file = path.open("w", buffering=1, encoding="utf-8", newline="\n")

    def write(self, row: Row) -> None:
        """Append one row."""
        self._file.write(json.dumps(to_json(row), ensure_ascii=False, allow_nan=False) + "\n")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._file.close()
