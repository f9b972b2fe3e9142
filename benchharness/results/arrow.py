"""Turn plain values into Arrow's columns and back by their buffers: pyarrow's own ways import pandas, which takes 45 MB of memory."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, chain, pairwise
from typing import Any

__all__ = ["Coder", "Texts", "characters_in", "column_of", "give_back", "numbers_in", "parameters_in", "texts_in"]

# In UTF-8 every character has one byte that doesn't begin with these bits.
FIRST_TWO_BITS, CONTINUES = 0xC0, 0x80


@dataclass(frozen=True, slots=True)
class Texts:
    """A column of texts as numbers."""

    codes: Any
    """Each row's place among the texts, -1 for none (int32)."""
    texts: Sequence[str]
    """The texts, each once, in the order they first occur."""


def column_of(values: Sequence[Any], kind: Any) -> Any:
    """Return an Arrow array of texts, whole numbers, numbers, flags or maps of these, None for none; a map is a list of pairs."""
    import numpy as np
    import pyarrow as pa
    from pyarrow import types

    if types.is_map(kind):
        pairs = list(chain.from_iterable(values))
        offsets = column_of([0, *accumulate(map(len, values))], pa.int32())
        keys, items = (column_of([pair[at] for pair in pairs], each) for at, each in enumerate((kind.key_type, kind.item_type)))
        return pa.MapArray.from_arrays(offsets, keys, items)
    none = [value is None for value in values]
    valid = pa.py_buffer(np.packbits(~np.array(none, dtype=bool), bitorder="little")) if any(none) else None
    if types.is_string(kind):
        written = [b"" if value is None else value.encode() for value in values]
        offsets = np.cumsum([0, *map(len, written)], dtype=np.int64)
        if offsets[-1] >= 1 << 31:
            raise ValueError("more than 2 GB of text in one column")
        buffers = [valid, pa.py_buffer(offsets.astype(np.int32)), pa.py_buffer(b"".join(written))]
    elif types.is_boolean(kind):
        buffers = [valid, pa.py_buffer(np.packbits(np.array([bool(value) for value in values], dtype=bool), bitorder="little"))]
    else:
        code = "d" if types.is_floating(kind) else {32: "i", 64: "q"}[kind.bit_width]
        buffers = [valid, pa.py_buffer(array(code, (0 if value is None else value for value in values)))]
    return pa.Array.from_buffers(kind, len(values), buffers, sum(none))


def numbers_in(column: Any) -> Any:
    """Return a column of numbers or flags as floats, NaN for none."""
    import numpy as np
    from pyarrow import types

    begin, end = column.offset, column.offset + len(column)
    valid, data = column.buffers()
    if data is None:
        return np.full(len(column), np.nan)
    if types.is_boolean(column.type):
        values = np.unpackbits(np.frombuffer(data, dtype=np.uint8), bitorder="little")[begin:end].astype(np.float64)
    else:
        values = np.frombuffer(data, dtype=_number_type(column.type))[begin:end].astype(np.float64)
    if valid is not None and column.null_count:
        values[~_there(valid, begin, end)] = np.nan
    return values


class Coder:
    """Gives each text a number, part after part of a column."""

    def __init__(self) -> None:
        self._known: dict[str, int] = {}

    def codes(self, column: Any) -> Any:
        """Return the numbers of a part's texts, plain or a dictionary, -1 for none (int32)."""
        import numpy as np

        known = self._known
        if not hasattr(column, "dictionary"):
            found = array("i", (-1 if text is None else known.setdefault(text, len(known)) for text in column.to_pylist()))
            return np.array(found, dtype=np.int32)
        numbers = [known.setdefault(text, len(known)) for text in column.dictionary.to_pylist()]
        indices = column.indices
        begin, end = indices.offset, indices.offset + len(indices)
        valid, data = indices.buffers()
        at = np.frombuffer(data, dtype=_number_type(indices.type))[begin:end] if len(indices) else np.zeros(0, dtype=np.int32)
        if valid is not None and indices.null_count:
            # What stands under an empty place may be anything.
            at = np.where(_there(valid, begin, end), at, -1)
        return np.array([*numbers, -1], dtype=np.int32)[at]

    def texts(self) -> list[str]:
        """Return the texts by number."""
        return list(self._known)


def texts_in(column: Any) -> Texts:
    """Return the texts of a column, plain or a dictionary, as numbers."""
    coder = Coder()
    return Texts(coder.codes(column), coder.texts())


def characters_in(column: Any) -> Any:
    """Return how many characters each text of a plain column has, 0 for none."""
    import numpy as np

    begin, end = column.offset, column.offset + len(column) + 1
    _, places, data = column.buffers()
    if places is None or end - begin == 1:
        return np.zeros(len(column), dtype=np.int64)
    offsets = np.frombuffer(places, dtype=np.int32)[begin:end].astype(np.int64)
    written = np.frombuffer(data or b"", dtype=np.uint8)[offsets[0] : offsets[-1]]
    whole = np.concatenate(([0], np.cumsum((written & FIRST_TWO_BITS) != CONTINUES)))
    return np.diff(whole[offsets - offsets[0]])


def parameters_in(column: Any) -> Sequence[dict[str, str | None]]:
    """Return each row's map of texts; rows that hold the same share one object, as most rows of a run do."""
    import numpy as np

    # Of a slice, `keys` and `items` hold the whole column's entries.
    offsets = np.frombuffer(column.buffers()[1], dtype=np.int32)[column.offset : column.offset + len(column) + 1] if len(column) else [0]
    keys, items = column.keys, column.items
    places = [
        np.frombuffer(each.buffers()[1], dtype=np.int32)[each.offset :] if len(each) else np.zeros(1, np.int32) for each in (keys, items)
    ]
    data = [memoryview(each.buffers()[2] or b"") for each in (keys, items)]
    known: dict[tuple[bytes, ...], dict[str, str | None]] = {}
    found = []
    for begin, end in pairwise(offsets):
        spans = [at[begin : end + 1] for at in places]
        sign = tuple(bytes(text[at[0] : at[-1]]) for at, text in zip(spans, data, strict=True))
        sign += tuple((at - at[0]).tobytes() for at in spans)
        if items.null_count:
            # None and an empty text take the same bytes.
            sign += (bytes(value is None for value in items[begin:end].to_pylist()),)
        if sign not in known:
            known[sign] = {keys[at].as_py(): items[at].as_py() for at in range(int(begin), int(end))}
        found.append(known[sign])
    return found


def give_back() -> None:
    """Give back to the system what nobody needs any more, Python's own memory included, where Arrow's allocator is the system's."""
    import pyarrow as pa

    pa.default_memory_pool().release_unused()


def _there(valid: Any, begin: int, end: int) -> Any:
    import numpy as np

    return np.unpackbits(np.frombuffer(valid, dtype=np.uint8), bitorder="little")[begin:end].astype(bool)


def _number_type(kind: Any) -> str:
    from pyarrow import types

    return f"{'f' if types.is_floating(kind) else 'i'}{kind.bit_width // 8}"
