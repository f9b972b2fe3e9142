"""Turn records into JSON values and back, with a format version at the top.

A record stands as an object with its fields in their order. One that stands otherwise in a file says so itself: `as_json()`
returns its JSON value, and the class method `of_json(data)` makes it of one.
"""

import json
import math
import re
import types
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

__all__ = ["FORMAT_VERSION", "canonical", "dumps", "from_json", "one_line", "read_fields", "to_json"]

FORMAT_VERSION = 1

NOT_PLAIN = re.compile(r"[^\x20-\x7e\n]")
PLAIN = frozenset({str, int, bool, type(None)})

T = TypeVar("T")


def to_json(value: Any) -> Any:
    """Return `value` as plain JSON types; NaN and infinities are refused."""
    # By the exact type first: this runs over every request and every row.
    kind = type(value)
    if kind in PLAIN:
        return value
    if kind is dict:
        return {str(key): to_json(each) for key, each in value.items()}
    if kind is tuple or kind is list:
        return [to_json(each) for each in value]
    names = _names(kind)  # type: ignore[arg-type]
    if names is not None:
        return {name: to_json(getattr(value, name)) for name in names}
    return _to_json(value)


@cache
def _names(kind: type) -> tuple[str, ...] | None:
    """Return the fields of a record's type; None for any other, and for a record that stands otherwise in a file."""
    plain = is_dataclass(kind) and not issubclass(kind, Enum) and not hasattr(kind, "as_json")
    return tuple(each.name for each in fields(kind)) if plain else None


def _to_json(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if is_dataclass(value) and hasattr(value, "as_json"):
        return value.as_json()
    if isinstance(value, Mapping):
        return {str(key): to_json(each) for key, each in value.items()}
    if isinstance(value, str):
        return value
    if isinstance(value, Sequence):
        return [to_json(each) for each in value]
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(f"{value} has no place in JSON; absent is None")
    return value


def dumps(record: Any) -> str:
    """Return a record as indented JSON text with `format_version` first; the same record gives the same bytes."""
    document = {"format_version": FORMAT_VERSION, **to_json(record)}
    return _inert(json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False)) + "\n"


def one_line(record: Any) -> str:
    """Return a record or a mapping of records as JSON on one line with `format_version` first, for programs that read stdout."""
    return _inert(json.dumps({"format_version": FORMAT_VERSION, **to_json(record)}, ensure_ascii=False, allow_nan=False))


def _inert(text: str) -> str:
    """Return JSON that means the same and steers nothing: what isn't printable is escaped, and so is a build server's `##[`."""
    text = text.replace("##[", "#\\u0023[")
    return NOT_PLAIN.sub(_escaped, text)


def _escaped(match: re.Match[str]) -> str:
    char = match.group()
    return char if char.isprintable() else json.dumps(char)[1:-1]


def canonical(value: Any) -> str:
    """Return the one compact JSON text of a value, for hashing: keys sorted, no blanks."""
    return _write_canonical(value if _is_plain(value) else to_json(value))


_write_canonical = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode


def _is_plain(value: Any) -> bool:
    """Tell whether a value is what `to_json` would return for it: nothing but JSON's own types, keys that are text, finite numbers."""
    kind = type(value)
    if kind is str or value is None or kind is int or kind is bool:
        return True
    if kind is dict:
        # Most of a request is text: the calls saved by the first two tests are half of its cost.
        return all(type(key) is str and (type(each) is str or _is_plain(each)) for key, each in value.items())
    if kind is list:
        return all(map(_is_plain, value))
    return kind is float and math.isfinite(value)


def from_json(kind: type[T], data: Any) -> T:
    """Return the record of type `kind` that `data` describes; unknown keys are ignored, missing ones raise KeyError."""
    return _read(kind, data)  # type: ignore[no-any-return]


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _read(kind: Any, data: Any) -> Any:  # noqa: PLR0911 - one line for each kind of field
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return _read_union(get_args(kind), data)
    if is_dataclass(kind) and isinstance(kind, type):
        return kind.of_json(data) if hasattr(kind, "of_json") else kind(**read_fields(kind, data))
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(data)
    if origin is tuple:
        inner = get_args(kind)[0]
        return tuple(data) if inner is str else tuple(_read(inner, each) for each in data)
    if origin is not None and isinstance(origin, type) and issubclass(origin, Mapping):
        return {key: _read(get_args(kind)[1], each) for key, each in data.items()}
    if kind is float and isinstance(data, int) and not isinstance(data, bool):
        return float(data)
    return data


def _read_union(kinds: tuple[Any, ...], data: Any) -> Any:
    if data is None:
        return None
    rest = [each for each in kinds if each is not type(None)]
    return _read(rest[0], data) if len(rest) == 1 else data


def read_fields(kind: type, data: Any) -> dict[str, Any]:
    """Return a record's fields, by name, as a JSON object describes them; as `from_json` does for a record of its own form."""
    hints = _hints(kind)
    given = {}
    for each in fields(kind):
        if each.name in data:
            given[each.name] = _read(hints[each.name], data[each.name])
        elif each.default is MISSING and each.default_factory is MISSING:
            raise KeyError(f"{kind.__name__}.{each.name}")
    return given
