"""Named normalisations: what may differ without making it another answer."""

import re
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


_STEPS: dict[Normalisation, Callable[[str], str]] = {
    Normalisation.STRIP: str.strip,
    Normalisation.CASEFOLD: str.casefold,
    Normalisation.COLLAPSE_SPACES: lambda text: " ".join(text.split()),
    Normalisation.STRIP_PUNCTUATION: lambda text: re.sub(r"^[\W_]+|[\W_]+$", "", text),
    Normalisation.NFKC: lambda text: unicodedata.normalize("NFKC", text),
}


def normaliser(steps: Sequence[str]) -> Callable[[str], str]:
    """Return a function that applies the named steps in order."""
    chosen = [_STEPS[Normalisation(step)] for step in steps]

    def normalise(text: str) -> str:
        for step in chosen:
            text = step(text)
        return text

    return normalise
