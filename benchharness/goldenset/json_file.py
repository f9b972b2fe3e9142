"""Read a JSON file: an array of examples, as it is or under one key, each named by the line it begins on."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchharness.errors import Mistake
from benchharness.goldenset.jsonl import checked_line, decoder, read_jsonl

__all__ = ["read_json"]

# Where tools put the examples of a file that says more: BIG-Bench, Hugging Face's viewer, deepeval, MLflow.
HOLDERS = ("examples", "data", "rows", "test_cases", "tests", "goldens", "items", "samples", "inputs", "records", "dataset")
BLANK = re.compile(r"\s*")


def read_json(path: Path, *, name: str) -> Iterator[tuple[int, dict[str, Any] | Mistake]]:
    """Yield (line, object or mistake) for every item of the array; a file of one object a line is read as JSON Lines."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        yield 1, Mistake(file=name, message=f"not UTF-8 at byte {error.start}", hint="save the file as UTF-8")
        return
    start = _array(text, name)
    if isinstance(start, Mistake):
        yield start.line or 1, start
    elif start is None:
        yield from read_jsonl(path, name=name)
    else:
        yield from _items(text, start, name)


def _array(text: str, name: str) -> int | Mistake | None:
    """Return where the array of examples begins; None for JSON Lines, and for an empty file."""
    at = _behind_blanks(text, 0)
    if text[at : at + 1] in ("[", ""):
        return at if at < len(text) else None
    try:
        value, end = json.JSONDecoder().raw_decode(text, at)
    except (ValueError, RecursionError) as error:
        return Mistake(file=name, line=_line(text, getattr(error, "pos", 0)), message=f"not JSON: {getattr(error, 'msg', error)}")
    if _behind_blanks(text, end) < len(text):
        return None
    lists = [key for key, each in value.items() if _is_table(each)] if isinstance(value, dict) else []
    named = [key for key in lists if key in HOLDERS] or lists
    if len(named) == 1:
        return _place_of(text, at, named[0])
    told = f"the lists {', '.join(map(repr, named))} could all be the examples" if named else "holds no list of examples"
    return Mistake(file=name, message=told, hint="write the examples as an array, `[{...}, {...}]`, or one a line in a .jsonl file")


def _is_table(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(each, dict) for each in value)


def _place_of(text: str, at: int, wanted: str) -> int:
    """Return where the value of a key of the outermost object begins."""
    read = json.JSONDecoder()
    at += 1
    while True:
        key, at = read.raw_decode(text, _behind_blanks(text, at))
        at = _behind_blanks(text, _behind_blanks(text, at) + 1)
        if key == wanted:
            return at
        at = _behind_blanks(text, read.raw_decode(text, at)[1]) + 1


def _items(text: str, start: int, name: str) -> Iterator[tuple[int, dict[str, Any] | Mistake]]:
    at = _behind_blanks(text, start + 1)
    line, counted = _line(text, at), at
    if text[at : at + 1] == "]":
        return
    while True:
        at = _behind_blanks(text, at)
        line, counted = line + text.count("\n", counted, at), at
        try:
            value, at = decoder().raw_decode(text, at)
        except (ValueError, RecursionError) as error:
            place = getattr(error, "pos", at)
            yield line, Mistake(file=name, line=_line(text, place), message=f"not JSON: {getattr(error, 'msg', error)}")
            return
        yield line, checked_line(value, text[counted:at], name, line)
        at = _behind_blanks(text, at)
        if text[at : at + 1] != ",":
            if text[at : at + 1] != "]":
                yield line, Mistake(file=name, line=_line(text, at), message="not JSON: expected `,` or `]` behind an example")
            return
        at += 1


def _behind_blanks(text: str, at: int) -> int:
    found = BLANK.match(text, at)
    return at if found is None else found.end()


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1
