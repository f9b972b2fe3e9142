"""Take the wrong parts out of a suite, so that the rest can still be checked in the same go."""

import copy
from collections.abc import Sequence
from typing import Any

from benchharness.records.suite import Suite
from benchharness.suite.validating import validated
from benchharness.suite.wording import locate

__all__ = ["salvaged"]

ROUNDS = 6
# What stands in for a required value that's wrong; never leaves this package.
STAND_INS: dict[str, Any] = {
    "accuracy_target": 0.9,
    "k": 1,
    "requests_per_month": 1,
    "name": "?",
    "type": "exact",
    "decision": {"accuracy_target": 0.9},
    "candidates": [{"name": "?"}],
}
# What stands in for a wrong one of several, so that the others keep their number and nobody misses its name.
WHOLE: dict[tuple[str | int, ...], dict[str, Any]] = {("prompts",): {"user": "?"}, ("candidates",): {}, ("scorers",): {"type": "exact"}}


def salvaged(document: dict[str, Any]) -> Suite | None:
    """Return a suite of what is right in a document, or None when too little is."""
    from pydantic import ValidationError

    rest = copy.deepcopy(document)
    for _ in range(ROUNDS):
        try:
            suite: Suite = validated(Suite, rest)
        except ValidationError as error:
            located = [(each, *locate(each, rest)) for each in error.errors(include_url=False)]
            # The last first, so that what's removed from a list moves nothing that is still to go.
            for each, path, _, fits in sorted(located, key=lambda one: [str(part).zfill(6) for part in one[1]], reverse=True):
                if fits:
                    _mend(rest, path, str(each["loc"][-1]) if each["type"] == "missing" else None)
        else:
            return suite
    return None


def _mend(document: dict[str, Any], path: Sequence[str | int], missing: str | None) -> None:
    """Remove what stands at `path`, or put a stand-in for the key that's missing there."""
    owner: Any = None
    value: Any = document
    for part in path:
        # What it stood in may be gone with an earlier mistake.
        there: bool = part in value if isinstance(value, dict) else isinstance(value, list)
        if not there:
            return
        owner, value = value, value[part]
    if missing in STAND_INS and isinstance(value, dict):
        value[missing] = copy.deepcopy(STAND_INS[missing])
        if missing == "type":
            value.setdefault("name", f"?{path[-1]}")
    elif tuple(path[:-1]) in WHOLE:
        owner[path[-1]] = {**WHOLE[tuple(path[:-1])], **({"name": f"?{path[-1]}"} if isinstance(owner, list) else {})}
    elif tuple(path) == ("training_pool",):
        document["training_pool"] = {"path": "?"}
    elif isinstance(owner, list):
        # A list shorter by one would move the places of what follows.
        _mend(document, path[:-1], None)
    elif owner is not None:
        del owner[path[-1]]
