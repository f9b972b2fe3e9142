"""Say how one request differs from another, and find the nearest of many."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

__all__ = ["differences", "nearest"]

# A value longer than this is told by where it begins to differ.
LONGEST_VALUE = 60
# What every request has around what is interesting in it.
AROUND = ("wire.", "body.")
ABSENT = object()


def nearest(asked: str, stored: Iterable[str]) -> str | None:
    """Return the stored request with the fewest values that differ, of several the one whose texts agree longest; None without any."""
    own = _leaves(asked)
    best: tuple[int, int] | None = None
    found = None
    for text in stored:
        other = _leaves(text)
        differing = [name for name in {**own, **other} if own.get(name, ABSENT) != other.get(name, ABSENT)]
        score = (len(differing), -sum(_agree(str(own.get(name, "")), str(other.get(name, ""))) for name in differing))
        if best is None or score < best:
            best, found = score, text
    return found


def differences(asked: str, stored: str) -> tuple[str, ...]:
    """Return in words what differs in a request from a stored one: `temperature: 0 -> 0.2`, `messages[1] differs at character 120`."""
    own, other = _leaves(asked), _leaves(stored)
    return tuple(
        _how_it_differs(_shown(name), own.get(name, ABSENT), other.get(name, ABSENT))
        for name in {**other, **own}
        if own.get(name, ABSENT) != other.get(name, ABSENT)
    )


def _how_it_differs(name: str, own: Any, other: Any) -> str:
    if other is ABSENT:
        return f"{name} is new: {_value(own)}"
    if own is ABSENT:
        return f"{name} is gone: it was {_value(other)}"
    if isinstance(own, str) and isinstance(other, str) and max(len(own), len(other)) > LONGEST_VALUE:
        return f"{name} differs at character {_agree(own, other) + 1}"
    return f"{name}: {_value(other)} -> {_value(own)}"


def _value(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…"


def _shown(name: str) -> str:
    for each in AROUND:
        name = name.removeprefix(each)
    return name.removesuffix(".content")


def _leaves(text: str) -> dict[str, Any]:
    """Return every value of a request by its place in it."""
    return dict(_walk("", json.loads(text)))


def _walk(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict) and value:
        for key, each in value.items():
            yield from _walk(f"{name}.{key}" if name else key, each)
    elif isinstance(value, list) and value:
        for at, each in enumerate(value):
            yield from _walk(f"{name}[{at}]", each)
    else:
        yield name, value


def _agree(one: str, other: str) -> int:
    """Return how many characters two texts begin with alike."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[:middle] == other[:middle]:
            low = middle
        else:
            high = middle - 1
    return low
