"""The accepted answers of an example, as texts."""

import json
from collections.abc import Sequence

from benchharness.records.example import Example

__all__ = ["accepted_texts"]


def accepted_texts(example: Example) -> tuple[str, ...]:
    """Return every accepted answer: a list of texts means any of them; empty when the example has no target."""
    target = example.target
    if target is None:
        return ()
    if isinstance(target, Sequence) and not isinstance(target, str):
        return tuple(each if isinstance(each, str) else json.dumps(each, ensure_ascii=False) for each in target)
    return (target if isinstance(target, str) else json.dumps(target, ensure_ascii=False),)
