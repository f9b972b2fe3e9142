"""Write rows to disk while the run goes on, one JSON line each."""

import contextlib
import json
from collections.abc import Iterator
from importlib import import_module, util
from operator import attrgetter
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from benchharness.errors import SetupError, UsageError
from benchharness.records.row import COLUMNS, Row

__all__ = ["Journal"]

# Windows has no such locks: there nothing hinders two runs from going on in one directory.
fcntl: Any = import_module("fcntl") if util.find_spec("fcntl") is not None else None

# A row is flat, and its words are JSON's own: no need to look into it as at other records.
VALUES = attrgetter(*COLUMNS)


class Journal:
    """An append-only JSON Lines file of rows; every line is whole when the process is killed but the last.

    One run writes it at a time: UsageError while another does. Raises SetupError when it can't be written, e.g. on a full disk.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with self._as_setup_error():
            path.parent.mkdir(parents=True, exist_ok=True)
            # Row by row to the system: a killed run shows every row but the one in the making.
            self._file = path.open("ab", buffering=0)
            try:
                self._lock()
                self._file.truncate(0)
            except BaseException:
                self._file.close()
                raise
        self._encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode

    def write(self, row: Row) -> None:
        """Append one row."""
        line = self._encode(dict(zip(COLUMNS, VALUES(row), strict=True))).encode() + b"\n"
        try:
            whole = self._file.write(line) == len(line)
        except OSError as error:
            raise self._unwritten(error) from error
        if not whole:
            raise self._unwritten("only a part of a row was taken")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._file.close()

    def _lock(self) -> None:
        if fcntl is None:
            return
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UsageError(
                "this run is still going on, in another process", file=self.path.parent, hint="wait for it, or stop it first"
            ) from None

    @contextlib.contextmanager
    def _as_setup_error(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise self._unwritten(error) from error

    def _unwritten(self, why: object) -> SetupError:
        return SetupError(f"rows can't be written: {why}", file=self.path, hint="is the disk full?")
