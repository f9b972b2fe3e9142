"""Undo the escapes of a text, layer by layer, and reduce it to letters and digits that know where they stood."""

import re
import unicodedata
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from html.entities import html5

__all__ = ["Undone", "skeleton", "undone_texts", "undone_with_places"]

# Escapes of escapes of escapes; deeper ones are nobody's accident.
LAYERS = 3
ESCAPE = re.compile(
    r"%(?P<percent>[0-9a-f]{2})|&\#x0*(?P<hexed>[0-9a-f]{1,6});?|&\#0*(?P<number>[0-9]{1,7});?|&(?P<name>[a-z]{2,8});"
    r"|\\u\{?0{0,4}(?P<unicode>[0-9a-f]{2,4})\}?|\\x(?P<byte>[0-9a-f]{2})|\b0x(?P<word>[0-9a-f]{2})\b|\\(?P<blank>[nrtbf])",
    re.IGNORECASE | re.VERBOSE,
)
ESCAPES = ("%", "&", "\\", "0x", "0X")
# Letters that only look different: full width, mathematical, in circles, raised and lowered.
DISGUISED = re.compile("[\uff01-\uff5e\U0001d400-\U0001d7ff\u2460-\u24ff\u2070-\u209f\u1d2c-\u1d6a\u02b0-\u02b8]")
LARGEST_CODE = 0x10FFFF
_LETTERS = {code: (chr(code).lower() if chr(code).isalnum() else None) for code in range(128)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """One layer's letters and digits, in lower case, and for each where it began and ended in the original text."""

    letters: str
    starts: "array[int]"
    ends: "array[int]"


def skeleton(text: str) -> str:
    """Return a text's ASCII letters and digits in lower case, in order: no blanks, line ends, hyphens or signs between them."""
    if not text.isascii():
        text = DISGUISED.sub(_plain, text) if DISGUISED.search(text) else text
        text = text.encode("ascii", "ignore").decode()
    return text.translate(_LETTERS)


def undone_texts(text: str) -> Iterator[str]:
    """Yield a text's letters as it is, then with its escapes undone, as often as there are any; linear in the text."""
    yield skeleton(text)
    for _ in range(LAYERS):
        if not any(each in text for each in ESCAPES):
            return
        before, text = text, ESCAPE.sub(_meant, text)
        if text == before:
            return
        yield skeleton(text)


def undone_with_places(text: str) -> Iterator[Undone]:
    """Yield the same layers, each letter with its place in the original."""
    places = array("Q", range(len(text) + 1))
    yield _reduced(text, places)
    for _ in range(LAYERS):
        found = list(ESCAPE.finditer(text))
        if not found:
            return
        pieces: list[str] = []
        kept = array("Q")
        done = 0
        for match in found:
            meant = _meant(match)
            pieces += [text[done : match.start()], meant]
            kept += places[done : match.start()]
            kept.extend([places[match.start()]] * len(meant))
            done = match.end()
        kept += places[done:]
        text, places = "".join([*pieces, text[done:]]), kept
        yield _reduced(text, places)


def _reduced(text: str, places: "array[int]") -> Undone:
    letters: list[str] = []
    starts, ends = array("Q"), array("Q")
    for at, char in enumerate(text):
        for letter in skeleton(char):
            letters.append(letter)
            starts.append(places[at])
            ends.append(places[at + 1])
    return Undone(letters="".join(letters), starts=starts, ends=ends)


def _plain(match: re.Match[str]) -> str:
    return unicodedata.normalize("NFKC", match.group())


def _meant(match: re.Match[str]) -> str:
    """Return what an escape stands for; what stands for nothing stays as it is."""
    kind, value = match.lastgroup, match.group(match.lastgroup or 0)
    if kind == "blank":
        return " "
    if kind == "name":
        return html5.get(f"{value};", match.group())
    code = int(value, 10 if kind == "number" else 16)
    return chr(code) if code <= LARGEST_CODE else match.group()
