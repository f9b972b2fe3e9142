"""Keep records on disk and give them back in any order, so that a set of any size takes little memory."""

import pickle
import tempfile
from array import array
from collections.abc import Iterator, Sequence
from typing import Any, overload

from benchharness.errors import SetupError
from benchharness.records.example import Example

__all__ = ["MOST_HELD", "Spool", "SpooledExamples", "arranged", "held"]

MOST_HELD = 5_000
"""So many records stay in memory: some MB, and quicker than a file."""
BLOCK_BYTES = 1 << 18


class Spool:
    """Records in the order they were added: the first few in memory, from more than 5,000 on all of them in a file.

    The file has no name, so nobody else can open it and it's gone when the process is, however that ends. Every value
    comes back as it was, dates and decimals of a Parquet file included, which JSON couldn't do; what can't be pickled
    stays in memory. One thread at a time may read.
    """

    def __init__(self) -> None:
        self._held: list[Any] = []
        self._file: Any = None
        self._starts = array("Q", [0])
        self._unwritten: list[bytes] = []
        self._unwritten_bytes = 0
        self._unpicklable: dict[int, Any] = {}

    def __del__(self) -> None:
        # Nobody knows who reads last; with the file goes what was in it.
        if self._file is not None:
            self._file.close()

    def append(self, record: Any) -> None:
        """Add a record; SetupError when the disk has no room for it."""
        if self._file is None:
            self._held.append(record)
            if len(self._held) > MOST_HELD:
                self._spill()
        else:
            self._add(record)

    def __len__(self) -> int:
        return len(self._held) if self._file is None else len(self._starts) - 1

    def at(self, place: int) -> Any:
        """Return the record at a place, 0-based."""
        if self._file is None:
            return self._held[place]
        self._write()
        begin, end = self._starts[place], self._starts[place + 1]
        if begin == end:
            return self._unpicklable[place]
        self._file.seek(begin)
        return pickle.loads(self._file.read(end - begin))  # noqa: S301 - our own bytes, in a file nobody else can open

    def between(self, begin: int, end: int) -> Iterator[Any]:
        """Yield the records from a place up to another; the file is read in blocks."""
        if self._file is None:
            yield from self._held[begin:end]
            return
        self._write()
        while begin < end:
            stop = begin + 1
            while stop < end and self._starts[stop + 1] - self._starts[begin] <= BLOCK_BYTES:
                stop += 1
            first = self._starts[begin]
            self._file.seek(first)
            block = memoryview(self._file.read(self._starts[stop] - first))
            for place in range(begin, stop):
                own = block[self._starts[place] - first : self._starts[place + 1] - first]
                yield pickle.loads(own) if own else self._unpicklable[place]  # noqa: S301 - our own bytes, see above
            begin = stop

    def _spill(self) -> None:
        try:
            # Unbuffered: a buffer would be filled anew for every record that is read out of order.
            self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - it lives as long as the records are wanted
        except OSError as error:
            raise _no_room(error) from error
        waiting, self._held = self._held, []
        for record in waiting:
            self._add(record)

    def _add(self, record: Any) -> None:
        try:
            written = pickle.dumps(record, pickle.HIGHEST_PROTOCOL)
        except Exception:  # noqa: BLE001 - objects of a hub's data set raise what they like
            self._unpicklable[len(self)] = record
            written = b""
        self._starts.append(self._starts[-1] + len(written))
        self._unwritten.append(written)
        self._unwritten_bytes += len(written)
        if self._unwritten_bytes > BLOCK_BYTES:
            self._write()

    def _write(self) -> None:
        if not self._unwritten:
            return
        left = memoryview(b"".join(self._unwritten))
        self._unwritten, self._unwritten_bytes = [], 0
        try:
            self._file.seek(0, 2)
            while left:
                left = left[self._file.write(left) :]
        except OSError as error:
            raise _no_room(error) from error


def _no_room(error: OSError) -> SetupError:
    return SetupError(
        f"examples can't be kept in a temporary file: {error.strerror or error}",
        hint="make room where temporary files go, or name another folder in the environment variable TMPDIR",
    )


class SpooledExamples(Sequence[Example]):
    """Examples of a spool in some order, read when they're asked for; a slice is a view and copies no example."""

    def __init__(self, spool: Spool, order: "array[int] | range | None" = None) -> None:
        self._spool = spool
        self._order = range(len(spool)) if order is None else order

    @classmethod
    def kept(cls, example: Example) -> tuple[Any, ...]:
        """Return what of an example is put into a spool."""
        return example.id, example.input, example.target, example.metadata, example.tags, example.cluster

    def arranged(self, places: "array[int] | range") -> "SpooledExamples":
        """Return the examples that stand here at `places`, in that order."""
        return SpooledExamples(self._spool, array("Q", (self._order[place] for place in places)))

    def __len__(self) -> int:
        return len(self._order)

    @overload
    def __getitem__(self, place: int) -> Example: ...
    @overload
    def __getitem__(self, place: slice) -> "SpooledExamples": ...
    def __getitem__(self, place: int | slice) -> "Example | SpooledExamples":
        if isinstance(place, slice):
            return SpooledExamples(self._spool, self._order[place])
        return _example(self._spool.at(self._order[place]))

    def __iter__(self) -> Iterator[Example]:
        order = self._order
        if isinstance(order, range) and order.step == 1:
            return map(_example, self._spool.between(order.start, order.stop))
        return (_example(self._spool.at(place)) for place in order)


def _example(kept: tuple[Any, ...]) -> Example:
    name, given, target, metadata, tags, cluster = kept
    return Example(id=name, input=given, target=target, metadata=metadata, tags=tags, cluster=cluster)


def held(examples: Sequence[Example]) -> Sequence[Example]:
    """Return the examples as a tuple when they are few, else as they are."""
    return tuple(examples) if len(examples) <= MOST_HELD else examples


def arranged(examples: Sequence[Example], places: "array[int]") -> Sequence[Example]:
    """Return the examples that stand at `places`, in that order."""
    return examples.arranged(places) if isinstance(examples, SpooledExamples) else tuple(examples[place] for place in places)
