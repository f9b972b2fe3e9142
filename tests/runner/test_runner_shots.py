"""Shots come from the pool, by seed or by likeness, and a golden example never becomes one."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchharness.records.example import Example
from benchharness.records.request import Role
from benchharness.records.suite import Parameters, Pick, Prompt, Shots
from benchharness.runner.filling import fill
from benchharness.runner.shots import make_picker
from benchharness.suite.templates import compile_template

WORDS = st.sampled_from(["card", "lost", "pin", "rate", "top", "up", "age", "limit", "?", "my"])
TEXTS = st.lists(WORDS, min_size=1, max_size=5).map(" ".join)


def example(name: str, text: str, target: str = "x") -> Example:
    return Example(id=name, input=text, target=target)


def pool_of(texts: list[str]) -> list[Example]:
    return [example(f"p{at}", text, f"label {at % 3}") for at, text in enumerate(texts)]


@given(texts=st.lists(TEXTS, min_size=5, max_size=15), question=TEXTS, pick=st.sampled_from(Pick), seed=st.integers(0, 5))
def test_a_question_is_never_its_own_shot(texts: list[str], question: str, pick: Pick, seed: int) -> None:
    pool = pool_of([*texts, question.upper(), f" {question}  "])
    shots = make_picker(Shots(k=3, pick=pick), pool, seed=seed)(example("golden", question))
    folded = " ".join(question.casefold().split())
    assert folded not in {" ".join(each.text.casefold().split()) for each in shots}


def test_a_golden_example_is_no_shot_under_any_strategy() -> None:
    pool = pool_of([f"solved {at}" for at in range(30)])
    golden = [example(f"g{at}", f"question {at}") for at in range(20)]
    held_out = {each.id for each in golden}
    for shots in (None, Shots(k=6), Shots(k=6, pick=Pick.NEAREST)):
        picker = make_picker(shots, pool, seed=7)
        for each in golden:
            assert not held_out & {shot.id for shot in picker(each)}


def test_fixed_shots_are_the_same_for_every_question_and_spread_over_the_targets() -> None:
    picker = make_picker(Shots(k=6), pool_of([f"text {at}" for at in range(30)]), seed=7)
    one, two = picker(example("a", "first")), picker(example("b", "second"))
    assert one == two
    assert Counter(each.target for each in one) == {"label 0": 2, "label 1": 2, "label 2": 2}
    assert make_picker(Shots(k=6), pool_of([f"text {at}" for at in range(30)]), seed=8)(example("a", "first")) != one


def test_retrieved_shots_are_the_nearest_with_the_nearest_last() -> None:
    pool = pool_of(["my card is lost", "what is the exchange rate", "I lost my card abroad", "age limit"])
    shots = make_picker(Shots(k=2, pick=Pick.NEAREST), pool, seed=7)(example("g", "lost card, my card"))
    assert {each.text for each in shots} == {"my card is lost", "I lost my card abroad"}
    assert shots[-1].text == "my card is lost"


def test_a_pool_smaller_than_the_shots_is_refused() -> None:
    with pytest.raises(ValueError, match="wants 5 shots"):
        make_picker(Shots(k=5), pool_of(["a"]), seed=7)


def test_a_filled_prompt_holds_system_shots_and_question_and_never_the_target() -> None:
    prompt = Prompt(system="Label it.", user="Text: {{ input }} ({{ metadata.source }})")
    question = Example(id="g", input="my {{ 7 * 7 }} text", target="SECRET", metadata={"source": "mail"})
    shot = Example(id="p", input="solved", target="spam", metadata={"source": "web"})

    def render(text: str, variables: object) -> str:
        return compile_template(text).render(variables)  # type: ignore[arg-type]

    request = fill(prompt, question, shots=(shot,), render=render, parameters=Parameters())
    assert [(each.role, each.content) for each in request.messages] == [
        (Role.SYSTEM, "Label it."),
        (Role.USER, "Text: solved (web)"),
        (Role.ASSISTANT, "spam"),
        (Role.USER, "Text: my {{ 7 * 7 }} text (mail)"),
    ]
    assert "SECRET" not in str(request)
