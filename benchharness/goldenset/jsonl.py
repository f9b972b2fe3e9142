"""Read JSON Lines exactly: every value as it's written, every bad line named."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchharness.errors import Mistake

__all__ = ["checked_line", "decoder", "read_jsonl"]


# How JSON writes either half of a character beyond the first 65,536.
ESCAPE = "\\ud"


class _DuplicateKeyError(ValueError):
    pass


def read_jsonl(path: Path, *, name: str) -> Iterator[tuple[int, dict[str, Any] | Mistake]]:
    """Yield (line number, object or mistake) for every line that isn't blank."""
    with path.open("rb") as file:
        for number, raw in enumerate(file, start=1):
            if number == 1:
                raw = raw.removeprefix(b"\xef\xbb\xbf")  # noqa: PLW2901 - a byte-order mark is no content
            if raw.strip():
                yield number, _parse(raw.rstrip(b"\r\n"), name, number)


def decoder() -> json.JSONDecoder:
    """Return what reads JSON strictly: a key stands once in an object, and NaN is none."""
    return json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_refuse_constant)


def checked_line(value: Any, written: str, name: str, number: int) -> dict[str, Any] | Mistake:
    """Return a value that is an example's row, or what's wrong with it; `written` is its text."""
    if not isinstance(value, dict):
        return Mistake(file=name, line=number, message=f"expected an object with columns, got {type(value).__name__}")
    return _torn(name, number) if ESCAPE in written.lower() and _is_torn(value) else value


def _parse(raw: bytes, name: str, number: int) -> dict[str, Any] | Mistake:
    try:
        text = raw.decode("utf-8")
        value = json.loads(text, object_pairs_hook=_unique, parse_constant=_refuse_constant)
    except UnicodeDecodeError as error:
        return Mistake(file=name, line=number, column=error.start + 1, message="not UTF-8", hint="save the file as UTF-8")
    except json.JSONDecodeError as error:
        return Mistake(file=name, line=number, column=error.colno, message=f"not JSON: {error.msg}")
    except _DuplicateKeyError as error:
        return Mistake(file=name, line=number, message=str(error))
    except (ValueError, RecursionError) as error:
        return Mistake(file=name, line=number, message=f"not JSON: {error}")
    return checked_line(value, text, name, number)


def _torn(name: str, number: int) -> Mistake:
    return Mistake(file=name, line=number, message="holds half a character (a lone \\ud800 to \\udfff)", hint="write the whole character")


def _is_torn(value: Any) -> bool:
    """Tell whether a text holds half of a character: JSON can write it, no file can hold it."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return True
    return False


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise _DuplicateKeyError(f"the key {key!r} stands twice in one object")
            seen.add(key)
    return found


def _refuse_constant(text: str) -> Any:
    raise ValueError(f"{text} is not JSON")
