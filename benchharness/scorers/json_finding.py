"""Find JSON in what a model wrote around it: the last complete value that can be the answer."""

import json
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["LONGEST_TEXT", "FoundJson", "find_json", "json_of", "values_in"]

LONGEST_TEXT = 200_000
# Letters read in vain, so that a text full of brackets can't take minutes; in such a text nothing is found.
MOST_EFFORT = 20_000_000
PER_START = 100
MOST_COMMAS = 50
FENCED = re.compile(r"\A```[\w+-]*[ \t]*\n(.*)\n[ \t]*```\Z", re.DOTALL)
# What can begin an object or a list; a brace before a plain word begins neither.
OPENING = re.compile(r"\{(?=\s*[\"}])|\[(?=\s*[\"{\[\]\d\-tfnNI])")
MOST_STARTS = 5_000
NEAR = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundJson:
    """One JSON value in a text."""

    value: Any
    """What it says."""
    end: int
    """Where it ends."""


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object; ValueError when it says the same key twice and differently: which is meant nobody can tell."""
    found = dict(pairs)
    if len(found) < len(pairs) and any(found[key] != value for key, value in pairs):
        raise ValueError("a key stands twice")
    return found


def _refused(text: str) -> Any:
    raise ValueError(f"{text} is not JSON")


def _finite(text: str) -> float:
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise ValueError(f"{text} is too large")
    return value


_STRICT = json.JSONDecoder(object_pairs_hook=_once_each, parse_constant=_refused, parse_float=_finite)
# A judge's reasons may hold a raw line break.
_LENIENT = json.JSONDecoder(object_pairs_hook=_once_each, parse_constant=_refused, parse_float=_finite, strict=False)


def json_of(text: str) -> Any:
    """Return the value of a text that is JSON from end to end; ValueError for any other, NaN and Infinity among them."""
    try:
        return _STRICT.decode(text)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def find_json(text: str, *, like: Any = None, keys: Collection[str] = ()) -> tuple[Any] | None:
    """Return the JSON that is a text's answer, or the last that can be; wrapped, since null is a value; None when there is none.

    `like` is a value of the wanted kind: of several the last of that kind counts, so a `[1]` that cites is no object. Of several
    objects the last that has one of `keys` does, or the last when none has. One within another is none of its own, and one that
    breaks off isn't replaced by what's whole within it.
    """
    text = text.strip()[:LONGEST_TEXT]
    for whole in (text, _unfenced(text)):
        if whole is not None:
            try:
                return (json_of(whole),)
            except ValueError:
                continue
    found, _ = values_in(text)
    values = [each.value for each in found]
    if not values:
        return None
    for fits in _preferences(like, keys):
        chosen = [value for value in values if fits(value)]
        if chosen:
            return (chosen[-1],)
    return (values[-1],)


def _unfenced(text: str) -> str | None:
    fenced = FENCED.match(text)
    return None if fenced is None else fenced.group(1)


def _preferences(like: Any, keys: Collection[str]) -> list[Callable[[Any], bool]]:
    """Return what a value should be, the closest first."""
    if isinstance(like, Mapping):
        wanted = frozenset(keys or like)
        return [lambda value: isinstance(value, dict) and not wanted.isdisjoint(value), lambda value: isinstance(value, dict)]
    if isinstance(like, list | tuple):
        numbers = _cites(list(like))
        return [
            lambda value: isinstance(value, list) and (numbers or not _cites(value)),
            lambda value: isinstance(value, dict),
        ]
    return []


def _cites(value: list[Any]) -> bool:
    """Tell whether a list may be a mark such as [1] or [2, 3]."""
    return bool(value) and all(isinstance(each, int) for each in value)


def values_in(text: str, *, lenient: bool = False) -> tuple[list[FoundJson], str]:
    """Return the objects and lists of a text in order, not those within another, and the text they stand in.

    None at all when reading them takes too long: what wasn't read could be the last. With `lenient` a comma before a closing
    bracket is left out of the text, and a raw line break may stand in a string.
    """
    decoder = _LENIENT if lenient else _STRICT
    found: list[FoundJson] = []
    at, starts, effort, commas = 0, MOST_STARTS, MOST_EFFORT, MOST_COMMAS if lenient else 0
    last = len(text.rstrip())
    while (opening := OPENING.search(text, at)) is not None:
        at, starts = opening.start(), starts - 1
        try:
            value, end = decoder.raw_decode(text, at)
            found.append(FoundJson(value=value, end=end))
            at = end
        except RecursionError:
            return [], text
        except json.JSONDecodeError as error:
            effort -= error.pos - at + PER_START
            comma = _stray_comma(text, error.pos) if commas else None
            if comma is not None:
                text, commas, last = text[:comma] + text[comma + 1 :], commas - 1, last - 1
            elif error.pos >= last or error.msg.startswith("Unterminated string"):
                # It breaks off: what's whole within it isn't what was meant to be said.
                break
            else:
                at += 1
        except ValueError:
            at = _past(text, at)
            effort -= PER_START
        if effort < 0 or not starts:
            return [], text
    return found, text


def _stray_comma(text: str, at: int) -> int | None:
    """Return the place of a comma before a closing bracket, where reading stopped at either."""
    if text[at : at + 1] == ",":
        return at if text[at + 1 : at + NEAR].lstrip()[:1] in ("}", "]") else None
    before = text[max(0, at - NEAR) : at].rstrip()
    return max(0, at - NEAR) + len(before) - 1 if text[at : at + 1] in ("}", "]") and before.endswith(",") else None


def _past(text: str, at: int) -> int:
    """Return where a value ends that is JSON but for its numbers or a key that stands twice; the next place when it can't be told."""
    try:
        return json.JSONDecoder(strict=False).raw_decode(text, at)[1]
    except (ValueError, RecursionError):
        return at + 1
