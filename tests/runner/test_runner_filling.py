"""What is sent for an example: conversations as they are, and no word of Python's."""

from typing import Any

import pytest

from benchharness.pipeline.asking.spec import render
from benchharness.records.example import Example
from benchharness.records.suite import Parameters, Prompt
from benchharness.runner.filling import fill

CHAT = [
    {"role": "system", "content": "One word."},
    {"role": "user", "content": "Hi"},
    {"role": "assistant", "content": "Hello"},
    {"role": "user", "content": "Capital of Peru?"},
]


def sent(prompt: Prompt, given: Any, *shots: Example) -> list[tuple[str, str]]:
    request = fill(prompt, Example(id="e", input=given, target="x"), shots=shots, render=render, parameters=Parameters())
    return [(each.role.value, each.content) for each in request.messages]


def test_a_conversation_is_asked_as_its_messages() -> None:
    assert sent(Prompt(user="{{ input }}"), CHAT) == [(each["role"], each["content"]) for each in CHAT]


def test_the_prompts_system_message_stands_before_the_conversations_own_in_one() -> None:
    messages = sent(Prompt(system="Be kind.", user="{{ input }} Please."), CHAT)
    assert messages[0] == ("system", "Be kind.\n\nOne word.")
    assert messages[-1] == ("user", "Capital of Peru? Please.")
    assert [role for role, _ in messages] == ["system", "user", "assistant", "user"]


def test_solved_conversations_stand_whole_before_the_question() -> None:
    shot = Example(id="s", input=CHAT[1:], target=["Lima", "lima"])
    messages = sent(Prompt(system="Be kind."), "Capital of Italy?", shot)
    assert [role for role, _ in messages] == ["system", "user", "assistant", "user", "assistant", "user"]
    assert messages[-2:] == [("assistant", "Lima"), ("user", "Capital of Italy?")]


@pytest.mark.parametrize(
    ("target", "shown"),
    [
        ("Lima", "Lima"),
        (["Lima", "lima"], "Lima"),
        ({"text": ["Lima"], "answer_start": [3]}, "Lima"),
        ({"value": "Lima", "aliases": ["Ciudad de los Reyes"]}, "Lima"),
        ({"city": "Lima"}, '{"city": "Lima"}'),
        ([1, 2], "[1, 2]"),
        (True, "true"),
    ],
)
def test_a_solved_example_shows_the_first_of_several_answers(target: Any, shown: str) -> None:
    assert sent(Prompt(user="{{ input }}"), "q", Example(id="s", input="p", target=target))[1] == ("assistant", shown)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, "true"),
        (False, "false"),
        (["a", "b"], '["a", "b"]'),
        (["größe", None, True], '["größe", null, true]'),
        ({"k": None}, '{"k": null}'),
        (3, "3"),
        (2.5, "2.5"),
        ("None", "None"),
        ([], "[]"),
    ],
)
def test_what_is_no_text_reaches_a_prompt_as_json_and_null_as_nothing(value: Any, text: str) -> None:
    assert sent(Prompt(user="<{{ field }}>"), {"field": value}) == [("user", f"<{text}>")]
    assert Example(id="e", input={"field": value}, target=None).text == text


def test_variables_are_sent_as_one_object_where_the_prompt_asks_for_the_input() -> None:
    assert sent(Prompt(user="{{ input }}"), {"a": None, "b": [True]}) == [("user", '{"a": null, "b": [true]}')]


def test_a_list_is_still_a_list_to_a_template() -> None:
    assert sent(Prompt(user="{% for each in tags %}{{ each }};{% endfor %}{{ tags|join(', ') }}"), {"tags": ["a", "b"]}) == [
        ("user", "a;b;a, b")
    ]
