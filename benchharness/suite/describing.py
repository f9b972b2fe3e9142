"""What a record's fields mean, from the docstrings below them: read from the source, and only when a schema is written.

Pydantic can read them as well, on every start of every command; that took longer than all the checking.
"""

import ast
import inspect
from collections.abc import Iterator
from dataclasses import is_dataclass
from functools import cache
from itertools import pairwise
from types import ModuleType
from typing import Any, get_args, get_type_hints

__all__ = ["described"]


def described(schema: dict[str, Any], kind: type) -> dict[str, Any]:
    """Return a record's JSON Schema with each field's docstring as its description, in the definitions as well."""
    told = {each.__name__: _field_docstrings(each) for each in _records(kind, set())}
    definitions = {name: _with(each, told.get(name, {})) for name, each in schema.get("$defs", {}).items()}
    whole = _with(schema, told[kind.__name__])
    return {**whole, "$defs": definitions} if definitions else whole


def _with(schema: dict[str, Any], told: dict[str, str]) -> dict[str, Any]:
    if "properties" not in schema:
        return schema
    properties = {
        name: dict(sorted({**each, "description": told[name]}.items())) if name in told else each
        for name, each in schema["properties"].items()
    }
    return {**schema, "properties": properties}


def _records(kind: Any, seen: set[type]) -> Iterator[type]:
    """Yield a record and every record in its fields."""
    if is_dataclass(kind) and isinstance(kind, type) and kind not in seen:
        seen.add(kind)
        yield kind
        for each in get_type_hints(kind).values():
            yield from _records(each, seen)
    for part in get_args(kind):
        yield from _records(part, seen)


def _field_docstrings(kind: type) -> dict[str, str]:
    module = inspect.getmodule(kind)
    body = _classes(module).get(kind.__name__, []) if module is not None else []
    found = {}
    for field, after in pairwise(body):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and isinstance(after, ast.Expr):
            text = getattr(after.value, "value", None)
            if isinstance(text, str):
                found[field.target.id] = inspect.cleandoc(text)
    return found


@cache
def _classes(module: ModuleType) -> dict[str, list[ast.stmt]]:
    return {node.name: node.body for node in ast.parse(inspect.getsource(module)).body if isinstance(node, ast.ClassDef)}
