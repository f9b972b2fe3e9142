"""Write answers into one file that another machine can replay, and read it back: JSON Lines, gzipped, checked."""

import gzip
import hashlib
import json
import math
import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum
from functools import cache
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from benchharness.errors import SetupError
from benchharness.records.json_form import canonical, to_json
from benchharness.runner.answer_coding import UTF8, from_plain, plain
from benchharness.runner.store import Origin, Stored
from benchharness.runner.store_care import Kept

__all__ = ["EXPORT_VERSION", "is_export", "read_export", "read_failures", "write_export"]

EXPORT_VERSION = 1
KIND = "benchharness-answers"
GZIP = b"\x1f\x8b"
KEY = re.compile(r"[0-9a-f]{64}")
# No answer with its request is longer; a file that says otherwise is not one of ours.
LONGEST_LINE = 64 * 2**20

_write = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False, default=to_json).encode


def write_export(path: Path, kept: Callable[[], Iterable[Kept]], failures: Mapping[str, str] | None = None) -> int:
    """Write answers, sorted by key, and return how many; `kept` is called twice and gives the same each time.

    `failures` are the questions of a run that got no answer, by key, with the reason: a replay of that run has none either. The
    same answers give the same bytes. Raises SetupError when the file can't be written.
    """
    failed = [canonical({"key": key, "no_answer": reason}).encode(*UTF8) + b"\n" for key, reason in sorted((failures or {}).items())]

    def lines() -> Iterator[bytes]:
        yield from map(_line, kept())
        yield from failed

    digest = hashlib.sha256()
    count = 0
    for line in lines():
        digest.update(line)
        count += 1
    header = {"format_version": EXPORT_VERSION, "kind": KIND, "lines": count, "sha256": digest.hexdigest()}
    unfinished = path.with_name(path.name + ".tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # No time and no name inside: the same answers are the same bytes.
        with unfinished.open("wb") as file, gzip.GzipFile("", "wb", 6, file, mtime=0) as packed:
            packed.write(json.dumps(header).encode() + b"\n")
            for line in lines():
                packed.write(line)
        unfinished.replace(path)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise SetupError(f"the export can't be written: {error.strerror or error}", file=path, hint="name another file") from error
    return count - len(failed)


def is_export(path: Path) -> bool:
    """Tell whether a file may be an export; SetupError when it can't be read."""
    try:
        with path.open("rb") as file:
            return file.read(len(GZIP)) == GZIP
    except OSError as error:
        raise SetupError(f"can't be read: {error.strerror or error}", file=path) from error


def read_export(path: Path) -> Iterator[Kept]:
    """Yield the answers of an export; SetupError before the first when the file isn't whole, or isn't what its first line says."""
    _check(path)
    for number, data in _lines(path):
        if "no_answer" not in data:
            yield _kept(data, path, number)


def read_failures(path: Path) -> dict[str, str]:
    """Return the questions of the exported run that got no answer, by key, with the reason; SetupError for a file that isn't whole."""
    _check(path)
    return {str(data.get("key")): str(data["no_answer"]) for _, data in _lines(path) if "no_answer" in data}


def _lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    with _as_setup_error(path), gzip.open(path) as file:
        file.readline(LONGEST_LINE)
        number = 1
        while line := file.readline(LONGEST_LINE):
            number += 1
            data = json.loads(line.decode(*UTF8))
            if not isinstance(data, dict):
                raise SetupError(f"line {number} is no answer", file=path, hint="export it again")
            yield number, data


def _check(path: Path) -> None:
    digest = hashlib.sha256()
    count = 0
    with _as_setup_error(path), gzip.open(path) as file:
        header = json.loads(file.readline(LONGEST_LINE))
        if not isinstance(header, dict) or header.get("kind") != KIND:
            raise SetupError("is no export of answers", file=path, hint="`bench cache export FILE` writes one")
        if header.get("format_version") != EXPORT_VERSION:
            raise SetupError(
                f"is an export of version {header.get('format_version')!r}; this bench reads {EXPORT_VERSION}",
                file=path,
                hint="update benchharness, or export again",
            )
        while line := file.readline(LONGEST_LINE):
            digest.update(line)
            count += 1
    if header.get("lines") != count or header.get("sha256") != digest.hexdigest():
        raise SetupError("the export was changed or cut off: its checksum is another", file=path, hint="export it again")


def _line(kept: Kept) -> bytes:
    stored, origin = kept.stored, kept.origin
    known = {
        "key": kept.key,
        "asked_at": stored.asked_at,
        "attempts": stored.attempts,
        "answer": plain(stored.answer),
        "provider": None if origin is None else origin.provider,
        "model": None if origin is None else origin.model,
    }
    # A request is kept as canonical JSON, and its name is the last in the alphabet: it's put in as it is.
    request = "null" if origin is None or origin.request is None else origin.request
    return f'{_write(known)[:-1]},"request":{request}}}\n'.encode(*UTF8)


def _kept(data: Mapping[str, Any], path: Path, number: int) -> Kept:
    try:
        stored = Stored(answer=from_plain(data["answer"]), asked_at=data["asked_at"], attempts=data["attempts"])
        datetime.fromisoformat(stored.asked_at)
        sound = isinstance(data["key"], str) and KEY.fullmatch(data["key"]) and _fits(stored, Stored)
        names = [data["provider"], data["model"]]
        sound = sound and all(isinstance(each, str) for each in names) if data["provider"] is not None else sound
        request = data["request"]
        sound = sound and isinstance(request, dict | None)
    except (KeyError, TypeError, ValueError, AttributeError):
        sound = False
    if not sound:
        raise SetupError(f"line {number} is no answer", file=path, hint="export it again")
    origin = (
        None
        if data["provider"] is None
        else Origin(provider=data["provider"], model=data["model"], request=None if request is None else canonical(request))
    )
    return Kept(key=data["key"], stored=stored, origin=origin)


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)


def _fits(value: Any, hint: Any) -> bool:  # noqa: PLR0911 - one line for each kind of field
    """Tell whether a value read from a file is of the type its record says."""
    if get_origin(hint) in (Union, UnionType):
        return any(_fits(value, each) for each in get_args(hint))
    if hint is Any:
        return True
    if is_dataclass(hint):
        kind: type = type(value)
        hints = _hints(kind)
        return kind is hint and all(_fits(getattr(value, each.name), hints[each.name]) for each in fields(hint))
    if hint in (None, NoneType):
        return value is None
    if hint is int:
        return type(value) is int and abs(value) < 2**63
    if hint is float:
        return type(value) in (int, float) and math.isfinite(value)
    if isinstance(hint, type):
        return isinstance(value, hint) if not issubclass(hint, Enum) else type(value) is hint
    return isinstance(value, Mapping | tuple)


@contextmanager
def _as_setup_error(path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, EOFError, zlib.error, ValueError, RecursionError) as error:
        raise SetupError(f"the export can't be read: {error}", file=path, hint="is it whole? export it again") from error
