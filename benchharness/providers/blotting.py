"""Take keys out of what a server says: as they are, encoded, in parts."""

import base64
from collections.abc import Iterator, Sequence
from urllib.parse import quote

__all__ = ["NO_SECRETS", "Secrets"]

BLOT = "***"
# A shorter key (`EMPTY`, `ollama`) is no secret, and may be a word of an answer.
SHORTEST_KEY = 16
# So many characters of a key in a row give it away; fewer are a coincidence, and no use to anybody.
PART = 8


class Secrets:
    """The keys that a server was told, and every form in which it may say them again."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._keys = sorted(set(keys), key=len, reverse=True)
        self._forms = sorted({form for key in self._keys if len(key) >= SHORTEST_KEY for form in _forms(key)}, key=len, reverse=True)
        self._parts = {form[at : at + PART] for form in self._forms for at in range(len(form) - PART + 1)}

    def hide(self, text: str) -> str:
        """Return an answer without any whole key; everything else stays as it came."""
        for form in self._forms:
            if form in text:
                text = text.replace(form, BLOT)
        return text

    def blot(self, text: str) -> str:
        """Return a message without keys, not even parts of one; it's read character by character, so cut it short before."""
        for key in self._keys:
            text = text.replace(key, BLOT)
        shown: list[str] = []
        hidden_to = 0
        for at, sign in enumerate(text):
            if text[at : at + PART] in self._parts:
                hidden_to = at + PART
            if at >= hidden_to:
                shown.append(sign)
            elif not shown or shown[-1] != BLOT:
                shown.append(BLOT)
        return "".join(shown)


def _forms(key: str) -> Iterator[str]:
    """Yield a key as it is, in a URL, in hex, and within anything in base64: the same letters at each of three places."""
    raw = key.encode()
    yield key
    yield quote(key, safe="")
    yield raw.hex()
    for before in range(3):
        text = base64.b64encode(b"\0" * before + raw).decode().rstrip("=")
        # The letters at both ends depend on what stands around the key.
        inner = text[(0, 2, 3)[before] : -1]
        yield inner
        yield inner.replace("+", "-").replace("/", "_")


NO_SECRETS = Secrets(())
