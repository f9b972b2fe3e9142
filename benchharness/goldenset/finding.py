"""Find an example by its id, whatever the size of the set."""

import hashlib
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import Any

from benchharness.goldenset.spool import SpooledExamples
from benchharness.records.example import Example

__all__ = ["Places", "digest", "repeated"]


class Places:
    """Where each id stands in a sequence of examples; made when it's first asked.

    A set in memory gets a dictionary. Of one on disk only 64 bits of each id are held, in order, and what they point at
    is read and compared, so that no answer is ever a guess.
    """

    def __init__(self, examples: Sequence[Example]) -> None:
        self._examples = examples
        self._known: dict[str, int] | None = None
        self._hashes = array("q")
        self._order = array("Q")
        self._made = False

    def find(self, name: str) -> tuple[int, Example] | None:
        """Return the place and the example of an id; None when no example has it."""
        if not self._made:
            self._make()
        if self._known is not None:
            place = self._known.get(name)
            return None if place is None else (place, self._examples[place])
        wanted = hash(name)
        at = bisect_left(self._hashes, wanted)
        while at < len(self._hashes) and self._hashes[at] == wanted:
            found = self._examples[self._order[at]]
            if found.id == name:
                return self._order[at], found
            at += 1
        return None

    def __getitem__(self, name: str) -> int:
        found = self.find(name)
        if found is None:
            raise KeyError(name)
        return found[0]

    def target(self, name: str) -> Any:
        """Return the target of an id; None when no example has it."""
        found = self.find(name)
        return None if found is None else found[1].target

    def _make(self) -> None:
        self._made = True
        if not isinstance(self._examples, SpooledExamples):
            self._known = {each.id: at for at, each in enumerate(self._examples)}
            return
        import numpy as np

        hashes = np.array(array("q", (hash(each.id) for each in self._examples)))
        order = np.argsort(hashes, kind="stable")
        self._hashes.frombytes(hashes[order].tobytes())
        self._order.frombytes(order.astype(np.uint64).tobytes())


def repeated(hashes: Iterable[int]) -> list[int]:
    """Return the places of 64-bit hashes that stand there more than once, ascending; eight bytes are held for each."""
    import numpy as np

    values = np.array(array("q", hashes), dtype=np.int64)
    order = np.argsort(values, kind="stable")
    same = values[order][1:] == values[order][:-1]
    twice = np.zeros(len(values), dtype=bool)
    twice[order[1:][same]] = True
    twice[order[:-1][same]] = True
    return [int(each) for each in np.flatnonzero(twice)]


def digest(text: str) -> bytes:
    """Return 16 bytes that stand for a text of any length where only equal ones are looked for."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
