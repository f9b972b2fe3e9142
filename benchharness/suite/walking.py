"""Follow a path through the record types: which keys are valid there, and which numbers."""

from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

__all__ = ["keys_of", "leaves", "range_of", "walked"]

WORDS = {"gt": "above", "ge": "at least", "lt": "below", "le": "at most"}


def walked(kind: Any, loc: Sequence[str | int]) -> Any:
    """Return the type that stands at the end of pydantic's path; at a key no record has, the record around it."""
    for part in loc:
        inner = _inner(kind, part)
        if inner is None:
            return kind
        kind = inner
    return kind


def keys_of(kind: Any) -> set[str]:
    """Return the keys a user may write in a record; `options` is ours."""
    return {each.name for owner in leaves(kind) if is_dataclass(owner) for each in fields(owner)} - {"options"}


def leaves(kind: Any) -> set[Any]:
    """Return the types a value may have, None and what's said about them left out."""
    return {each for branch in _branches(kind) for each in [_bare(branch)]}


def range_of(kind: Any) -> str:
    """Return the numbers a type allows in words, e.g. ` above 0 and at most 1`; nothing when it allows all."""
    bounds = {
        name: getattr(each, name)
        for branch in [kind, *_branches(kind)]
        for each in getattr(branch, "__metadata__", ())
        for name in WORDS
        if getattr(each, name, None) is not None
    }
    words = " and ".join(f"{WORDS[name]} {bounds[name]:g}" for name in WORDS if name in bounds)
    return f" of {words}" if words.startswith("at") else f" {words}" if words else ""


def _inner(kind: Any, part: str | int) -> Any:
    """Return the type one step further, or None when a record has no such key."""
    branches = list(_branches(kind))
    if len(branches) > 1:
        # Of a union pydantic names the branch it tried.
        named = [each for each in branches if getattr(_bare(each), "__name__", "") == part]
        return (named or [each for each in branches if not is_dataclass(_bare(each))] or [None])[0]
    bare = _bare(branches[0]) if branches else None
    if is_dataclass(bare):
        return get_type_hints(bare, include_extras=True).get(str(part))
    arguments = get_args(bare)
    if get_origin(bare) is dict:
        return arguments[1]
    return arguments[0] if get_origin(bare) is tuple else None


def _branches(kind: Any) -> Iterator[Any]:
    bare = _bare(kind)
    if get_origin(bare) in (Union, UnionType):
        for each in get_args(bare):
            if each is not NoneType:
                yield from _branches(each)
    else:
        yield kind


def _bare(kind: Any) -> Any:
    return get_args(kind)[0] if get_origin(kind) is Annotated else kind
