"""What an answer and its target have in common, counted word by word; the page's script counts the same way."""

import re
from dataclasses import dataclass

__all__ = ["Shared", "blocks", "shared"]

# As page.js splits: words, and every other sign alone.
TOKEN = re.compile(r"[^\W_]+|[^\s]", re.UNICODE)
LETTER = re.compile(r"[^\W_]", re.UNICODE)
MOST_TOKENS = 5_000
BLOCK = "█"


@dataclass(frozen=True, slots=True)
class Shared:
    """Tokens of an answer held against those of its target."""

    same: int
    """In both, in the same order."""
    extra: int
    """Only in the answer."""
    lacking: int
    """Only in the target."""


def shared(answer: str, target: str) -> Shared:
    """Return how many tokens both have in common by their longest common subsequence (Hyyrö's bit-parallel one)."""
    first, second = TOKEN.findall(answer)[:MOST_TOKENS], TOKEN.findall(target)[:MOST_TOKENS]
    places: dict[str, int] = {}
    for at, token in enumerate(first):
        places[token] = places.get(token, 0) | 1 << at
    full = (1 << len(first)) - 1
    state = full
    for token in second:
        met = state & places.get(token, 0)
        state = ((state + met) | (state - met)) & full
    same = len(first) - state.bit_count()
    return Shared(same, len(first) - same, len(second) - same)


def blocks(text: str) -> str:
    """Return a text of the same length in which every letter and digit is a block; blanks and signs stay."""
    return LETTER.sub(BLOCK, text)
