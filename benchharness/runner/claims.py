"""Who asks which question, among the runs on this machine that share one store: nobody pays twice for what two ask at once."""

import contextlib
import sqlite3
import time
import uuid
from collections.abc import Iterable, Iterator, Sequence
from importlib import import_module, util
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from benchharness.errors import SetupError
from benchharness.runner.many_rows import insert_rows

# Windows has no such locks: there two runs side by side may both ask what both need.
fcntl: Any = import_module("fcntl") if util.find_spec("fcntl") is not None else None

__all__ = ["Claims"]

SCHEMA = "CREATE TABLE IF NOT EXISTS claims (key TEXT PRIMARY KEY, owner TEXT NOT NULL) WITHOUT ROWID"
PATIENCE_S = 30.0
BATCH = 900
# How long it's believed that another run lives before its lock is tried again.
BELIEVED_S = 0.5


class Claims:
    """The questions this run means to ask.

    They stand in a file beside the store. A run holds a lock on a file of its own for as long as it lives, however it dies;
    what a dead one claimed is free.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / "claims.sqlite"
        self._folder = folder
        self._me = uuid.uuid4().hex
        self._lock: IO[bytes] | None = None
        self._alive: dict[str, float] = {}
        with self._as_setup_error():
            self._lock = _locked(self._lock_file(self._me))
            self._database = sqlite3.connect(self.path, timeout=PATIENCE_S, isolation_level=None)
            try:
                # A claim that a power cut loses was its owner's, who is gone as well.
                self._database.execute("PRAGMA synchronous=OFF")
                self._database.execute(SCHEMA)
            except sqlite3.Error:
                self._leave()
                raise

    def claim(self, keys: Sequence[str], done: Iterable[str] = ()) -> set[str]:
        """Return those of `keys` that this run asks; the rest is being asked by another. `done` is given back.

        Raises SetupError when the file can't be used.
        """
        with self._as_setup_error(), self._transaction():
            self._free(list(done))
            insert_rows(self._database, "INSERT OR IGNORE INTO claims", [(key, self._me) for key in keys])
            owners = dict(self._owners(keys))
            dead = [key for key, owner in owners.items() if owner != self._me and not self._lives(owner)]
            self._database.executemany("UPDATE claims SET owner = ? WHERE key = ?", [(self._me, key) for key in dead])
        return {key for key, owner in owners.items() if owner == self._me} | set(dead)

    def release(self, keys: Sequence[str]) -> None:
        """Give questions back that weren't answered, so that another run may ask them."""
        with self._as_setup_error(), self._transaction():
            self._free(keys)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        with contextlib.suppress(sqlite3.Error):
            self._database.execute("DELETE FROM claims WHERE owner = ?", (self._me,))
        self._leave()

    def _leave(self) -> None:
        self._database.close()
        if self._lock is not None:
            self._lock.close()
        self._lock_file(self._me).unlink(missing_ok=True)

    def _owners(self, keys: Sequence[str]) -> Iterator[tuple[str, str]]:
        for start in range(0, len(keys), BATCH):
            part = keys[start : start + BATCH]
            marks = ",".join("?" * len(part))
            yield from self._database.execute(f"SELECT key, owner FROM claims WHERE key IN ({marks})", part)  # noqa: S608 - only question marks

    def _free(self, keys: Sequence[str]) -> None:
        for start in range(0, len(keys), BATCH):
            part = keys[start : start + BATCH]
            marks = ",".join("?" * len(part))
            self._database.execute(f"DELETE FROM claims WHERE owner = ? AND key IN ({marks})", (self._me, *part))  # noqa: S608 - only question marks

    def _lives(self, owner: str) -> bool:
        if time.monotonic() - self._alive.get(owner, -BELIEVED_S) < BELIEVED_S:
            return True
        path = self._lock_file(owner)
        if fcntl is None or not path.exists():
            return False
        with path.open("rb") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except OSError:
                self._alive[owner] = time.monotonic()
                return True
        path.unlink(missing_ok=True)
        return False

    def _lock_file(self, owner: str) -> Path:
        return self._folder / f"run-{owner}.lock"

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        self._database.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._database.execute("ROLLBACK")
            raise
        self._database.execute("COMMIT")

    @contextlib.contextmanager
    def _as_setup_error(self) -> Iterator[None]:
        try:
            yield
        except (OSError, sqlite3.Error) as error:
            raise SetupError(f"the claims of running runs can't be kept: {error}", file=self.path, hint="move the file away") from error


def _locked(path: Path) -> IO[bytes]:
    path.parent.mkdir(parents=True, exist_ok=True)
    file = path.open("wb")
    if fcntl is not None:
        fcntl.flock(file, fcntl.LOCK_EX)
    return file
