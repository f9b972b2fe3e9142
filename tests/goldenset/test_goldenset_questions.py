"""What an example asks: the same however it is written, and another where another thing is asked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchharness.goldenset.fingerprint import question_digest
from benchharness.records.example import Example


def asks(text: object, name: str = "a", target: str = "t") -> int:
    return question_digest(Example(id=name, input=text, target=target))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "written", ["where is  my CARD?", " Where is my card", "Where\u00a0is my card?", "\uff37here is my card?\u200b", "Where is my\ncard!"]
)
def test_case_blanks_look_alikes_and_invisible_signs_make_no_other_question(written: str) -> None:
    assert asks(written, "b", "u") == asks("Where is my card?")


def test_another_question_is_another() -> None:
    assert len({asks(each) for each in ("Where is my card?", "Where is my cat?", "", "?", {"q": "x"}, {"q": "y"}, "-5", "5")}) == 8


@given(st.text())
def test_any_text_has_a_digest(text: str) -> None:
    assert asks(text) == asks(f" {text}\t")
