"""Read YAML 1.2's core schema with the place of every key; duplicate keys and surprises are mistakes."""

import math
import re
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any

import yaml

from benchharness.errors import Mistake

__all__ = ["Document", "Place", "read_yaml"]

# YAML 1.2 core, and digits grouped by underscores, which 1.2 would read as text: 1_500_000.
INT = re.compile(r"[-+]?(?:0|[1-9]\d*(?:_\d{3})*|[1-9]\d*)$")
FLOAT = re.compile(r"[-+]?(?:\.\d+|\d+(?:_\d{3})*(?:\.\d*)?)(?:[eE][-+]?\d+)?$")
BOOL = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
NULL = {"", "~", "null", "Null", "NULL"}
NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)$|\.(?:nan|NaN|NAN)$")
# Aliases can make a small file huge; no honest suite comes near this.
MOST_NODES = 100_000

Place = tuple[int, int]


@dataclass(slots=True, kw_only=True)
class Document:
    """A YAML file's content and where each part stands."""

    value: Any = None
    """Plain Python: dicts, lists, texts, numbers, booleans, None."""
    places: dict[str, Place] = field(default_factory=dict)
    """Dotted key -> 1-based line and column of its value."""
    keys: dict[str, Place] = field(default_factory=dict)
    """Dotted key -> 1-based line and column of the key itself."""
    mistakes: list[Mistake] = field(default_factory=list)
    """What's wrong with the file as YAML."""


def read_yaml(text: str, *, name: str) -> Document:
    """Return the document of a text; what's wrong is in its `mistakes`, never raised."""
    document = Document()
    try:
        # The base loader leaves every scalar a text; what it means is decided here.
        nodes = list(yaml.compose_all(text, Loader=yaml.SafeLoader))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        document.mistakes.append(_mistake(name, mark, f"not YAML: {error.problem or error.context}", _hint(error)))
        return document
    except (yaml.YAMLError, RecursionError) as error:
        document.mistakes.append(Mistake(file=name, message=f"not YAML: {error}"))
        return document
    if not nodes or nodes[0] is None:
        document.mistakes.append(Mistake(file=name, message="the file is empty", hint="`bench init NAME` writes one to start from"))
        return document
    if len(nodes) > 1:
        document.mistakes.append(_mistake(name, nodes[1].start_mark, "a second document", "one file holds one suite; remove the `---`"))
        return document
    document.value = _Builder(name, document).build(nodes[0], "")
    return document


class _Builder:
    """Turns nodes into plain values, noting places and mistakes."""

    def __init__(self, name: str, document: Document) -> None:
        self._name = name
        self._document = document
        self._nodes = 0
        self._open: set[int] = set()

    def build(self, node: yaml.Node, key: str) -> Any:
        self._nodes += 1
        if self._nodes > MOST_NODES or id(node) in self._open:
            if not any("too large" in each.message for each in self._document.mistakes):
                self._wrong(node, key, "too large once its aliases are followed")
            return None
        self._document.places[key] = _place(node.start_mark)
        self._open.add(id(node))
        try:
            if isinstance(node, yaml.MappingNode):
                return self._mapping(node, key)
            if isinstance(node, yaml.SequenceNode):
                return [self.build(each, f"{key}[{at}]") for at, each in enumerate(node.value)]
            return self._scalar(node, key) if isinstance(node, yaml.ScalarNode) else None
        finally:
            self._open.discard(id(node))

    def _mapping(self, node: yaml.MappingNode, key: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            name = self._key(key_node, key)
            if name is None:
                continue
            dotted = f"{key}.{name}" if key else name
            if name in found:
                line, _ = self._document.keys[dotted]
                self._wrong(key_node, dotted, f"the key {name!r} stands twice, first on line {line}", "remove one of them")
                continue
            self._document.keys[dotted] = _place(key_node.start_mark)
            found[name] = self.build(value_node, dotted)
        return found

    def _key(self, node: yaml.Node, parent: str) -> str | None:
        if not isinstance(node, yaml.ScalarNode) or not isinstance(node.value, Hashable):
            self._wrong(node, parent, "a key must be a word")
            return None
        return str(node.value)

    def _scalar(self, node: yaml.ScalarNode, key: str) -> Any:
        if node.tag.startswith("!"):
            self._wrong(node, key, f"the tag {node.tag} means nothing here", "remove it")
            return None
        if node.style is not None and node.style != "":
            return node.value
        text: str = node.value
        if NOT_FINITE.match(text):
            self._wrong(node, key, f"{text} is not a number one can decide with")
            return None
        return plain(text)

    def _wrong(self, node: yaml.Node, key: str, message: str, hint: str = "") -> None:
        self._document.mistakes.append(_mistake(self._name, node.start_mark, message, hint, key=key))


def plain(text: str) -> Any:
    """Return what an unquoted scalar means in YAML 1.2's core schema: `no`, `012` and dates are texts."""
    if text in NULL:
        return None
    if text in BOOL:
        return BOOL[text]
    digits = text.replace("_", "")
    if INT.match(text):
        return int(digits)
    if FLOAT.match(text) and not re.match(r"[-+]?0\d", text):
        value = float(digits)
        return value if math.isfinite(value) else text
    return text


def _place(mark: yaml.Mark) -> Place:
    return mark.line + 1, mark.column + 1


def _mistake(name: str, mark: yaml.Mark | None, message: str, hint: str = "", *, key: str = "") -> Mistake:
    line, column = _place(mark) if mark is not None else (None, None)
    return Mistake(file=name, line=line, column=column, key=key, message=message, hint=hint)


def _hint(error: yaml.MarkedYAMLError) -> str:
    if "\\t" in str(error.problem) or "'\t'" in str(error.problem):
        return "indent with spaces; YAML allows no tabs there"
    return ""
