"""Look into a response store and look after it: what it holds, whose answers, and what may go."""

import json
import sqlite3
import tempfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from benchharness.errors import SetupError, UsageError
from benchharness.records.cache import KeptBy, StoreStats
from benchharness.runner.answer_coding import DAMAGED, unpack
from benchharness.runner.store import BATCH, PATIENCE_S, Origin, ResponseStore, Stored

__all__ = ["Kept", "StoreCare", "copy_of", "is_store", "request_of"]

MAGIC = b"SQLite format 3\x00"
COLUMNS = "key, asked_at, attempts, answer, provider, model, bundle, place"
# Requests of one commit are read together; so much text is held before it's let go.
MOST_TEXT = 256 * 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One stored answer with its name and its origin."""

    key: str
    """Its name."""
    stored: Stored
    """The answer."""
    origin: Origin | None
    """Whom it's from; None for one kept before that was written down."""


def is_store(path: Path) -> bool:
    """Tell whether a file is a database of SQLite's; SetupError when it can't be read."""
    try:
        with path.open("rb") as file:
            return file.read(len(MAGIC)) == MAGIC
    except OSError as error:
        raise SetupError(f"can't be read: {error.strerror or error}", file=path) from error


class StoreCare:
    """A response store that is there, opened to look after it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        if not path.exists():
            raise UsageError("there is no response store", file=path, hint="`bench run` makes one here; --store names another")
        if not is_store(path):
            raise SetupError(
                "is no response store", file=path, hint="a store is .bench/responses.sqlite, below where `bench run` was called"
            )
        with self._as_setup_error():
            with closing(sqlite3.connect(f"file:{_quoted(path)}?mode=ro", uri=True, timeout=PATIENCE_S)) as database:
                tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            if "answers" not in tables:
                raise SetupError("is a database, but no response store", file=path)
            # An older one gets what it lacks.
            with ResponseStore(path):
                pass
            self._database = sqlite3.connect(path, timeout=PATIENCE_S, isolation_level=None)
        self._texts: dict[int, list[str]] = {}
        self._held = 0

    def all(self) -> Iterator[Kept]:
        """Yield every answer by key."""
        yield from self._kept("ORDER BY key", ())

    def get(self, keys: Iterable[str]) -> Iterator[Kept]:
        """Yield the answers among `keys`, by key."""
        wanted = sorted(set(keys))
        for start in range(0, len(wanted), BATCH):
            part = wanted[start : start + BATCH]
            yield from self._kept(f"WHERE key IN ({','.join('?' * len(part))}) ORDER BY key", part)

    def beginning(self, prefix: str) -> tuple[str, ...]:
        """Return the keys that begin with `prefix`."""
        with self._as_setup_error():
            query = "SELECT key FROM answers WHERE key >= ? AND key < ? ORDER BY key"
            return tuple(key for (key,) in self._database.execute(query, (prefix, prefix + "g")))

    def requests(self, model: str | None = None) -> Iterator[str]:
        """Yield the requests that were kept, those of one model when it's named, the newest first."""
        where, values = ("", ()) if model is None else ("AND model = ?", (model,))
        query = f"SELECT bundle, place FROM answers WHERE bundle IS NOT NULL {where} ORDER BY asked_at DESC, key"  # noqa: S608 - two constants
        with self._as_setup_error():
            for bundle, place in self._database.execute(query, values):
                yield self._text(bundle, place)

    def knows(self, model: str, *, unsure: bool) -> bool:
        """Tell whether there are answers of a model; with `unsure` those of which it wasn't written down count for any."""
        with self._as_setup_error():
            query = "SELECT EXISTS (SELECT 1 FROM answers WHERE model = ? OR (? AND model IS NULL))"
            return bool(self._database.execute(query, (model, unsure)).fetchone()[0])

    def stats(self) -> StoreStats:
        """Return what the store holds."""
        query = """SELECT provider, model, count(*), min(asked_at), max(asked_at), total(usd), count(*) - count(usd), sum(length(answer)),
        count(bundle) FROM answers GROUP BY provider, model ORDER BY count(*) DESC, provider, model"""
        found = []
        with_request = 0
        with self._as_setup_error():
            for provider, model, answers, oldest, newest, usd, unpriced, size, requests in self._database.execute(query).fetchall():
                # What it cost was no column of its own once.
                dollars, unknown = self._dollars() if provider is None else (usd, unpriced)
                found.append(
                    KeptBy(
                        provider=provider,
                        model=model,
                        answers=answers,
                        oldest=oldest,
                        newest=newest,
                        usd=dollars,
                        unpriced=unknown,
                        answer_bytes=size,
                    )
                )
                with_request += requests
        return StoreStats(
            file=str(self.path),
            file_bytes=self.size(),
            answers=sum(each.answers for each in found),
            with_request=with_request,
            usd=sum(each.usd for each in found),
            by_model=tuple(found),
        )

    def size(self) -> int:
        """Return the bytes of the file and its write-ahead log."""
        parts = (self.path, self.path.with_name(self.path.name + "-wal"))
        return sum(each.stat().st_size for each in parts if each.exists())

    def remove(self, keys: Sequence[str]) -> bool:
        """Take answers and their requests out for good, and return whether the file could shrink: not while a run is at work on it."""
        with self._as_setup_error():
            self._database.execute("BEGIN IMMEDIATE")
            try:
                for start in range(0, len(keys), BATCH):
                    part = keys[start : start + BATCH]
                    self._database.execute(f"DELETE FROM answers WHERE key IN ({','.join('?' * len(part))})", part)  # noqa: S608 - only marks
                self._blot_out()
                self._database.execute("COMMIT")
            except BaseException:
                self._database.execute("ROLLBACK")
                raise
            self._texts.clear()
            try:
                self._database.execute("VACUUM")
                busy = self._database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                    raise
                return False
        return not busy

    def _blot_out(self) -> None:
        """Empty every request that no answer points to; a twin that came second left one as well."""
        self._texts.clear()
        used: dict[int, set[int]] = {}
        for bundle, place in self._database.execute("SELECT bundle, place FROM answers WHERE bundle IS NOT NULL"):
            used.setdefault(bundle, set()).add(place)
        for (bundle,) in self._database.execute("SELECT id FROM requests").fetchall():
            texts = self._bundle(bundle)
            places = used.get(bundle)
            if places is None:
                self._database.execute("DELETE FROM requests WHERE id = ?", (bundle,))
            elif any(text and at not in places for at, text in enumerate(texts)):
                left = "\n".join(text if at in places else "" for at, text in enumerate(texts))
                self._database.execute("UPDATE requests SET texts = ? WHERE id = ?", (zlib.compress(left.encode(), 1), bundle))
            self._texts.clear()

    def _dollars(self) -> tuple[float, int]:
        costs = [unpack(blob).cost_usd for (blob,) in self._database.execute("SELECT answer FROM answers WHERE provider IS NULL")]
        return sum(each for each in costs if each is not None), costs.count(None)

    def _kept(self, rest: str, values: Sequence[Any]) -> Iterator[Kept]:
        with self._as_setup_error():
            rows = self._database.execute(f"SELECT {COLUMNS} FROM answers {rest}", values)  # noqa: S608 - constants and question marks
            for key, asked_at, attempts, blob, provider, model, bundle, place in rows:
                request = None if bundle is None else self._text(bundle, place)
                origin = None if provider is None else Origin(provider=provider, model=model, request=request)
                yield Kept(key=key, stored=Stored(answer=unpack(blob), asked_at=asked_at, attempts=attempts), origin=origin)

    def _text(self, bundle: int, place: int) -> str:
        return self._bundle(bundle)[place]

    def _bundle(self, bundle: int) -> list[str]:
        if bundle not in self._texts:
            if self._held > MOST_TEXT:
                self._texts.clear()
                self._held = 0
            row = self._database.execute("SELECT texts FROM requests WHERE id = ?", (bundle,)).fetchone()
            if row is None:
                raise ValueError("the request of an answer is gone")
            text = zlib.decompress(row[0]).decode()
            self._held += len(text)
            self._texts[bundle] = text.split("\n")
        return self._texts[bundle]

    @contextmanager
    def _as_setup_error(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            locked = getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY
            hint = "wait for the run that writes to it" if locked else "is the file damaged, or on a disk that can't be written?"
            raise SetupError(f"the response store can't be used: {error}", file=self.path, hint=hint) from error
        except (*DAMAGED, IndexError) as error:
            raise SetupError(
                "an answer in the response store is damaged", file=self.path, hint="move the file away; what it held is asked again"
            ) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._database.close()


@contextmanager
def copy_of(path: Path) -> Iterator[StoreCare]:
    """Yield a copy of somebody else's store, so that theirs stays as it is whatever its version."""
    with tempfile.TemporaryDirectory() as folder:
        copied = Path(folder) / path.name
        try:
            with (
                closing(sqlite3.connect(f"file:{_quoted(path)}?mode=ro", uri=True, timeout=PATIENCE_S)) as source,
                closing(sqlite3.connect(copied)) as target,
            ):
                source.backup(target)
        except sqlite3.Error as error:
            raise SetupError(f"the response store can't be read: {error}", file=path, hint="is the file damaged?") from error
        with StoreCare(copied) as care:
            yield care


def request_of(text: str) -> dict[str, Any]:
    """Return a kept request as it is: `wire` and `repeat`."""
    found: dict[str, Any] = json.loads(text)
    return found


def _quoted(path: Path) -> str:
    return str(path.resolve()).replace("%", "%25").replace("?", "%3f").replace("#", "%23")
