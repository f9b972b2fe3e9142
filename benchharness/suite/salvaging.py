"""Take the wrong parts out of a suite, so that the rest can still be checked in the same go."""

import copy
import json
from collections.abc import Sequence
from typing import Any

from benchharness.records.suite import Suite

__all__ = ["salvaged"]

ROUNDS = 6
# What stands in for a required value that's wrong; never leaves this package.
STAND_INS: dict[str, Any] = {"accuracy_target": 0.9, "k": 1, "requests_per_month": 1, "name": "?", "decision": {"accuracy_target": 0.9}}


def salvaged(document: dict[str, Any]) -> Suite | None:
    """Return a suite of what is right in a document, or None when too little is."""
    from pydantic import TypeAdapter, ValidationError

    rest = copy.deepcopy(document)
    for _ in range(ROUNDS):
        try:
            return TypeAdapter(Suite).validate_json(json.dumps(rest), strict=True)
        except ValidationError as error:
            for each in error.errors(include_url=False):
                _mend(rest, each["loc"], missing=each["type"] == "missing")
    return None


def _mend(value: Any, loc: Sequence[str | int], *, missing: bool) -> None:
    """Remove what stands at `loc`, or put a stand-in where something is missing."""
    owner: Any = None
    last: str | int | None = None
    for part in loc:
        if (isinstance(value, dict) and part in value) or (isinstance(value, list) and isinstance(part, int) and part < len(value)):
            owner, last, value = value, part, value[part]
    name = loc[-1] if loc else None
    if missing and isinstance(value, dict) and name in STAND_INS:
        value[name] = copy.deepcopy(STAND_INS[str(name)])
    elif missing and isinstance(value, dict) and isinstance(owner, list):
        value.clear()
    elif isinstance(owner, dict) and last is not None:
        del owner[last]
    elif isinstance(owner, list) and isinstance(last, int):
        owner[last] = {} if isinstance(owner[last], dict) else None
