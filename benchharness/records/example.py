"""Held-out examples and training examples, and the set they form."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Example", "ExampleSet", "label_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One question with its reference."""

    id: str
    """Unique in its set; a hash of the content where the file gives none."""
    input: str | Mapping[str, Any]
    """The text, or the template's variables by name."""
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
        return "\n".join(str(value) for value in self.input.values())


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

    def __len__(self) -> int:
        return len(self.examples)


def label_of(value: Any) -> str | None:
    """Return the one text of a label: a text as it is, `true`, `5` for 5 and 5.0; None for what is no label: nothing, a list, an object."""
    if isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return json.dumps(value) if isinstance(value, bool | int | float) else None
