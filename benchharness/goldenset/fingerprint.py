"""Name content by its hash: an example's id where it has none, and a whole set's fingerprint."""

import hashlib
import unicodedata
from collections.abc import Iterable

from benchharness.records.example import Example
from benchharness.records.json_form import canonical

__all__ = ["content_digest", "content_id", "fingerprint", "question_digest"]

# Marks at a sentence's end are no other question.
TRAILING = ".,;:!?\u2026"


def content_id(content: object) -> str:
    """Return a name for an example that has none: the same for the same content, wherever it stands."""
    return "x" + hashlib.sha256(canonical(content).encode()).hexdigest()[:15]


def fingerprint(examples: Iterable[Example]) -> str:
    """Return `sha256:...` over id, input and target of every example.

    Values enter as text, because CSV knows nothing else; order doesn't enter, because examples are asked in a shuffle
    anyway. Metadata and tags don't: they change no score.
    """
    digests = bytearray()
    for each in examples:
        digests += hashlib.sha256(canonical([each.id, _as_text(each.input), _as_text(each.target)]).encode()).digest()
    return "sha256:" + hashlib.sha256(_sorted(digests)).hexdigest()


def _sorted(digests: bytearray) -> bytes:
    """Return digests of 32 bytes that stand one after the other in ascending order, as `sorted` would put them."""
    import numpy as np

    if not digests:
        return b""
    # As big-endian numbers bytes sort by value, zeros at the end included, which numpy's texts would leave out.
    words = np.frombuffer(digests, dtype=">u8").reshape(-1, 4)
    return words[np.lexsort(words.T[::-1])].tobytes()


def content_digest(example: Example) -> str:
    """Return a short hash of an example's input and target, as text: the same in another file format."""
    return hashlib.sha256(canonical([_as_text(example.input), _as_text(example.target)]).encode()).hexdigest()[:16]


def question_digest(example: Example) -> int:
    """Return 64 bits of what an example asks: the same whatever its id and target, its case, blanks and invisible signs."""
    folded = unicodedata.normalize("NFKC", _as_text(example.input)).casefold()
    bare = "".join(folded.split())
    if not bare.isprintable():
        bare = "".join(each for each in bare if each.isprintable())
    asked = bare.rstrip(TRAILING) or bare
    return int.from_bytes(hashlib.blake2b(asked.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


def _as_text(value: object) -> str:
    return value if isinstance(value, str) else "" if value is None else canonical(value)
