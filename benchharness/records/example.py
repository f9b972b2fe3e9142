"""Held-out examples and training examples, and the set they form."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Example", "ExampleSet", "answers_of", "label_of", "several", "written"]

# One message of a conversation: `role` (system, user or assistant) and `content`.
Turn = Mapping[str, str]


def written(value: Any) -> str:
    """Return a value as a text that people read: nothing for null, JSON for truths, lists and objects; never Python's words for them."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    return json.dumps(value, ensure_ascii=False, default=str) if isinstance(value, bool | Mapping | list | tuple) else str(value)


def answers_of(target: Any) -> tuple[str, ...]:
    """Return every accepted answer of a target as a text; none without a target.

    A list means any of them, and so do SQuAD's `{"text": [...], "answer_start": [...]}`, whose empty list means that nothing is
    the answer, and TriviaQA's `{"value": ..., "aliases": [...]}`.
    """
    if target is None:
        return ()
    if isinstance(target, str):
        return (target,)
    if isinstance(target, Mapping):
        return _alternatives(target)
    if isinstance(target, Sequence):
        return tuple(text for each in target if each is not None for text in _alternatives(each))
    return (json.dumps(target, ensure_ascii=False, default=str),)


def several(target: Any) -> tuple[str, ...]:
    """Return the accepted texts of a target that is a list of them in whatever form; none of a text, other JSON or no target."""
    listed = isinstance(target, list | tuple) and all(isinstance(each, str) for each in target)
    named = isinstance(target, Mapping) and ("answer_start" in target or "aliases" in target)
    return answers_of(target) if listed or named else ()


def _alternatives(value: Any) -> tuple[str, ...]:
    if isinstance(value, Mapping):
        if "answer_start" in value and "text" in value:
            text = value["text"]
            return (text,) if isinstance(text, str) else tuple(map(str, text)) or ("",)
        if "aliases" in value and isinstance(value.get("value"), str):
            return tuple(dict.fromkeys((value["value"], *map(str, value["aliases"]))))
    return (value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One question with its reference."""

    id: str
    """Unique in its set; a hash of the content where the file gives none."""
    input: str | Mapping[str, Any] | Sequence[Turn]
    """The text, the template's variables by name, or a conversation whose last message is the user's."""
    target: Any
    """The reference: a string, a number, a list of accepted answers or a JSON value; None when the file has none."""
    metadata: Mapping[str, Any] = field(default_factory=dict)
    """Whatever else the row says; usable in templates and as slices."""
    tags: tuple[str, ...] = ()
    """Slices the example belongs to."""
    cluster: str | None = None
    """What examples share when they aren't independent, such as the document they were taken from."""

    @property
    def text(self) -> str:
        """Return the input as one text, for similarity search and classical models."""
        if isinstance(self.input, str):
            return self.input
        if isinstance(self.input, Mapping):
            return "\n".join(map(written, self.input.values()))
        return "\n".join(turn["content"] for turn in self.input)

    @property
    def question(self) -> str | dict[str, Any]:
        """Return what `{{ input }}` stands for: the text, the variables, or a conversation's last message."""
        if isinstance(self.input, str):
            return self.input
        return dict(self.input) if isinstance(self.input, Mapping) else self.input[-1]["content"]

    @property
    def earlier(self) -> Sequence[Turn]:
        """Return a conversation's messages before the last; none of any other input."""
        return () if isinstance(self.input, str | Mapping) else self.input[:-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExampleSet:
    """A golden set or a training pool as it was read."""

    source: str
    """The file, or `hub:name@revision#split`."""
    examples: Sequence[Example]
    """In file order; a tuple when they are few, else read from disk when they're asked for."""
    fingerprint: str
    """`sha256:...` over the examples' content; the same for another file format or row order."""
    columns: Mapping[str, str] = field(default_factory=dict)
    """Our column name to the file's, as mapped."""
    lines: Sequence[int] = ()
    """Where each example stands in its file, as a line or a row, 1-based; empty when that isn't known."""

    def __len__(self) -> int:
        return len(self.examples)


def label_of(value: Any) -> str | None:
    """Return the one text of a label: a text as it is, `true`, `5` for 5 and 5.0; None for what is no label: nothing, a list, an object."""
    if isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return json.dumps(value) if isinstance(value, bool | int | float) else None
