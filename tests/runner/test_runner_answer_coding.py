"""Every field of an answer comes back as it was, from this format and the first."""

import json
import types
import zlib
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import Any, Union, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchharness.records.answer import Answer, AnswerStatus, LatencyKind, Usage
from benchharness.records.json_form import to_json
from benchharness.runner.answer_coding import pack, unpack

# Half a character is text as well: a provider may write one.
TEXT = st.text(max_size=40) | st.sampled_from(["\ud800", "\x00\u2028", "x" * 2000])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda each: st.lists(each, max_size=3) | st.dictionaries(st.text(max_size=5), each, max_size=3),
    max_leaves=6,
)


def values(hint: Any) -> st.SearchStrategy[Any]:  # noqa: PLR0911 - one line for each kind of field
    """Return values of a field's type, so that a field added tomorrow is tried as well."""
    if get_origin(hint) in (Union, types.UnionType):
        return st.one_of([values(each) for each in get_args(hint)])
    if isinstance(hint, type) and is_dataclass(hint):
        return records(hint)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return st.sampled_from(hint)
    if get_origin(hint) is not None and issubclass(get_origin(hint), Mapping):
        of = get_args(hint)[1]
        return st.dictionaries(st.text(max_size=5), JSON if of is Any else values(of), max_size=3)
    if get_origin(hint) is tuple:
        return st.lists(values(get_args(hint)[0]), max_size=3).map(tuple)
    if hint is Any:
        return JSON
    if hint is float:
        return st.floats(allow_nan=False, allow_infinity=False)
    return TEXT if hint is str else st.from_type(hint)


def records(kind: type) -> st.SearchStrategy[Any]:
    hints = get_type_hints(kind)
    return st.fixed_dictionaries({each.name: values(hints[each.name]) for each in fields(kind)}).map(lambda given: kind(**given))


@given(records(Answer))
def test_every_field_comes_back(answer: Answer) -> None:
    again = unpack(pack(answer))
    assert again == answer
    assert again.status is answer.status
    assert type(again.usage) is type(answer.usage)


@given(records(Answer))
def test_an_answer_of_the_first_format_is_read(answer: Answer) -> None:
    blob = zlib.compress(json.dumps(to_json(answer)).encode(), 1)
    assert unpack(blob) == answer


def test_a_field_of_a_later_version_is_ignored_and_one_that_is_missing_has_its_default() -> None:
    assert unpack(b'\x01{"output":"x","usage":{"input_tokens":3,"dreamt":1},"mood":"good"}') == Answer(
        output="x", usage=Usage(input_tokens=3)
    )


def test_a_short_answer_takes_few_bytes_and_a_long_one_is_deflated() -> None:
    assert len(pack(Answer(output="yes"))) < 25
    assert len(pack(Answer(output="yes " * 5000))) < 500


def test_enumerations_are_themselves_again() -> None:
    answer = Answer(output="", status=AnswerStatus.REFUSED, latency_kind=LatencyKind.LOADED)
    assert unpack(pack(answer)).latency_kind is LatencyKind.LOADED


def test_a_number_json_has_no_place_for_is_refused() -> None:
    with pytest.raises(ValueError, match="JSON"):
        pack(replace(Answer(output="x"), cost_usd=float("nan")))


@pytest.mark.parametrize(
    "blob", [b"", b"\x03{}", b"\x01{", b"\x02abc", b"\x78\x01", b"\x01{}", b'\x01{"output":"x","status":"sung"}', b"\x01[1]"]
)
def test_a_damaged_blob_is_no_answer(blob: bytes) -> None:
    with pytest.raises((ValueError, KeyError, TypeError, AttributeError, zlib.error)):
        unpack(blob)
