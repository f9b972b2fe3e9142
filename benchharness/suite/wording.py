"""Say what's wrong with a value in plain words, with its place and the nearest valid name."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from benchharness.errors import Mistake
from benchharness.records.suite import Shots
from benchharness.suite.shorthand import line_for
from benchharness.suite.walking import keys_of, leaves, range_of, walked
from benchharness.suite.yaml_reading import Place

__all__ = ["Places", "dotted", "locate", "mistakes_of", "nearest"]

LONGEST_SHOWN = 40
# What pydantic calls a wrong kind, and what a person would.
KINDS = {
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "string_type": "text",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "list_type": "a list",
    "dict_type": "a mapping",
    "dataclass_type": "a mapping",
    "dataclass_exact_type": "a mapping",
}
BOUNDS = {"greater_than", "greater_than_equal", "less_than", "less_than_equal"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where each key of a file stands."""

    name: str
    """The file as the user named it."""
    values: Mapping[str, Place]
    """Dotted key to the place of its value."""
    keys: Mapping[str, Place]
    """Dotted key to the place of the key."""

    def mistake(self, key: str, message: str, hint: str = "", *, at_key: bool = False) -> Mistake:
        """Return a mistake at a dotted key; at the nearest key around it when the file doesn't have it."""
        where = key
        table = self.keys if at_key and key in self.keys else self.values
        while where and where not in table:
            where = where[: max(where.rfind("."), where.rfind("["), 0)]
        line, column = table.get(where, (None, None))
        return Mistake(file=self.name, line=line, column=column, key=key, message=message, hint=hint)

    def unknown(self, key: str, noun: str, name: str, known: Iterable[str]) -> Mistake:
        """Return the mistake that nothing of this kind is called `name`, with the nearest that is."""
        names = sorted(known)
        return self.mistake(key, f"unknown {noun} {name!r}", nearest(name, names))


def nearest(name: str, names: Sequence[str]) -> str:
    """Return a hint: the nearest of the names, or all of them."""
    close = get_close_matches(name, names, n=1, cutoff=0.5)
    listed = ", ".join(names)
    return f"did you mean {close[0]!r}? There are {listed}" if close else f"there are {listed}" if names else ""


def mistakes_of(errors: Sequence[Any], value: Any, places: Places, *, kind: type, at: str, also: Collection[str] = ()) -> list[Mistake]:
    """Return pydantic's errors as mistakes of ours; `also` are keys that are known beside the record's own."""
    found: dict[tuple[str, str], Mistake] = {}
    for error in errors:
        path, met, fits = locate(error, value)
        if fits:
            key = dotted(path, at)
            mistake = _mistake(error, key, met, places, walked(kind, error["loc"]), also=also)
            found.setdefault((key, mistake.message), mistake)
    return list(found.values())


def locate(error: Any, value: Any) -> tuple[tuple[str | int, ...], Any, bool]:
    """Return the path an error is about, the value found there, and whether it says anything.

    A union reports every branch, and only the one that fits the value's own kind does; a list whose items are wrong also
    counts as too short.
    """
    path: list[str | int] = []
    fits, loc = True, error["loc"]
    for place, part in enumerate(loc):
        if (isinstance(part, int) and isinstance(value, list) and part < len(value)) or (isinstance(value, dict) and part in value):
            path.append(part)
            value = value[part]
        elif isinstance(part, str) and not (error["type"] == "missing" and place == len(loc) - 1):
            fits = fits and part[:1].isupper() == isinstance(value, dict)
    return tuple(path), value, fits and not (error["type"] == "too_short" and bool(value))


def dotted(path: Sequence[str | int], start: str = "") -> str:
    """Return a path as a dotted key: `candidates[2].prompts[0]`."""
    for part in path:
        start += f"[{part}]" if isinstance(part, int) else f".{part}" if start else part
    return start


def _mistake(  # noqa: PLR0911 - one line for each kind of mistake
    error: Any, key: str, met: Any, places: Places, hint: Any, *, also: Collection[str]
) -> Mistake:
    kind = error["type"]
    if kind == "missing":
        name = error["loc"][-1]
        return places.mistake(key, f"required key {name!r} is missing", f"add `{name}: ...`")
    if kind == "unexpected_keyword_argument":
        name = str(error["loc"][-1])
        return places.mistake(key, f"unknown key {name!r}", nearest(name, sorted(keys_of(hint) | set(also))), at_key=True)
    if kind == "enum":
        return places.mistake(key, f"expected {error['ctx']['expected']}, got {_shown(met)}")
    if kind in ("too_short", "string_too_short"):
        return places.mistake(key, "must not be empty")
    if kind in KINDS or kind in BOUNDS:
        word = "a whole number" if met is not None and kind in BOUNDS and int in leaves(hint) else KINDS.get(kind, "a number")
        other = "or `{k: 8, pick: nearest}`" if Shots in leaves(hint) else line_for(key, word, met)
        return places.mistake(key, f"expected {word}{range_of(hint) if 'number' in word else ''}, got {_shown(met)}", other)
    if kind == "value_error":
        return places.mistake(key, str(error["ctx"]["error"]))
    return places.mistake(key, f"{error['msg'][:1].lower()}{error['msg'][1:]}, got {_shown(met)}")


def _shown(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f"the text {value[:LONGEST_SHOWN]!r}" + ("..." if len(value) > LONGEST_SHOWN else "")
    if isinstance(value, int | float):
        return str(value) if len(str(value)) <= LONGEST_SHOWN else f"{str(value)[:LONGEST_SHOWN]}..."
    return "a list" if isinstance(value, list) else "a mapping"
