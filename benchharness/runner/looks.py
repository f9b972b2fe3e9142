"""Remember every look at an example, so that bars moved, answers changed or a set grown after results are told for what they are."""

import json
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchharness.errors import SetupError

__all__ = ["Bytes", "Digests", "Look", "Looked", "Marks", "asked_before", "look_at", "looked_at"]

SCHEMA = """
CREATE TABLE IF NOT EXISTS example_looks (
    id INTEGER PRIMARY KEY,
    suite TEXT NOT NULL,
    policy_hash TEXT NOT NULL,
    seen_at TEXT NOT NULL,
    anytime INTEGER NOT NULL,
    paths TEXT NOT NULL,
    examples BLOB NOT NULL,
    rows BLOB NOT NULL,
    marks BLOB NOT NULL
);
"""
PATIENCE_S = 30.0
# On these a one-way door is claimed; a new claimant on examples that an earlier one was judged on is another try.
CLAIMING = ("fine-tuned", "self-hosted")
# Bars that were tried on so few of the examples weren't chosen on them.
LITTLE = 0.05

Digests = NDArray[np.uint64]
Bytes = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """What one candidate was given."""

    path: str
    """`api`, `fine-tuned`, `self-hosted` or `classical`."""
    by_example: Bytes
    """A checksum from 1 to 255 of what it was given for each example; 0 where nothing was measured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One verdict somebody could read; the arrays have one entry an example, in one order."""

    suite: str
    """The suite's name."""
    policy_hash: str
    """What decided."""
    seen_at: str
    """UTC, ISO 8601."""
    anytime: bool = False
    """Whether every test holds at every look."""
    examples: Digests
    """What each example asks, without its id, case and blanks; empty where only rows are known."""
    rows: Digests
    """Each example's id with what everybody was given for it."""
    marks: Sequence[Marks] = ()
    """By candidate and prompt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What earlier looks mean for one."""

    count: int
    """Looks at any of its examples that told something else, this one included."""
    policy_changed: bool
    """Whether more than 5% of its examples were looked at under another policy before its own was."""
    elsewhere: tuple[str, ...]
    """Names of other suites that did."""
    seen: NDArray[np.bool_]
    """Which examples are no fresh ones, by place."""


def look_at(store: Path, look: Look) -> Looked:
    """Write down a look beside the answers in the response store, and return what the earlier ones mean for it.

    The same marks of the same examples under the same policy are no new look. Raises SetupError when the file can't be written.
    """
    try:
        with closing(sqlite3.connect(store, timeout=PATIENCE_S, isolation_level=None)) as database:
            database.execute(SCHEMA)
            database.execute("BEGIN IMMEDIATE")
            found = looked_at(look, _earlier(database))
            # A repetition teaches nothing, and costs 16 bytes an example.
            if not any(_repeats(look, each) for each in _earlier(database)):
                _write(database, look)
            database.execute("COMMIT")
    except (sqlite3.Error, zlib.error, ValueError) as error:
        raise SetupError(f"the looks can't be written down: {error}", file=store, hint="is the disk full, or the file damaged?") from error
    return found


def asked_before(store: Path) -> Digests:
    """Return what was asked by all looks in a response store, in their order and in each one's own; a question may stand twice."""
    try:
        with closing(sqlite3.connect(store, timeout=PATIENCE_S, isolation_level=None)) as database:
            database.execute(SCHEMA)
            asked = [np.frombuffer(blob, dtype="<u8") for (blob,) in database.execute("SELECT examples FROM example_looks ORDER BY id")]
    except sqlite3.Error as error:
        raise SetupError(f"the looks can't be read: {error}", file=store, hint="is the file damaged?") from error
    return np.concatenate([np.empty(0, dtype=np.uint64), *asked])


def looked_at(look: Look, earlier: Iterable[Look]) -> Looked:
    """Return what earlier looks, the first of them first, mean for this one; one of them is held at a time.

    An example is fresh until it was looked at otherwise: under other bars before these stood, or with other answers, other
    candidates for the same claim or among other examples, since then somebody could have gone on until it suited.
    """
    n = len(look.rows)
    own, other, seen = np.zeros(n, dtype=bool), np.zeros(n, dtype=bool), np.zeros(n, dtype=bool)
    count, elsewhere = 1, set()
    for each in earlier:
        there = _there(look, each)
        if not there.any():
            continue
        chosen_later = np.zeros(n, dtype=bool)
        if each.policy_hash == look.policy_hash:
            own |= there
        else:
            chosen_later = there & ~own
            other |= chosen_later
            elsewhere |= {each.suite} if chosen_later.any() and each.suite != look.suite else set()
        tells = not _tells_nothing_new(look, each)
        seen |= there if tells else chosen_later
        count += tells or bool(chosen_later.any())
    return Looked(count=count, policy_changed=bool(n) and float(other.mean()) > LITTLE, elsewhere=tuple(sorted(elsewhere)), seen=seen)


def _there(look: Look, earlier: Look) -> NDArray[np.bool_]:
    """Return which examples of a look an earlier one had."""
    found = np.isin(look.rows, earlier.rows)
    return found | np.isin(look.examples, earlier.examples) if len(look.examples) else found


def _tells_nothing_new(look: Look, earlier: Look) -> bool:
    """Tell whether a one-way door on this look is claimed as if the earlier look had never been.

    So it is on the very same examples when nothing was taken away or answered otherwise, and those who claim it are the same as
    then, or nobody claimed it then: whether to go on could depend on what was seen, what is tested couldn't. Tests that hold at
    every look allow more examples as well.
    """
    if not (len(look.examples) and len(earlier.examples)):
        return np.array_equal(np.unique(look.rows), np.unique(earlier.rows))
    mine, here = np.unique(look.examples, return_index=True)
    theirs, there = np.unique(earlier.examples, return_index=True)
    grown = not np.array_equal(mine, theirs)
    if grown:
        nested = bool(np.isin(theirs, mine).all())
        if not (nested and look.anytime and earlier.anytime and look.policy_hash == earlier.policy_hash):
            return False
        here = here[np.isin(mine, theirs)]
    now = [(each.path, each.by_example[here]) for each in look.marks]
    then = [(each.path, each.by_example[there]) for each in earlier.marks if each.by_example.any()]
    if not all(any(path == mark[0] and _agree(old, mark[1], grown=grown) for mark in now) for path, old in then):
        return False
    for claiming in CLAIMING:
        olds = [old for path, old in then if path == claiming]
        news = [new for path, new in now if path == claiming and new.any()]
        if olds and not all(any(_agree(old, new, grown=grown) for old in olds) for new in news):
            return False
    return True


def _agree(old: Bytes, new: Bytes, *, grown: bool) -> bool:
    """Tell whether two candidates were given the same wherever both were measured; `grown`: wherever the old one was."""
    known = old > 0 if grown else (old > 0) & (new > 0)
    return bool((old[known] == new[known]).all())


def _repeats(look: Look, earlier: Look) -> bool:
    """Tell whether an earlier look was the very same."""
    if look.policy_hash != earlier.policy_hash or look.anytime != earlier.anytime or len(look.rows) != len(earlier.rows):
        return False
    mine, theirs = (np.lexsort((each.rows, *([each.examples] if len(each.examples) else []))) for each in (look, earlier))
    for name in ("rows", "examples"):
        one, two = getattr(look, name), getattr(earlier, name)
        if len(one) != len(two) or (len(one) and not np.array_equal(one[mine], two[theirs])):
            return False
    return _in_order(look, mine) == _in_order(earlier, theirs)


def _in_order(look: Look, order: NDArray[np.int64]) -> list[tuple[str, bytes]]:
    return sorted((each.path, each.by_example[order].tobytes()) for each in look.marks)


def _earlier(database: sqlite3.Connection) -> Iterator[Look]:
    rows = database.execute("SELECT suite, policy_hash, seen_at, anytime, paths, examples, rows, marks FROM example_looks ORDER BY id")
    for suite, policy, seen_at, anytime, paths, examples, named, marks in rows:
        known = np.frombuffer(named, dtype="<u8")
        given = np.frombuffer(zlib.decompress(marks), dtype=np.uint8).reshape(-1, len(known))
        yield Look(
            suite=suite,
            policy_hash=policy,
            seen_at=seen_at,
            anytime=bool(anytime),
            examples=np.frombuffer(examples, dtype="<u8"),
            rows=known,
            marks=tuple(Marks(path=path, by_example=each) for path, each in zip(json.loads(paths), given, strict=True)),
        )


def _write(database: sqlite3.Connection, look: Look) -> None:
    given = zlib.compress(b"".join(each.by_example.astype(np.uint8).tobytes() for each in look.marks), 1)
    paths = json.dumps([each.path for each in look.marks])
    digests = (each.astype("<u8").tobytes() for each in (look.examples, look.rows))
    database.execute(
        "INSERT INTO example_looks (suite, policy_hash, seen_at, anytime, paths, examples, rows, marks) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (look.suite, look.policy_hash, look.seen_at, look.anytime, paths, *digests, given),
    )
