"""JSON Schemas of a suite on values a model wrote: nothing is fetched, and nothing hangs."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from benchharness.scorers.patterns import TOO_SLOW, TooSlowError, all_matches

__all__ = ["checked", "misfit"]

LONGEST_MESSAGE = 200


def checked(schema: Mapping[str, Any]) -> None:
    """Raise ValueError for a schema that is none (draft 2020-12), or that points at another document."""
    if not schema:
        return
    import jsonschema

    try:
        jsonschema.Draft202012Validator.check_schema(schema)
    except jsonschema.SchemaError as error:
        raise ValueError(f"not a JSON Schema: at {error.json_path} {error.message[:LONGEST_MESSAGE]}") from error
    for pointer in _pointers(schema):
        if not pointer.startswith("#"):
            raise ValueError(f"$ref {pointer!r} points elsewhere, and nothing is fetched: put it below $defs")


def misfit(schema: Mapping[str, Any], value: Any) -> str:
    """Return where and why a value doesn't fit a schema; empty when it does, or when there's no schema."""
    if not schema:
        return ""
    import jsonschema
    import referencing

    try:
        # An empty registry: jsonschema's own would fetch.
        found = _validator()(schema, registry=referencing.Registry()).iter_errors(value)
        error = jsonschema.exceptions.best_match(found)
    except TooSlowError:
        return TOO_SLOW
    except RecursionError:
        return "nested too deep for the schema"
    except referencing.exceptions.Unresolvable as unknown:
        return f"the schema points at {str(unknown.ref)[:LONGEST_MESSAGE]}, which isn't there"
    return "" if error is None else f"doesn't fit the schema at {error.json_path}: {error.message[:LONGEST_MESSAGE]}"


def _pointers(schema: Any) -> Iterator[str]:
    if isinstance(schema, Mapping):
        for name, each in schema.items():
            if name in ("$ref", "$dynamicRef") and isinstance(each, str):
                yield each
            elif name not in ("enum", "const", "default", "examples"):
                yield from _pointers(each)
    elif isinstance(schema, Sequence) and not isinstance(schema, str):
        for each in schema:
            yield from _pointers(each)


def _validator() -> Any:
    """Return the validator with three keywords that don't hang on a text made for it."""
    import jsonschema

    keywords = {"pattern": _pattern, "patternProperties": _pattern_properties, "uniqueItems": _unique_items}
    return jsonschema.validators.extend(jsonschema.Draft202012Validator, keywords)  # type: ignore[no-untyped-call]


def _pattern(_validator: Any, pattern: str, value: Any, _schema: Any) -> Iterator[Any]:
    from jsonschema import ValidationError

    if isinstance(value, str) and not all_matches(pattern, value):
        yield ValidationError(f"{value[:50]!r} does not match {pattern!r}")


def _pattern_properties(validator: Any, patterns: Mapping[str, Any], value: Any, _schema: Any) -> Iterator[Any]:
    if not validator.is_type(value, "object"):
        return
    for pattern, inner in patterns.items():
        for name, each in value.items():
            if all_matches(pattern, name):
                yield from validator.descend(each, inner, path=name, schema_path=pattern)


def _unique_items(_validator: Any, unique: bool, value: Any, _schema: Any) -> Iterator[Any]:
    from jsonschema import ValidationError

    # jsonschema compares every item with every other, which takes minutes for a list as long as a hostile answer's.
    if unique and isinstance(value, list) and len({json.dumps(_plain(each), sort_keys=True) for each in value}) < len(value):
        yield ValidationError("has non-unique items")


def _plain(value: Any) -> Any:
    """Return a value in which 1.0 is 1, as JSON Schema compares them."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return {name: _plain(each) for name, each in value.items()} if isinstance(value, dict) else value
