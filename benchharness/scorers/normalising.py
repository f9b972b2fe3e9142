"""Named normalisations: what may differ without making it another answer."""

import re
import string
import unicodedata
from collections.abc import Callable, Sequence
from enum import StrEnum

__all__ = ["Normalisation", "normaliser"]


class Normalisation(StrEnum):
    """One thing that's allowed to differ."""

    STRIP = "strip"
    CASEFOLD = "casefold"
    COLLAPSE_SPACES = "collapse-spaces"
    STRIP_PUNCTUATION = "strip-punctuation"
    NFKC = "nfkc"
    THOUSANDS = "thousands"
    SQUAD = "squad"


PUNCTUATION = str.maketrans("", "", string.punctuation)
ARTICLE = re.compile(r"\b(a|an|the)\b")


def _squad(text: str) -> str:
    """Return a text as SQuAD's official script compares it: small letters, no ASCII punctuation, no articles, single blanks."""
    return " ".join(ARTICLE.sub(" ", text.lower().translate(PUNCTUATION)).split())


_STEPS: dict[Normalisation, Callable[[str], str]] = {
    Normalisation.STRIP: str.strip,
    Normalisation.CASEFOLD: str.casefold,
    Normalisation.COLLAPSE_SPACES: lambda text: " ".join(text.split()),
    Normalisation.STRIP_PUNCTUATION: lambda text: re.sub(r"^[\W_]+|[\W_]+$", "", text),
    Normalisation.NFKC: lambda text: unicodedata.normalize("NFKC", text),
    Normalisation.THOUSANDS: lambda text: re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", text),
    Normalisation.SQUAD: _squad,
}


def normaliser(steps: Sequence[str]) -> Callable[[str], str]:
    """Return a function that applies the named steps in order."""
    chosen = [_STEPS[Normalisation(step)] for step in steps]

    def normalise(text: str) -> str:
        for step in chosen:
            text = step(text)
        return text

    return normalise
