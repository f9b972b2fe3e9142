"""Take keys out of what a server says: whole or in parts, in any case, in the encodings that can be undone."""

import base64
from collections.abc import Iterable, Iterator, Sequence

from benchharness.providers.unescaping import Undone, skeleton, undone_texts, undone_with_places

__all__ = ["NO_SECRETS", "Secrets"]

BLOT = "***"
# A shorter key (`EMPTY`, `ollama`) is no secret, and may be a word of an answer.
SHORTEST_KEY = 16
# So many letters and digits of a key in a row give it away. Of an answer less is taken than of an error's words: an answer is evidence.
RUN_IN_ANSWER, RUN_IN_MESSAGE = 12, 8
# Of any 12 letters in a row one of 7 neighbouring places begins a piece of 6: so a look at every 7th place finds every run.
LOOK, STRIDE = 6, 7
# A longer one (a session's token, a service account's file) isn't looked for as if its case had been changed before it was encoded.
LONG_KEY = 200


class Secrets:
    """The keys that a server was told, and every form in which it may say them again."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._keys = sorted(set(keys), key=len, reverse=True)
        self._long = [key for key in self._keys if len(key) >= SHORTEST_KEY]
        forms = {form for key in self._long for form in _forms(key)}
        self._looks, self._in_answer, self._in_message = (_pieces(forms, length) for length in (LOOK, RUN_IN_ANSWER, RUN_IN_MESSAGE))

    def hide(self, text: str) -> str:
        """Return an answer without any key of 16 characters or more, nor 12 letters and digits in a row of one; the rest stays."""
        for key in self._long:
            text = text.replace(key, BLOT)
        if not self._looks or not any(self._seen(each) for each in undone_texts(text)):
            return text
        return _without(text, self._in_answer, RUN_IN_ANSWER)

    def blot(self, text: str) -> str:
        """Return a message without keys, not even 8 letters and digits in a row of a long one; cut it short before."""
        for key in self._keys:
            text = text.replace(key, BLOT)
        return _without(text, self._in_message, RUN_IN_MESSAGE) if self._in_message else text

    def _seen(self, letters: str) -> bool:
        """Tell whether a run of 12 may stand here; quick, and now and then wrong where none does."""
        return not self._looks.isdisjoint([letters[at : at + LOOK] for at in range(0, len(letters) - LOOK + 1, STRIDE)])


def _without(text: str, pieces: frozenset[str], length: int) -> str:
    """Return text with every run of so many letters that is a piece of a key blotted, however it's encoded."""
    spans = [span for each in undone_with_places(text) for span in _spans(each, pieces, length)]
    if not spans:
        return text
    shown: list[str] = []
    done = 0
    for start, end in _merged(spans):
        shown += [text[done:start], BLOT]
        done = end
    return "".join([*shown, text[done:]])


def _spans(undone: Undone, pieces: frozenset[str], length: int) -> Iterator[tuple[int, int]]:
    """Yield where in the original text pieces of a key stand."""
    letters = undone.letters
    for at in range(len(letters) - length + 1):
        if letters[at : at + length] in pieces:
            yield undone.starts[at], undone.ends[at + length - 1]


def _merged(spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield spans in order, those that touch as one."""
    start, end = -1, -1
    for next_start, next_end in sorted(spans):
        if next_start > end:
            if end >= 0:
                yield start, end
            start, end = next_start, next_end
        end = max(end, next_end)
    yield start, end


def _pieces(forms: Iterable[str], length: int) -> frozenset[str]:
    return frozenset(form[at : at + length] for form in forms for at in range(len(form) - length + 1))


def _forms(key: str) -> Iterator[str]:
    """Yield a key's letters and digits, forwards and backwards: as it is, in hex, and within anything in base64 or base32."""
    variants = {key} if len(key) > LONG_KEY else {key, key.lower(), key.upper(), key[::-1]}
    for variant in variants:
        raw = variant.encode()
        coded = [variant, raw.hex()]
        # The letters at both ends depend on what stands around the key: it may begin at any place of a block.
        coded += [base64.b64encode(b"\0" * before + raw).decode().rstrip("=")[(0, 2, 3)[before] : -1] for before in range(3)]
        coded += [base64.b32encode(b"\0" * before + raw).decode().rstrip("=")[(0, 2, 4, 5, 7)[before] : -1] for before in range(5)]
        for each in coded:
            letters = skeleton(each)
            yield letters
            yield letters[::-1]


NO_SECRETS = Secrets(())
