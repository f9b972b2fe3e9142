import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchharness.records.answer import Answer, AnswerStatus, Usage
from benchharness.records.json_form import canonical, dumps, from_json, to_json
from benchharness.records.row import Row


@given(
    output=st.text(),
    status=st.sampled_from(AnswerStatus),
    tokens=st.none() | st.integers(0, 10**9),
    cost=st.none() | st.floats(0, 1e6),
    params=st.dictionaries(st.text(), st.none() | st.booleans() | st.integers() | st.text()),
)
def test_an_answer_comes_back_as_it_went(
    output: str, status: AnswerStatus, tokens: int | None, cost: float | None, params: dict[str, object]
) -> None:
    answer = Answer(output=output, status=status, usage=Usage(input_tokens=tokens), cost_usd=cost, effective_params=params)
    assert from_json(Answer, to_json(answer)) == answer


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_no_number_that_is_none_is_ever_written(value: float) -> None:
    with pytest.raises(ValueError, match="absent is None"):
        dumps(Row(candidate="a", example_id="b", score=value))


def test_a_missing_field_is_named() -> None:
    with pytest.raises(KeyError, match="example_id"):
        from_json(Row, {"candidate": "a"})


def test_an_unknown_field_of_a_later_version_is_left_alone() -> None:
    assert from_json(Row, {"candidate": "a", "example_id": "b", "from_the_future": 1}).candidate == "a"


@given(st.dictionaries(st.text(), st.integers() | st.text() | st.lists(st.integers())))
def test_the_canonical_text_does_not_know_the_order_of_keys(value: dict[str, object]) -> None:
    assert canonical(value) == canonical(dict(reversed(list(value.items()))))
