"""The accepted answers of an example, as texts."""

import json
from collections.abc import Sequence
from typing import Any

from benchharness.records.example import Example
from benchharness.records.score import Unparsable, Unscored

__all__ = ["accepted_texts", "incomparable", "json_target"]

# Where the time grows with the product of both lengths: 20,000 letters on both sides take a second or two.
LONGEST_TEXT = 20_000


def accepted_texts(example: Example) -> tuple[str, ...]:
    """Return every accepted answer: a list of texts means any of them; empty when the example has no target."""
    target = example.target
    if target is None:
        return ()
    if isinstance(target, Sequence) and not isinstance(target, str):
        return tuple(each if isinstance(each, str) else json.dumps(each, ensure_ascii=False) for each in target)
    return (target if isinstance(target, str) else json.dumps(target, ensure_ascii=False),)


def json_target(example: Example) -> Any:
    """Return a target as JSON has it: a text is read, anything else stands as it is; ValueError for a text that's no JSON."""
    target = example.target
    return json.loads(target) if isinstance(target, str) and target.strip() else target


def incomparable(answer: str, accepted: Sequence[str]) -> Unparsable | Unscored | None:
    """Return why an answer can't be compared letter by letter: no target, a target too long, or an answer too long, which is a miss."""
    if not accepted:
        return Unscored(reason="the example has no target")
    if max(map(len, accepted)) > LONGEST_TEXT:
        return Unscored(reason=f"the target is longer than {LONGEST_TEXT:,} letters")
    return Unparsable(reason=f"longer than {LONGEST_TEXT:,} letters") if len(answer) > LONGEST_TEXT else None
