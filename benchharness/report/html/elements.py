"""Build HTML in which text is always text: only what this module made is markup."""

import re
from collections.abc import Iterable

from benchharness.report.untrusted import escaped, shortened

__all__ = ["Child", "Markup", "element", "joined", "plain", "prose", "section", "table", "trusted"]

VOID = frozenset({"meta", "br", "hr", "input", "wbr", "link"})
NAME = re.compile(r"[a-z][a-z0-9-]*")
# Names that would make text run or load something; nothing in a page needs them.
FORBIDDEN = re.compile(r"^(on|style$|srcdoc$|formaction$)")
CODE = re.compile(r"(?<!`)`([^`\n]{1,300})`(?!`)")
MOST_SENTENCE = 3_000
LAST_CONTROL = 0x9F
LAST_TURNING = 0x2069
FIRST_SURROGATE, LAST_SURROGATE = 0xD800, 0xDFFF
# Controls, what turns the direction of text around, and halves of a character: a line must read as it was written.
ODD = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u061c\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


class Markup(str):
    """Text that is HTML already; made here only."""

    __slots__ = ()


Child = str | Markup | None


def plain(text: str) -> str:
    """Return text without a character that is obeyed instead of shown: each becomes its number."""
    return ODD.sub(_shown, text)


def element(tag: str, *children: Child | Iterable[Child], **attributes: str | int | bool | None) -> Markup:
    """Return one element; `class_` and `for_` lose their underscore, `data_x` is `data-x`, None and False leave an attribute out."""
    if not NAME.fullmatch(tag) or tag in ("script", "style"):
        raise ValueError(f"{tag!r} is no element of a report")
    head = "".join(_attribute(name, value) for name, value in attributes.items())
    if tag in VOID:
        return Markup(f"<{tag}{head}>")
    return Markup(f"<{tag}{head}>{joined(*children)}</{tag}>")


def joined(*children: Child | Iterable[Child]) -> Markup:
    """Return children one after another, whatever isn't markup escaped."""
    return Markup("".join(_child(each) for each in children))


def prose(text: str) -> Markup:
    """Return a sentence in which what stands in single backticks is code; one that no rule would write is cut."""
    pieces = CODE.split(shortened(text, MOST_SENTENCE))
    return joined(element("code", each) if at % 2 else each for at, each in enumerate(pieces))


def section(title: str, *children: Child | Iterable[Child], name: str) -> Markup:
    """Return a part of the page with its heading, which names it to a screen reader."""
    heading = element("h2", title, id=f"{name}-title")
    return element("section", heading, *children, id=name, aria_labelledby=f"{name}-title")


def table(caption: str, headings: Iterable[str], rows: Iterable[Iterable[Child]], *, class_: str = "") -> Markup:
    """Return a table that scrolls by itself where it's too wide; the first cell of a row names it."""
    heads = list(headings)
    body = []
    for row in rows:
        first, *rest = row
        cells = [element("td", each, data_label=head) for each, head in zip(rest, heads[1:], strict=True)]
        body.append(element("tr", element("th", first, scope="row"), cells))
    head = element("thead", element("tr", [element("th", each, scope="col") for each in heads]))
    whole = element("table", element("caption", caption), head, element("tbody", body), class_=class_ or None)
    return element("div", whole, class_="wide", tabindex=0, role="region", aria_label=caption)


def trusted(text: str) -> Markup:
    """Return markup that another module of this package built, such as a chart."""
    return Markup(text)


def _child(child: Child | Iterable[Child]) -> str:
    if child is None:
        return ""
    if isinstance(child, Markup):
        return child
    if isinstance(child, str):
        return _text(child)
    return "".join(_child(each) for each in child)


def _text(text: str) -> str:
    return escaped(plain(text))


def _attribute(name: str, value: str | float | bool | None) -> str:
    if value is None or value is False:
        return ""
    known = name.rstrip("_").replace("_", "-")
    if not NAME.fullmatch(known) or FORBIDDEN.match(known):
        raise ValueError(f"{known!r} is no attribute of a report")
    text = str(value)
    if known == "href" and not text.startswith("#"):
        raise ValueError("a report links to itself only")
    return f" {known}" if value is True else f' {known}="{_text(text)}"'


def _shown(match: re.Match[str]) -> str:
    code = ord(match.group())
    if FIRST_SURROGATE <= code <= LAST_SURROGATE or code > LAST_TURNING:
        return "\ufffd"
    return f"\\x{code:02x}" if code <= LAST_CONTROL else f"\\u{code:04x}"
