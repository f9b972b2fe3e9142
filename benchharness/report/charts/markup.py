"""Elements of SVG and HTML, built so that text is always text: nothing a person or a model wrote can become markup."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from benchharness import numbers
from benchharness.report.untrusted import escaped, shown

__all__ = ["Element", "Value", "element", "markup"]

# Written `<x/>`: in SVG any element may be, in HTML these have no end tag.
EMPTY = frozenset({"br", "circle", "col", "hr", "img", "line", "meta", "path", "polygon", "polyline", "rect"})
# Their text isn't decoded by a reader, so escaping can't make it safe.
UNSAFE = frozenset({"script", "style", "iframe", "foreignObject", "noscript", "textarea", "xmp", "plaintext"})
NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
ATTRIBUTE = re.compile(r"(?!on)(?!style$)[A-Za-z][A-Za-z0-9:-]*")
LINKS = frozenset({"action", "formaction", "href", "src", "xlink:href"})
SAFE_LINK = re.compile(r"#|https://|(?![A-Za-z][A-Za-z0-9+.-]*:)[A-Za-z0-9._]")

Value = str | int | float


@dataclass(frozen=True, slots=True)
class Element:
    """One element with what it holds; its text is escaped when it's written, and only then."""

    name: str
    """Of the tag."""
    attributes: tuple[tuple[str, str], ...]
    """In the order they are written."""
    children: "tuple[Element | str, ...]"
    """Elements, and text as it is meant to be read."""


def element(
    name: str,
    attributes: Mapping[str, Value] | None = None,
    *children: "Element | str | Iterable[Element | str]",
) -> Element:
    """Return an element; ValueError for a name, an attribute or a link that could run something."""
    if not NAME.fullmatch(name) or name in UNSAFE:
        raise ValueError(f"no element may be called {name!r}")
    told = tuple((key, _value(key, value)) for key, value in (attributes or {}).items())
    return Element(name, told, tuple(_flat(children)))


def markup(root: Element) -> str:
    """Return an element as text, well-formed as XML and as HTML."""
    attributes = "".join(f' {key}="{_escaped(value)}"' for key, value in root.attributes)
    if root.name in EMPTY and not root.children:
        return f"<{root.name}{attributes}/>"
    inside = "".join(_escaped(each) if isinstance(each, str) else markup(each) for each in root.children)
    return f"<{root.name}{attributes}>{inside}</{root.name}>"


def _flat(children: "Iterable[Element | str | Iterable[Element | str]]") -> "Iterable[Element | str]":
    for each in children:
        if isinstance(each, Element | str):
            yield each
        else:
            yield from each


def _value(key: str, value: Value) -> str:
    if not ATTRIBUTE.fullmatch(key):
        raise ValueError(f"no attribute may be called {key!r}")
    text = value if isinstance(value, str) else numbers.coordinate(value)
    if key in LINKS and not SAFE_LINK.match(text):
        raise ValueError(f"no link may lead to {text!r}")
    return text


def _escaped(text: str) -> str:
    return escaped(shown(text))
