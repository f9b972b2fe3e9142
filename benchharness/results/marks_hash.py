"""The hash of each row's marks, the very number that `pandas.util.hash_pandas_object` gives: earlier runs are known by it.

It is SipHash-2-4 (Aumasson and Bernstein 2012) of a text under pandas' own key, the finalizer of SplitMix64 of a number, and Python's
former hash of a tuple over both. Here it needs no pandas, which would take a third of the memory of a whole run.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from benchharness.results.arrow import Texts

__all__ = ["MARK_COLUMNS", "hashes_of", "text_hashes"]

MARK_COLUMNS = ("candidate", "prompt", "example_id", "repeat", "score", "matched")
KEY = np.frombuffer(b"0123456789123456", dtype="<u8")
SEEDS = (0x736F6D6570736575, 0x646F72616E646F6D, 0x6C7967656E657261, 0x7465646279746573)
NONE = np.uint64(2**64 - 1)
TEXTS_AT_ONCE = 5_000


def hashes_of(columns: Mapping[str, Any]) -> Any:
    """Return a 64-bit number for each row of `MARK_COLUMNS`: texts by code, numbers as floats with NaN for none."""
    hashes = np.full(len(columns["score"]), 0x345678, dtype=np.uint64)
    factor = 1_000_003
    for at, name in enumerate(MARK_COLUMNS):
        hashes = (hashes ^ _of_column(name, columns[name])) * np.uint64(factor)
        factor += 82_520 + 2 * (len(MARK_COLUMNS) - at)
    return hashes + np.uint64(97_531)


def _of_column(name: str, values: Any) -> Any:
    if isinstance(values, Texts):
        return np.append(_of_numbers(text_hashes(values.texts)), NONE)[values.codes]
    if name == "score":
        return _of_numbers((values + 0.0).view(np.uint64))
    if name == "repeat" and not np.isnan(values).any():
        return _of_numbers(values.astype(np.int64).view(np.uint64))
    gone = np.isnan(values)
    if not gone.any():
        return _of_numbers(values.astype(np.uint64))
    # A flag with empty cells is a Python object to pandas, and its name is hashed.
    return np.append(_of_numbers(text_hashes(("False", "True"))), NONE)[np.where(gone, -1, np.nan_to_num(values)).astype(np.int64)]


def _of_numbers(values: Any) -> Any:
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


def text_hashes(texts: Sequence[str]) -> Any:
    """Return the SipHash-2-4 of each text's UTF-8, many at a time: those of equal length side by side."""
    found = np.empty(len(texts), dtype=np.uint64)
    for begin in range(0, len(texts), TEXTS_AT_ONCE):
        written = [text.encode() for text in texts[begin : begin + TEXTS_AT_ONCE]]
        lengths = np.array([len(each) for each in written])
        for length in np.unique(lengths).tolist():
            same = np.flatnonzero(lengths == length)
            # Eight bytes to a word; the last one ends with the length.
            end = bytes(7 - length % 8) + bytes([length % 256])
            words = np.frombuffer(b"".join(written[at] + end for at in same), dtype="<u8").reshape(len(same), -1)
            found[begin + same] = _siphash(words)
    return found


def _siphash(words: Any) -> Any:
    state = [np.full(len(words), seed, dtype=np.uint64) ^ KEY[at % 2] for at, seed in enumerate(SEEDS)]
    for word in words.T:
        state[3] ^= word
        _rounds(state, 2)
        state[0] ^= word
    state[2] ^= np.uint64(0xFF)
    _rounds(state, 4)
    return state[0] ^ state[1] ^ state[2] ^ state[3]


def _rounds(state: list[Any], count: int) -> None:
    a, b, c, d = state
    for _ in range(count):
        a, c = a + b, c + d
        b, d = _turned(b, 13) ^ a, _turned(d, 16) ^ c
        a, c = _turned(a, 32) + d, c + b
        d, b = _turned(d, 21) ^ a, _turned(b, 17) ^ c
        c = _turned(c, 32)
    state[:] = [a, b, c, d]


def _turned(words: Any, bits: int) -> Any:
    return (words << np.uint64(bits)) | (words >> np.uint64(64 - bits))
