"""Cut a text into words: between blanks and marks, and letter by letter in scripts that put no blanks between words."""

import unicodedata

from benchharness.scorers.patterns import compiled

__all__ = ["spaced", "split_words"]

# Words of these scripts stand without blanks between them; a letter with its marks is the piece that can be told.
UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Tibetan}\u30fc\u3005"


LETTER = rf"[{UNSPACED}]\p{{M}}*"
PIECE = rf"{LETTER}|(?:(?![{UNSPACED}])[\p{{L}}\p{{M}}\p{{N}}])+"


def split_words(text: str) -> list[str]:
    """Return the words of a text in small letters, without marks; a script without blanks gives its letters one by one."""
    found: list[str] = compiled(PIECE).findall(unicodedata.normalize("NFC", text).lower())
    return found


def spaced(text: str) -> str:
    """Return a text with blanks around each letter of a script that has none between words; any other text as it is."""
    return text if text.isascii() else compiled(LETTER).sub(lambda match: f" {match.group()} ", unicodedata.normalize("NFC", text))
