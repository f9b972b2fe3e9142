"""Columns made and read by their buffers are what pyarrow's own ways make and read."""

from itertools import accumulate
from typing import Any

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from benchharness.results.arrow import Coder, characters_in, column_of, numbers_in, parameters_in

TEXTS = st.none() | st.text(max_size=6) | st.sampled_from(["", "a", "ünï", "👍"])
PAIRS = st.lists(st.tuples(st.sampled_from(["max_tokens", "not_sent", "ü", ""]), TEXTS), max_size=3, unique_by=lambda pair: pair[0])
KINDS: dict[Any, Any] = {
    pa.string(): TEXTS,
    pa.int64(): st.none() | st.integers(-(2**63), 2**63 - 1),
    pa.float64(): st.none() | st.floats(allow_nan=False),
    pa.bool_(): st.none() | st.booleans(),
    pa.map_(pa.string(), pa.string()): PAIRS,
    pa.map_(pa.string(), pa.float64()): st.lists(st.tuples(st.sampled_from("abc"), st.floats(0, 1)), max_size=2),
}


def parts(column: Any, cuts: list[int]) -> list[Any]:
    """Return a column in slices, which begin in the middle of buffers."""
    ends = [*accumulate(cuts), len(column)]
    begins = [0, *ends[:-1]]
    return [column.slice(begin, max(0, end - begin)) for begin, end in zip(begins, ends, strict=True) if begin <= len(column)]


@settings(deadline=None)
@given(st.data(), st.sampled_from(list(KINDS)))
def test_a_column_is_made_as_pyarrow_makes_it(data: st.DataObject, kind: Any) -> None:
    values = data.draw(st.lists(KINDS[kind], max_size=20))
    made = column_of(values, kind)
    made.validate(full=True)
    assert made.equals(pa.array(values, kind))
    assert made.null_count == sum(value is None for value in values)


@settings(deadline=None)
@given(st.lists(TEXTS, max_size=20), st.lists(st.integers(0, 9), max_size=3), st.booleans())
def test_texts_come_back_as_numbers(values: list[str | None], cuts: list[int], by_value: bool) -> None:
    column = pa.array(values, pa.string())
    columns = parts(column.dictionary_encode() if by_value else column, cuts)
    coder = Coder()
    codes = [code for each in columns for code in coder.codes(each).tolist()]
    texts = coder.texts()
    assert [None if code < 0 else texts[code] for code in codes] == [text for each in columns for text in each.to_pylist()]
    assert len(set(texts)) == len(texts)
    for each in parts(column, cuts):
        assert characters_in(each).tolist() == [len(text or "") for text in each.to_pylist()]


@settings(deadline=None)
@given(st.data(), st.sampled_from([pa.int64(), pa.int32(), pa.float64(), pa.bool_()]), st.lists(st.integers(0, 9), max_size=3))
def test_numbers_come_back_with_nan_for_none(data: st.DataObject, kind: Any, cuts: list[int]) -> None:
    wanted = KINDS.get(kind, st.none() | st.integers(-9, 9))
    values = data.draw(st.lists(wanted, max_size=20))
    for each in parts(pa.array(values, kind), cuts):
        expected = np.array([np.nan if value is None else float(value) for value in each.to_pylist()])
        np.testing.assert_array_equal(numbers_in(each), expected)


@settings(deadline=None)
@given(st.lists(PAIRS, max_size=12), st.lists(st.integers(0, 5), max_size=3))
def test_parameters_come_back_row_by_row(values: list[Any], cuts: list[int]) -> None:
    for each in parts(pa.array(values, pa.map_(pa.string(), pa.string())), cuts):
        assert list(parameters_in(each)) == [dict(pairs) for pairs in each.to_pylist()]
