"""Keep every paid answer in one SQLite file, under a hash of the exact request: what's there is a cache hit, asked of nobody."""

import asyncio
import sqlite3
import time
import zlib
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Any, Self

from benchharness.errors import SetupError
from benchharness.records.answer import Answer
from benchharness.runner.answer_coding import DAMAGED, pack, unpack
from benchharness.runner.many_rows import insert_rows
from benchharness.runner.naming import NamedRequest, name_request, request_key

__all__ = ["NamedRequest", "Origin", "ResponseStore", "Stored", "name_request", "request_key"]

# The first version had the table `answers` alone, with its first four columns; what it kept stays as it is.
SCHEMA_VERSION = 2
SCHEMA = """
CREATE TABLE IF NOT EXISTS answers (
    key TEXT PRIMARY KEY,
    asked_at TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    answer BLOB NOT NULL
) WITHOUT ROWID;
"""
# Requests of one commit lie in one blob: prompts of one job are nearly the same text, and deflate to a tenth together.
REQUESTS = "CREATE TABLE IF NOT EXISTS requests (id INTEGER PRIMARY KEY, texts BLOB NOT NULL)"
LATER_COLUMNS = ("provider TEXT", "model TEXT", "usd REAL", "bundle INTEGER", "place INTEGER")
INSERT = "INSERT OR IGNORE INTO answers (key, asked_at, attempts, answer, provider, model, usd, bundle, place)"
# SQLite takes at least 999 variables in one statement, whatever its build.
BATCH = 900
# The most answers of one commit, so that another process gets its turn.
MOST_AT_ONCE = 500
LINGER_S = 0.002
# 16 MB of log before it's copied into the file: answers lie in the order of their keys, so an earlier copy moves the same pages again.
LOG_PAGES = 4000
# How long another process may hold the file before we give up.
PATIENCE_S = 30.0
LOOK_AGAIN_S = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """One answer as it was kept."""

    answer: Answer
    """What was said."""
    asked_at: str
    """UTC, ISO 8601."""
    attempts: int
    """Tries it took."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Whom an answer is from and what was asked; kept beside it for `bench cache`, never a key or a header."""

    provider: str
    """Who was asked: `embedded`, `openai`, an endpoint's host."""
    model: str
    """The model as the suite names it."""
    request: str | None
    """What was asked, as `NamedRequest.text`; None when that isn't known."""


_Row = tuple[Any, ...]
_Waiting = tuple[_Row, str | None, "asyncio.Future[None]"]


class ResponseStore:
    """The answers of all runs below one folder; safe with several processes, and after a kill at any moment."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = Lock()
        self._waiting: list[_Waiting] = []
        self._sending: asyncio.AbstractEventLoop | None = None
        # One thread writes for the loop, so that a slow disk or another process's turn never holds up the questions in flight.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="response store")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            ignore = path.parent / ".gitignore"
            if not ignore.exists():
                ignore.write_text("*\n", encoding="utf-8")
            self._database = sqlite3.connect(path, timeout=PATIENCE_S, isolation_level=None)
            with _closed_on_failure(self._database):
                self._prepare(self._database)
            self._writer = sqlite3.connect(path, timeout=PATIENCE_S, isolation_level=None, check_same_thread=False)
            self._writer.execute("PRAGMA synchronous=NORMAL")
            self._writer.execute(f"PRAGMA wal_autocheckpoint={LOG_PAGES}")
        except (OSError, sqlite3.Error) as error:
            raise SetupError(
                f"the response store can't be opened: {error}", file=path, hint="move the file away, or run in a folder you can write to"
            ) from error

    def _prepare(self, database: sqlite3.Connection) -> None:
        # SQLite doesn't wait by itself when two processes turn a fresh file into a write-ahead log: it says "locked" at once.
        until = time.monotonic() + PATIENCE_S
        while True:
            try:
                # With such a log a commit survives the process; NORMAL leaves out only the disk flush that guards against power loss.
                database.execute("PRAGMA journal_mode=WAL")
                database.execute("PRAGMA synchronous=NORMAL")
                self._upgrade(database)
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                    raise
                time.sleep(LOOK_AGAIN_S)
            else:
                return

    def _upgrade(self, database: sqlite3.Connection) -> None:
        """Make the tables, or give an older file what it lacks; all or nothing, and never twice."""
        version = int(database.execute("PRAGMA user_version").fetchone()[0])
        if version > SCHEMA_VERSION:
            raise SetupError(
                f"the response store is of a later version ({version}; this bench knows {SCHEMA_VERSION})",
                file=self.path,
                hint="update benchharness, or run in another folder",
            )
        if version == SCHEMA_VERSION:
            return
        with _transaction(database):
            database.execute(SCHEMA)
            database.execute(REQUESTS)
            there = {name for _, name, *_ in database.execute("PRAGMA table_info(answers)")}
            for column in LATER_COLUMNS:
                if column.split()[0] not in there:
                    database.execute(f"ALTER TABLE answers ADD COLUMN {column}")
            database.execute(f"PRAGMA user_version={SCHEMA_VERSION}")

    def find(self, keys: Iterable[str]) -> dict[str, Stored]:
        """Return the stored answers among `keys`, by key; SetupError when the file can't be read or an answer in it is damaged."""
        wanted = list(dict.fromkeys(keys))
        found: dict[str, Stored] = {}
        for start in range(0, len(wanted), BATCH):
            part = wanted[start : start + BATCH]
            marks = ",".join("?" * len(part))
            query = f"SELECT key, asked_at, attempts, answer FROM answers WHERE key IN ({marks})"  # noqa: S608 - only question marks
            with self._as_setup_error("read"):
                for key, asked_at, attempts, blob in self._database.execute(query, part):
                    found[key] = Stored(answer=unpack(blob), asked_at=asked_at, attempts=attempts)
        return found

    def keep(self, key: str, stored: Stored, origin: Origin | None = None) -> None:
        """Write one answer; it's there for any later process when this returns. A key that is there keeps its first answer.

        Raises SetupError when it can't be written, e.g. on a full disk.
        """
        self.keep_all([(key, stored, origin)])

    def keep_all(self, answers: Sequence[tuple[str, Stored, Origin | None]]) -> None:
        """Write answers in one commit, as `keep` writes one."""
        rows = [_row(*each) for each in answers]
        with self._as_setup_error("written"):
            self._commit(rows)

    def keep_soon(self, key: str, stored: Stored, origin: Origin | None = None) -> "asyncio.Future[None]":
        """Write an answer together with all that arrive while the last commit is under way; call it in a running loop.

        The future is done once the answer is on disk, and fails with SetupError when it can't be written. One that's cancelled
        is written all the same: the answer is paid.
        """
        loop = asyncio.get_running_loop()
        landed: asyncio.Future[None] = loop.create_future()
        self._waiting.append((*_row(key, stored, origin), landed))
        if self._sending is not loop:
            self._sending = loop
            # Not now but at the end of this turn of the loop: whoever else has an answer in it comes along.
            loop.call_soon(self._send, loop)
        return landed

    def _send(self, loop: asyncio.AbstractEventLoop) -> None:
        batch, self._waiting = self._waiting[:MOST_AT_ONCE], self._waiting[MOST_AT_ONCE:]
        self._thread.submit(self._write_and_tell, batch, loop)

    def _write_and_tell(self, batch: list[_Waiting], loop: asyncio.AbstractEventLoop) -> None:
        failure: Exception | None = None
        try:
            self._commit([(row, text) for row, text, _ in batch])
        except Exception as error:  # noqa: BLE001 - raised in the loop, where the answers are waited for
            failure = error
        try:
            loop.call_soon_threadsafe(self._landed, batch, failure, loop)
        except RuntimeError:
            # The loop is closed: nobody waits any more, and what could be written is.
            self._sending = None

    def _landed(self, batch: list[_Waiting], failure: Exception | None, loop: asyncio.AbstractEventLoop) -> None:
        for _, _, future in batch:
            if future.done() or future.get_loop() is not loop:
                continue
            if failure is None:
                future.set_result(None)
            else:
                future.set_exception(self._unwritten(failure) if isinstance(failure, sqlite3.Error) else failure)
        if self._waiting:
            # Answers come faster than one commit takes: a moment more, and several share the next one.
            loop.call_later(LINGER_S, self._send, loop)
        else:
            self._sending = None

    def _commit(self, rows: "Sequence[tuple[_Row, str | None]]") -> None:
        texts = [text for _, text in rows if text is not None]
        with self._lock, _transaction(self._writer) as database:
            bundle = None
            if texts:
                blob = zlib.compress("\n".join(texts).encode(), 1)
                bundle = database.execute("INSERT INTO requests (texts) VALUES (?)", (blob,)).lastrowid
            places = iter(range(len(texts)))
            insert_rows(database, INSERT, [(*row, None, None) if text is None else (*row, bundle, next(places)) for row, text in rows])

    @contextmanager
    def _as_setup_error(self, what: str) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise (self._unwritten(error) if what == "written" else self._unusable(what, error)) from error
        except DAMAGED as error:
            raise SetupError(
                "an answer in the response store is damaged", file=self.path, hint="move the file away; what it held is asked again"
            ) from error

    def _unwritten(self, error: sqlite3.Error) -> SetupError:
        return self._unusable("written", error)

    def _unusable(self, what: str, error: sqlite3.Error) -> SetupError:
        return SetupError(f"the response store can't be {what}: {error}", file=self.path, hint="is the disk full, or the file damaged?")

    def __len__(self) -> int:
        return int(self._database.execute("SELECT count(*) FROM answers").fetchone()[0])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._thread.shutdown(wait=True)
        try:
            # What a cancelled loop left behind is paid as well.
            if self._waiting:
                with self._as_setup_error("written"):
                    self._commit([(row, text) for row, text, _ in self._waiting])
        finally:
            self._waiting = []
            self._writer.close()
            self._database.close()


def _row(key: str, stored: Stored, origin: Origin | None) -> tuple[_Row, str | None]:
    """Return what is written of an answer, and the text of its request."""
    answer = stored.answer
    row = (key, stored.asked_at, stored.attempts, pack(answer))
    if origin is None:
        return (*row, None, None, None), None
    return (*row, origin.provider, origin.model, answer.cost_usd), origin.request


@contextmanager
def _closed_on_failure(database: sqlite3.Connection) -> Iterator[None]:
    try:
        yield
    except BaseException:
        database.close()
        raise


@contextmanager
def _transaction(database: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """Yield a database within one transaction; whatever fails in it leaves the file as it was."""
    database.execute("BEGIN IMMEDIATE")
    try:
        yield database
        database.execute("COMMIT")
    except BaseException:
        if database.in_transaction:
            database.execute("ROLLBACK")
        raise
