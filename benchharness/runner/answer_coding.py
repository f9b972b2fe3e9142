"""Write an answer as few bytes in a few microseconds, and read it back; fields come from the record itself."""

import json
import zlib
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from functools import cache
from json.encoder import JSONEncoder
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from benchharness.records.answer import Answer
from benchharness.records.json_form import from_json, to_json

__all__ = ["DAMAGED", "from_plain", "pack", "plain", "unpack"]

# The first byte of a blob says how it's written. A blob of the first format is a bare zlib stream, which begins with 0x78.
PLAIN, DEFLATED, FIRST_FORMAT = b"\x01", b"\x02", 0x78
# Below this many bytes zlib costs more time than the bytes are worth.
WORTH_DEFLATING = 512
UTF8 = ("utf-8", "surrogatepass")  # what a provider writes may hold half a character; it's kept as it came

# What reading a damaged blob may raise.
DAMAGED = (zlib.error, ValueError, KeyError, TypeError, AttributeError, RecursionError)

_write = JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False, default=to_json).encode
_read = json.JSONDecoder().decode


def pack(answer: Answer) -> bytes:
    """Return an answer as bytes: its fields as JSON without those that have their default; ValueError for NaN and infinities."""
    text = _write(plain(answer)).encode(*UTF8)
    return PLAIN + text if len(text) < WORTH_DEFLATING else DEFLATED + zlib.compress(text, 1)


def unpack(blob: bytes) -> Answer:
    """Return the answer in a blob of this format or the first; one of `DAMAGED` for a damaged one."""
    tag = blob[:1]
    if tag == PLAIN:
        text = blob[1:]
    elif tag == DEFLATED:
        text = zlib.decompress(blob[1:])
    elif blob and blob[0] == FIRST_FORMAT:
        return from_json(Answer, json.loads(zlib.decompress(blob)))
    else:
        raise ValueError("an answer in a format that isn't known here")
    return from_plain(_read(text.decode(*UTF8)))


def plain(record: Any) -> dict[str, Any]:
    """Return the fields of a record that don't have their default, records within written alike."""
    found = {}
    kind: type = type(record)
    for name, default, nested in _fields(kind):
        value = getattr(record, name)
        if value is default or value == default:
            continue
        found[name] = plain(value) if nested and value is not None else value
    return found


def from_plain(data: Any) -> Answer:
    """Return the answer whose fields `plain` wrote; fields of a later version are ignored."""
    return _record(Answer, data)  # type: ignore[no-any-return]


def _record(kind: type, data: Mapping[str, Any]) -> Any:
    readers = _readers(kind)
    given = {}
    for name, value in data.items():
        if name in readers:
            read = readers[name]
            given[name] = value if read is None or value is None else read(value)
    return kind(**given)


@cache
def _fields(kind: type) -> tuple[tuple[str, Any, bool], ...]:
    """Return name, default and whether it's a record, of every field of a record."""
    hints = get_type_hints(kind)
    found = []
    for each in fields(kind):
        default = each.default if each.default_factory is MISSING else each.default_factory()
        found.append((each.name, default, _is_record(_bare(hints[each.name]))))
    return tuple(found)


@cache
def _readers(kind: type) -> dict[str, Callable[[Any], Any] | None]:
    """Return what turns the JSON of each field into its value; None where JSON's value is it already."""
    hints = get_type_hints(kind)
    return {each.name: _reader(_bare(hints[each.name])) for each in fields(kind)}


def _reader(hint: Any) -> Callable[[Any], Any] | None:
    if hint in (str, int, bool, Any) or get_origin(hint) in (dict, Mapping):
        return None
    if hint is float:
        return _number
    if _is_record(hint):
        return lambda data: _record(hint, data)
    if isinstance(hint, type) and issubclass(hint, Enum):
        # Looked up, not called: an enum's call takes three times as long.
        return {each.value: each for each in hint}.__getitem__
    if getattr(get_origin(hint), "__name__", "") == "Mapping" and get_args(hint)[1] is Any:
        return None
    return lambda data: from_json(hint, data)


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"{value!r} is no number")
    return float(value)


def _bare(hint: Any) -> Any:
    """Return a type without its None."""
    if get_origin(hint) in (Union, UnionType):
        rest = [each for each in get_args(hint) if each is not type(None)]
        return rest[0] if len(rest) == 1 else hint
    return hint


def _is_record(hint: Any) -> bool:
    return isinstance(hint, type) and is_dataclass(hint)
