"""What may differ between a label and how somebody writes it: case, Unicode's forms, dashes, quotes, signs that say nothing."""

import re
import unicodedata
from collections.abc import Iterable

__all__ = ["FREE", "HANGUL", "SENTENCE_END", "Comparable", "folded", "tidy"]

# Scripts that put no blank between words, as ranges of a character class: Thai, Lao, Tibetan, Myanmar, Khmer, New Tai Lue and
# Tai Tham, kana and Bopomofo, Javanese and Cham, Han.
FREE = (
    "\u0e00-\u0eff\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff\u1950-\u19df\u1a20-\u1aaf\u3005-\u3007\u3040-\u312f\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\ua980-\ua9df\uaa00-\uaa5f\uf900-\ufaff\U00020000-\U0003ffff"
)
# Korean has blanks, and particles stand behind a word without one.
HANGUL = "\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3"
# Stands in a comparable text where a sentence ends; no text has it, as it's for private use.
SENTENCE_END = "\ue0ff"

# Marks nobody sees, variation selectors of emoji, Arabic's stretching and vowel signs.
_GONE = (0xAD, 0x200B, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0xFEFF, 0xFE0E, 0xFE0F, 0x640, *range(0x64B, 0x653))
_TIDY: dict[int, str | None] = {
    **dict.fromkeys(_GONE),
    **dict.fromkeys((*range(0x2010, 0x2016), 0x2212, 0xFE58, 0xFE63, 0xFF0D), "-"),
    **dict.fromkeys(map(ord, "\u2018\u2019\u201a\u201b\u2032\uff07"), "'"),
    **dict.fromkeys(map(ord, "\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb\uff02"), '"'),
    0x2264: "<=",
    0x2265: ">=",
}
_DIGIT = re.compile(r"\d")
_ARROW = re.compile(r"[-=]+>|[\u2190-\u21ff]")
_TAG = re.compile(r"</?[a-z][^<>]{0,40}>")
_BOUND = re.compile(r"([<>]=?)\s+(?=\d)")
# Signs that tell labels apart where they stand: within a number, before or behind a word, as a comparison.
_TELLING = re.compile(
    r"(?<=\d)[.,/:](?=\d)|(?<![^\W\d])-(?=\.?\d)|(?<![\w.])\.(?=\d)|(?<=\w)[+#]+|\+(?=\w)|(?<=\d)%|[$\u20ac\u00a3\u00a5](?=\.?\d)"
    r"|(?<=\w)-+(?![\w-])|(?<=\d)[\u20ac\u00a3\u00a5]|[<>]=?|!=|[\u2260\u00b1]|(?<=\w)&(?=\w)"
)
_MAYBE = re.compile("[-+#%$\u20ac\u00a3\u00a5<>!\u2260\u00b1&.,/:]")
_KEPT = {ord(sign): 0xE000 + at for at, sign in enumerate(".,/:-+#%$\u20ac\u00a3\u00a5<>=!\u2260\u00b1&")}
_END = re.compile(r"(?:[.!?;:](?!\w)|[\u3002\u2026\n])+")
_NOT_WORD = "_"


def tidy(text: str) -> str:
    """Return a text in Unicode's NFKC, with one kind of dash, quote and digit and no unseen marks; case and lines stay."""
    if text.isascii():
        return text
    return _DIGIT.sub(lambda found: str(int(found.group())), unicodedata.normalize("NFKC", text.translate(_TIDY)))


def folded(text: str) -> str:
    """Return a text as it's compared strictly: tidy, without case, single blanks; every sign stays."""
    text = tidy(text).casefold()
    if not text.isascii():
        # Turkish has two letters i, and casefolding leaves a dot behind.
        text = unicodedata.normalize("NFKC", text).replace("i\u0307", "i").replace("\u0131", "i")
    return " ".join(text.split())


class Comparable:
    """Makes texts that can be compared loosely: words apart by blanks, with those signs alone that tell labels apart.

    Symbols that stand in a name, such as a star, are kept in all texts; each is a word's end to its neighbours.
    """

    def __init__(self, names: Iterable[str]) -> None:
        signs = {each for name in names for each in folded(name) if unicodedata.category(each)[0] == "S" and ord(each) not in _KEPT}
        self.signs = "".join(sorted(signs))
        self._table = _Table(signs)

    def key(self, text: str, *, ends: bool = False) -> str:
        """Return the comparable of a folded text; with `ends` a sign of its own stands where sentences end."""
        text = _BOUND.sub(r"\1", _TAG.sub(" ", _ARROW.sub(" ", text))) if "<" in text or ">" in text or not text.isascii() else text
        if _MAYBE.search(text):
            text = _TELLING.sub(lambda found: found.group().translate(_KEPT), text)
        if ends:
            text = _END.sub(f" {SENTENCE_END} ", text)
        return " ".join(text.translate(self._table).split())


class _Table(dict[int, str]):
    """What each character is in a comparable text, looked up once: itself, or a blank."""

    def __init__(self, signs: Iterable[str]) -> None:
        self._signs = frozenset(signs)

    def __missing__(self, code: int) -> str:
        character = chr(code)
        kept = (unicodedata.category(character)[0] in "LMN" or 0xE000 <= code <= ord(SENTENCE_END) or code == 0x200D) or (  # noqa: PLR2004
            character in self._signs
        )
        found = self[code] = character if kept and character != _NOT_WORD else " "
        return found
