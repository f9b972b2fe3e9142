"""Write and read an evidence bundle: a manifest of digests, the run's record, the scores; a changed byte is named."""

import gzip
import json
import math
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from benchharness.digests import file_hash
from benchharness.errors import EvidenceError
from benchharness.records.answer import AnswerStatus
from benchharness.records.bundle import BundleExample, BundleRow, Manifest
from benchharness.records.json_form import canonical, dumps, from_json, to_json
from benchharness.records.run import RunRecord

__all__ = ["MANIFEST", "RECORD", "SCORES", "VERDICT", "Bundle", "read_bundle", "sealed", "write_scores"]

MANIFEST, RECORD, SCORES, VERDICT = "manifest.json", "run.json", "scores.jsonl.gz", "verdict.json"
FILES = (RECORD, SCORES, VERDICT)
# A bundle is small; whatever is larger was made to hurt.
LARGEST_FILE = 64 * 2**20
MOST_SCORE_BYTES = 512 * 2**20
STATUSES = tuple(each.value for each in AnswerStatus)
DEFAULTS = {each.name: each.default for each in fields(BundleRow)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """A bundle whose files are the ones its manifest names."""

    manifest: Manifest
    """What it is."""
    record: RunRecord
    """The run's record."""
    examples: tuple[BundleExample, ...]
    """Golden examples that were to be asked, by id."""
    rows: tuple[BundleRow, ...]
    """Their answers."""
    verdict: Any
    """What `verdict.json` says: to be compared, never to be believed."""


def write_scores(path: Path, examples: Iterable[BundleExample], rows: Iterable[BundleRow]) -> None:
    """Write examples and rows, one JSON object a line, compressed; the same rows give the same bytes."""
    with path.open("wb") as raw, gzip.GzipFile(fileobj=raw, mode="wb", mtime=0, filename="") as file:
        for each in examples:
            file.write((canonical({"example": _short(each)}) + "\n").encode())
        for row in rows:
            file.write((canonical(_short(row)) + "\n").encode())


def sealed(folder: Path, manifest: Manifest) -> str:
    """Write the manifest over the files that stand in the folder, and return its digest."""
    files = {name: file_hash(folder / name) for name in FILES}
    path = folder / MANIFEST
    path.write_text(dumps({**to_json(manifest), "files": files}), encoding="utf-8")
    return file_hash(path)


def read_bundle(folder: Path, digest: str, *, shown: str) -> Bundle:
    """Return the bundle of a folder; EvidenceError names the file that isn't what the digest, or the manifest, says.

    `shown` is how messages call the folder.
    """
    manifest_path = folder / MANIFEST
    _check(manifest_path, digest, f"{shown}/{MANIFEST}", "the proposal's `evidence.digest`")
    manifest: Manifest = _record(Manifest, manifest_path, f"{shown}/{MANIFEST}")
    for name in FILES:
        if name not in manifest.files:
            raise EvidenceError(f"{shown}/{MANIFEST} names no {name}", name=name)
        _check(folder / name, manifest.files[name], f"{shown}/{name}", "its manifest")
    examples, rows = _scores(folder / SCORES, f"{shown}/{SCORES}")
    return Bundle(
        manifest=manifest,
        record=_record(RunRecord, folder / RECORD, f"{shown}/{RECORD}"),
        examples=examples,
        rows=rows,
        verdict=_document(folder / VERDICT, f"{shown}/{VERDICT}"),
    )


def _check(path: Path, digest: str, shown: str, says: str) -> None:
    if not path.is_file():
        raise EvidenceError(f"there is no {shown}", name=path.name)
    if path.is_symlink():
        raise EvidenceError(f"{shown} is a link, expected the file itself", name=path.name)
    if path.stat().st_size > LARGEST_FILE:
        raise EvidenceError(f"{shown} is larger than any evidence: more than {LARGEST_FILE // 2**20} MiB", name=path.name)
    found = file_hash(path)
    if found != digest:
        raise EvidenceError(f"{shown} is not the file that {says} names: it is {found[:19]}..., expected {digest[:19]}...", name=path.name)


def _document(path: Path, shown: str) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise EvidenceError(f"{shown} can't be read: {error}", name=path.name) from error


def _record(kind: type, path: Path, shown: str) -> Any:
    try:
        return _typed(from_json(kind, _document(path, shown)))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise EvidenceError(f"{shown} can't be read: {type(error).__name__}: {error}", name=path.name) from error


def _typed(record: Any) -> Any:
    """Return a record as it is. Raises TypeError for a field that holds something else than it says, ValueError for a number that is none.

    What the record leaves open (`Any`) stays open.
    """
    hints = get_type_hints(type(record))
    for each in fields(record):
        _fits(hints[each.name], getattr(record, each.name), each.name)
    return record


def _fits(hint: Any, value: Any, name: str) -> None:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        if value is not None:
            _fits(next(each for each in arguments if each is not NoneType), value, name)
    elif origin is tuple:
        for each in value:
            _fits(arguments[0], each, name)
    elif origin is not None:
        for each in value.values():
            _fits(arguments[1], each, name)
    elif is_dataclass(hint):
        _typed(value)
    elif hint in (str, int, float, bool) and (type(value) is not hint):
        raise TypeError(f"{name} is {str(value)[:40]!r}, expected {hint.__name__}")
    elif hint is float and not math.isfinite(value):
        raise ValueError(f"{name} is {value!r}")


def _scores(path: Path, shown: str) -> tuple[tuple[BundleExample, ...], tuple[BundleRow, ...]]:
    examples: list[BundleExample] = []
    rows: list[BundleRow] = []
    try:
        for line in _lines(path, shown):
            value = json.loads(line)
            if "example" in value:
                examples.append(_typed(BundleExample(**value["example"])))
            else:
                rows.append(_row(value))
    except (OSError, EOFError, zlib.error, ArithmeticError, AttributeError, ValueError, TypeError, RecursionError) as error:
        raise EvidenceError(f"{shown}, line {len(examples) + len(rows) + 1}, can't be read: {error}", name=path.name) from error
    _unique([each.example_id for each in examples], shown, "example")
    _unique([(each.candidate, each.prompt, each.example_id, each.repeat) for each in rows], shown, "row")
    strange = {each.example_id for each in rows} - {each.example_id for each in examples}
    if strange:
        raise EvidenceError(f"{shown} has rows of {min(strange)!r}, which is none of its examples", name=path.name)
    return tuple(examples), tuple(rows)


def _lines(path: Path, shown: str) -> Iterable[bytes]:
    """Yield the lines of a compressed file; one that unpacks to more than any evidence is refused before it fills the memory."""
    size = 0
    with gzip.open(path, "rb") as file:
        while line := file.readline(2**20):
            size += len(line)
            if size > MOST_SCORE_BYTES or not line.endswith(b"\n"):
                raise EvidenceError(f"{shown} unpacks to more than any evidence, or breaks off", name=path.name)
            yield line


def _row(value: dict[str, Any]) -> BundleRow:
    row = BundleRow(**value)
    if not all(isinstance(each, str) for each in (row.candidate, row.prompt, row.path, row.example_id)) or type(row.repeat) is not int:
        raise ValueError("candidate, prompt, path and example_id are texts, repeat a whole number")
    if row.status not in STATUSES:
        raise ValueError(f"the status {row.status!r}")
    if type(row.matched) not in (bool, type(None)) or (row.matched is not None and row.status == "error"):
        raise ValueError(f"{row.candidate} {row.example_id}: `matched` is {row.matched!r} with the status {row.status}")
    for name in ("score", "cost_usd", "latency_s"):
        number = getattr(row, name)
        if number is not None and (isinstance(number, bool) or not isinstance(number, int | float) or not math.isfinite(number)):
            raise ValueError(f"{name} is {number!r}")
    if {type(row.input_tokens), type(row.output_tokens)} - {int, NoneType} or not isinstance(row.output_hash, str):
        raise ValueError("tokens are whole numbers, output_hash is a text")
    if row.score is not None and not 0 <= row.score <= 1:
        raise ValueError(f"score is {row.score!r}, outside 0 to 1")
    return row


def _unique(keys: Sequence[object], shown: str, noun: str) -> None:
    if len(set(keys)) != len(keys):
        seen: set[object] = set()
        twice = next(each for each in keys if each in seen or seen.add(each))  # type: ignore[func-returns-value]
        raise EvidenceError(f"{shown} has the {noun} {twice!r} twice", name=SCORES)


def _short(record: BundleExample | BundleRow) -> dict[str, Any]:
    """Return a record's fields without those that say nothing; `matched` always stands there."""
    plain: dict[str, Any] = to_json(record)
    return {key: value for key, value in plain.items() if key == "matched" or value not in (None, "", {}, DEFAULTS.get(key, ""))}
