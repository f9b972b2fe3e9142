"""The accepted answers of an example, and what an empty one of them is worth."""

from collections.abc import Callable, Sequence
from typing import Any

from benchharness.records.example import Example, answers_of
from benchharness.records.score import Unparsable, Unscored
from benchharness.scorers.json_finding import json_of

__all__ = ["accepted_texts", "best_of", "incomparable", "is_same", "json_target"]

# Where the time grows with the product of both lengths: 20,000 letters on both sides take a second or two.
LONGEST_TEXT = 20_000

Normalise = Callable[[str], str]


def accepted_texts(example: Example) -> tuple[str, ...]:
    """Return every accepted answer, any of which is right; empty when the example has no target."""
    return answers_of(example.target)


def is_same(answer: str, wanted: str, normalise: Normalise) -> bool:
    """Tell whether an answer is the wanted text but for what may differ.

    Nothing is the answer only where nothing was said. A text that's all marks, of which normalising leaves nothing, is
    compared as it stands.
    """
    if not wanted.strip():
        return not answer.strip()
    plain = normalise(wanted)
    return normalise(answer) == plain if plain else answer.strip() == wanted.strip()


def best_of(answer: str, accepted: Sequence[str], worth: Callable[[str], float]) -> float:
    """Return the highest `worth` of the accepted texts, from 0 to 1; an empty one is worth 1 to an empty answer and else 0."""
    return max(worth(each) if each.strip() else float(not answer.strip()) for each in accepted)


def json_target(example: Example) -> Any:
    """Return a target as JSON has it: a text is read, anything else stands as it is, an empty text is none.

    ValueError for a text that's no JSON.
    """
    target = example.target
    if not isinstance(target, str):
        return target
    return json_of(target) if target.strip() else None


def incomparable(answer: str, accepted: Sequence[str]) -> Unparsable | Unscored | None:
    """Return why an answer can't be compared letter by letter: no target, a target too long, or an answer too long, which is a miss."""
    if not accepted:
        return Unscored(reason="the example has no target")
    if max(map(len, accepted)) > LONGEST_TEXT:
        return Unscored(reason=f"the target is longer than {LONGEST_TEXT:,} letters")
    return Unparsable(reason=f"longer than {LONGEST_TEXT:,} letters") if len(answer) > LONGEST_TEXT else None
