"""Read YAML 1.2's core schema with the place of every key; duplicate keys and surprises are mistakes."""

import math
import re
from dataclasses import dataclass, field
from typing import Any

import yaml
from yaml.reader import ReaderError

from benchharness.errors import Mistake

__all__ = ["Document", "Place", "read_yaml"]

# YAML 1.2 core, and digits grouped by underscores, which 1.2 would read as text: 1_500_000. `012` stays a text: half of
# its readers take it for ten.
INT = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,2}(?:_[0-9]{3})+|[1-9][0-9]*)")
OTHER_BASE = re.compile(r"0(?:o[0-7]+|x[0-9a-fA-F]+)")
FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|(?:0|[1-9][0-9]{0,2}(?:_[0-9]{3})+|[1-9][0-9]*)(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
BOOL = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
NULL = {"", "~", "null", "Null", "NULL"}
NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
# Aliases can make a small file huge and brackets a deep one; no honest suite comes near these.
MOST_NODES = 100_000
MOST_CHARACTERS = 4_000_000
DEEPEST = 64
LONGEST_NUMBER = 300
# What a word processor makes of straight quotes, around a whole value or, where a comma cut it, at one end of it.
DOUBLE, SINGLE = "\u201c\u201d\u201e\u201f", "\u2018\u2019\u201a\u201b"
CURLY = DOUBLE + SINGLE
CURLED = re.compile(
    rf"[{DOUBLE}][^{DOUBLE}]*[{DOUBLE}]?|[^{DOUBLE}]+[{DOUBLE}]|[\u2018\u201a][^{SINGLE}]*[\u2018\u2019]|[\u2018\u201a][^{SINGLE}]*",
    re.DOTALL,
)
# What a node is without a tag of its own.
PLAIN_TAGS = {f"tag:yaml.org,2002:{kind}" for kind in ("str", "seq", "map")}

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
    nodes = _composed(text, name)
    if isinstance(nodes, Mistake):
        document.mistakes.append(nodes)
        return document
    if not nodes or all(isinstance(each, yaml.ScalarNode) and not each.value for each in nodes):
        document.mistakes.append(
            Mistake(file=name, message="the file is empty", hint="`bench init NAME` writes a suite, `bench propose ID` a proposal")
        )
        return document
    if len(nodes) > 1:
        document.mistakes.append(_mistake(name, nodes[1].start_mark, "a second document", "one file holds one of them; remove the `---`"))
        return document
    document.value = _Builder(name, document).build(nodes[0], "")
    return document


def _composed(text: str, name: str) -> list[yaml.Node] | Mistake:
    try:
        # The base loader leaves every scalar a text; what it means is decided here.
        return list(yaml.compose_all(text, Loader=yaml.BaseLoader))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        return _mistake(name, mark, f"not YAML: {error.problem or error.context}", _hint(error))
    except ReaderError as error:
        return _unprintable(name, text, error)
    except RecursionError:
        return Mistake(file=name, message="nested too deeply")
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        # PyYAML lets Python's own errors through for escapes such as "\UFFFFFFFF".
        return Mistake(file=name, message=f"not YAML: {error}")


class _Builder:
    """Turns nodes into plain values, noting places and mistakes."""

    def __init__(self, name: str, document: Document) -> None:
        self._name = name
        self._document = document
        self._nodes = 0
        self._characters = 0
        self._open: list[int] = []

    def build(self, node: yaml.Node, key: str) -> Any:
        if self._refused(node, key):
            return None
        self._document.places[key] = _place(node.start_mark)
        self._open.append(id(node))
        try:
            if node.tag not in PLAIN_TAGS:
                self._wrong(node, key, f"the tag {node.tag} means nothing here", "remove it")
                return None
            if isinstance(node, yaml.MappingNode):
                return self._mapping(node, key)
            if isinstance(node, yaml.SequenceNode):
                return [self.build(each, f"{key}[{at}]") for at, each in enumerate(node.value)]
            return self._scalar(node, key) if isinstance(node, yaml.ScalarNode) else None
        finally:
            self._open.pop()

    def _refused(self, node: yaml.Node, key: str) -> bool:
        """Stop at what would grow without an end; said once, because it's met again at every turn."""
        self._nodes += 1
        self._characters += len(key) + (len(node.value) if isinstance(node, yaml.ScalarNode) else 0)
        if id(node) in self._open:
            reason = "an alias that stands within what it repeats"
        elif self._nodes > MOST_NODES or self._characters > MOST_CHARACTERS:
            reason = "too large once its aliases are followed"
        elif len(self._open) > DEEPEST:
            reason = "nested too deeply"
        else:
            return False
        if not any(each.message == reason for each in self._document.mistakes):
            self._wrong(node, "", reason)
        return True

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
        if not isinstance(node, yaml.ScalarNode) or node.tag not in PLAIN_TAGS:
            self._wrong(node, parent, "a key must be a word", "is a value with braces or brackets missing its quotes?")
            return None
        if not node.style and not isinstance(plain(node.value), str):
            self._wrong(node, parent, f"a key must be text, got {node.value or 'nothing'}", f'in quotes it is one: "{node.value}"')
            return None
        return self._text(node, parent)

    def _scalar(self, node: yaml.ScalarNode, key: str) -> Any:
        if node.style:
            return self._text(node, key)
        if NOT_FINITE.fullmatch(node.value):
            self._wrong(node, key, f"{node.value} is not a number one can decide with")
            return None
        if CURLED.fullmatch(node.value):
            told = f"{node.value[:40]!r} has curly quotes around it, which are letters like any other"
            self._wrong(node, key, told, f'write it with straight quotes: "{node.value.strip(CURLY)[:40]}"')
            return None
        value = plain(node.value)
        return self._text(node, key) if isinstance(value, str) else value

    def _text(self, node: yaml.ScalarNode, key: str) -> str | None:
        """Return a scalar's text; JSON escapes write one character as two halves, and half a character is none."""
        try:
            text = str(node.value).encode("utf-16-le", "surrogatepass").decode("utf-16-le")
        except UnicodeDecodeError:
            self._wrong(node, key, "holds half a character", "write the character itself")
            return None
        if "\0" in text:
            self._wrong(node, key, "holds a zero byte", "remove it")
            return None
        return text

    def _wrong(self, node: yaml.Node, key: str, message: str, hint: str = "") -> None:
        self._document.mistakes.append(_mistake(self._name, node.start_mark, message, hint, key=key))


def plain(text: str) -> Any:
    """Return what an unquoted scalar means in YAML 1.2's core schema: `no`, `012` and dates are texts."""
    if text in NULL:
        return None
    if text in BOOL:
        return BOOL[text]
    return text if len(text) > LONGEST_NUMBER else _number(text)


def _number(text: str) -> int | float | str:
    """Return the number a text writes, or the text."""
    digits = text.replace("_", "")
    if INT.fullmatch(text):
        return int(digits)
    if OTHER_BASE.fullmatch(text):
        return int(text, 0)
    value = float(digits) if FLOAT.fullmatch(text) else math.inf
    return value if math.isfinite(value) else text


def _place(mark: yaml.Mark) -> Place:
    return mark.line + 1, mark.column + 1


def _mistake(name: str, mark: yaml.Mark | None, message: str, hint: str = "", *, key: str = "") -> Mistake:
    line, column = _place(mark) if mark is not None else (None, None)
    return Mistake(file=name, line=line, column=column, key=key, message=message, hint=hint)


def _hint(error: yaml.MarkedYAMLError) -> str:
    if "\\t" in str(error.problem) or "'\t'" in str(error.problem):
        return "indent with spaces; YAML allows no tabs there"
    return ""


def _unprintable(name: str, text: str, error: ReaderError) -> Mistake:
    before = text[: error.position]
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    code = error.character if isinstance(error.character, int) else ord(error.character)
    return Mistake(file=name, line=line, column=column, message=f"not YAML: the character U+{code:04X} can't stand in it", hint="remove it")
