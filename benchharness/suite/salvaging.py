"""Take the wrong parts out of a suite, so that the rest can still be checked in the same go."""

import copy
import json
from collections.abc import Sequence
from typing import Any

from benchharness.records.suite import Suite
from benchharness.suite.wording import locate

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
            located = [(each, *locate(each, rest)) for each in error.errors(include_url=False)]
            # The last first, so that what's removed from a list moves nothing that is still to go.
            for each, path, _, fits in sorted(located, key=lambda one: [str(part).zfill(6) for part in one[1]], reverse=True):
                if fits:
                    _mend(rest, path, str(each["loc"][-1]) if each["type"] == "missing" else None)
    return None


def _mend(document: dict[str, Any], path: Sequence[str | int], missing: str | None) -> None:
    """Remove what stands at `path`, or put a stand-in for the key that's missing there."""
    owner: Any = None
    value: Any = document
    for part in path:
        owner, value = value, value[part]
    if missing in STAND_INS and isinstance(value, dict):
        value[missing] = copy.deepcopy(STAND_INS[missing])
    elif owner is not None:
        del owner[path[-1]]
