"""Make a record of a plain document, strictly; pydantic does the looking."""

import json
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pydantic import TypeAdapter

__all__ = ["validated"]


def validated(kind: type, document: Any) -> Any:
    """Return the record a document describes; pydantic's ValidationError lists everything that's wrong.

    It goes through JSON, because only there strict means: a list for a tuple, a whole number for a float, nothing else.
    """
    return _adapter(kind).validate_json(json.dumps(document), strict=True)


@cache
def _adapter(kind: type) -> "TypeAdapter[Any]":
    from pydantic import TypeAdapter

    return TypeAdapter(kind)
