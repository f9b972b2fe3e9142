"""Keep every paid answer in one SQLite file, under a hash of the exact request."""

import hashlib
import json
import sqlite3
import time
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from benchharness.errors import SetupError
from benchharness.records.answer import Answer
from benchharness.records.json_form import canonical, from_json, to_json

__all__ = ["ResponseStore", "Stored", "request_key"]

SCHEMA = """
CREATE TABLE IF NOT EXISTS answers (
    key TEXT PRIMARY KEY,
    asked_at TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    answer BLOB NOT NULL
) WITHOUT ROWID;
"""
# SQLite takes at least 999 variables in one statement, whatever its build.
BATCH = 900
# How long another process may hold the file before we give up.
PATIENCE_S = 30.0
LOOK_AGAIN_S = 0.02


def request_key(wire: Mapping[str, Any], repeat: int) -> str:
    """Return the name under which the answer to a wire request is stored: SHA-256 over its canonical JSON and the repeat."""
    return hashlib.sha256(canonical({"wire": wire, "repeat": repeat}).encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """One answer as it was kept."""

    answer: Answer
    """What was said."""
    asked_at: str
    """UTC, ISO 8601."""
    attempts: int
    """Tries it took."""


class ResponseStore:
    """The answers of all runs below one folder; safe with several processes, and after a kill at any moment."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            ignore = path.parent / ".gitignore"
            if not ignore.exists():
                ignore.write_text("*\n", encoding="utf-8")
            self._database = sqlite3.connect(path, timeout=PATIENCE_S, isolation_level=None)
            self._prepare()
        except (OSError, sqlite3.Error) as error:
            raise SetupError(
                f"the response store can't be opened: {error}", file=path, hint="move the file away, or run in a folder you can write to"
            ) from error

    def _prepare(self) -> None:
        # SQLite doesn't wait by itself when two processes turn a fresh file into a write-ahead log: it says "locked" at once.
        until = time.monotonic() + PATIENCE_S
        while True:
            try:
                # With such a log a commit survives the process; NORMAL leaves out only the disk flush that guards against power loss.
                self._database.execute("PRAGMA journal_mode=WAL")
                self._database.execute("PRAGMA synchronous=NORMAL")
                self._database.execute(SCHEMA)
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                    raise
                time.sleep(LOOK_AGAIN_S)
            else:
                return

    def find(self, keys: Iterable[str]) -> dict[str, Stored]:
        """Return the stored answers among `keys`, by key; SetupError when the file can't be read or an answer in it is damaged."""
        wanted = list(dict.fromkeys(keys))
        found: dict[str, Stored] = {}
        for start in range(0, len(wanted), BATCH):
            part = wanted[start : start + BATCH]
            marks = ",".join("?" * len(part))
            query = f"SELECT key, asked_at, attempts, answer FROM answers WHERE key IN ({marks})"  # noqa: S608 - only question marks
            with self._told("read"):
                for key, asked_at, attempts, blob in self._database.execute(query, part):
                    answer = from_json(Answer, json.loads(zlib.decompress(blob)))
                    found[key] = Stored(answer=answer, asked_at=asked_at, attempts=attempts)
        return found

    def keep(self, key: str, stored: Stored) -> None:
        """Write one answer; it's there for any later process when this returns. A key that is there keeps its first answer.

        Raises SetupError when it can't be written, e.g. on a full disk.
        """
        blob = zlib.compress(json.dumps(to_json(stored.answer), ensure_ascii=False).encode(), 1)
        with self._told("written"):
            self._database.execute(
                "INSERT OR IGNORE INTO answers (key, asked_at, attempts, answer) VALUES (?, ?, ?, ?)",
                (key, stored.asked_at, stored.attempts, blob),
            )

    def keep_soon(self, key: str, stored: Stored) -> "asyncio.Future[None]":
        """TEMPORARY until the store's branch is merged."""
        import asyncio

        loop = asyncio.get_running_loop()
        if not hasattr(self, "_batch"):
            self._batch = []
        future = loop.create_future()
        blob = zlib.compress(json.dumps(to_json(stored.answer), ensure_ascii=False).encode(), 1)
        if not self._batch:
            loop.call_later(0.002, self._flush)
        self._batch.append((future, (key, stored.asked_at, stored.attempts, blob)))
        return future

    def _flush(self) -> None:
        batch, self._batch = self._batch, []
        with self._told("written"):
            self._database.execute("BEGIN IMMEDIATE")
            self._database.executemany(
                "INSERT OR IGNORE INTO answers (key, asked_at, attempts, answer) VALUES (?, ?, ?, ?)", [row for _, row in batch]
            )
            self._database.execute("COMMIT")
        for future, _ in batch:
            future.set_result(None)

    @contextmanager
    def _told(self, what: str) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise SetupError(
                f"the response store can't be {what}: {error}", file=self.path, hint="is the disk full, or the file damaged?"
            ) from error
        except (zlib.error, ValueError, KeyError) as error:
            raise SetupError(
                "an answer in the response store is damaged", file=self.path, hint="move the file away; what it held is asked again"
            ) from error

    def __len__(self) -> int:
        return int(self._database.execute("SELECT count(*) FROM answers").fetchone()[0])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._database.close()
