"""A response schema is asked for in the strictest way a provider takes, found out by asking, and told."""

import asyncio
import json
from collections.abc import Callable
from importlib import util
from pathlib import Path
from typing import Any

import pytest
from loopback_server import LoopbackServer, Reply, completion

from benchharness.providers import make_provider
from benchharness.providers.context import ProviderContext
from benchharness.providers.effective import effective_parameters, mode_of, wire_of
from benchharness.records.answer import Answer, Failure, NoAnswer
from benchharness.records.request import Message, Request, Role
from benchharness.records.suite import CandidateEntry, Parameters

pytestmark = [
    pytest.mark.skipif(util.find_spec("litellm") is None, reason="needs the extra `apis`"),
    # litellm's own dataclasses warn when they are written out; not our business.
    *(pytest.mark.filterwarnings(f"ignore::{kind}") for kind in ("UserWarning", "DeprecationWarning", "FutureWarning")),
]

SCHEMA = {"type": "object", "properties": {"label": {"type": "string"}}, "required": ["label"], "additionalProperties": False}
JSON = '{"label": "weak"}'


def ask(script: Callable[[int, dict[str, Any]], Reply], count: int = 1, *, together: bool = False) -> tuple[list[Any], LoopbackServer]:
    with LoopbackServer(script) as server:
        environment = {"OPENAI_API_KEY": "k", "OPENAI_BASE_URL": server.url}
        entry = CandidateEntry(name="c", model="openai/gpt-4o-mini", prompts=("p",))
        made: Any = make_provider(entry, ProviderContext(folder=Path(), seed=7, timeout_s=20, environment=environment))
        messages = (Message(role=Role.USER, content="q"),)
        request = Request(example_id="e", input="q", messages=messages, parameters=Parameters(max_tokens=9), response_schema=SCHEMA)

        async def go() -> list[Answer | NoAnswer]:
            try:
                if together:
                    return list(await asyncio.gather(*(made.answer(request) for _ in range(count))))
                return [await made.answer(request) for _ in range(count)]
            finally:
                await made.close()

        return asyncio.run(go()), server


def refused(words: str) -> Reply:
    return Reply(status=400, body={"error": {"message": words, "type": "invalid_request_error"}})


def called(arguments: str) -> Reply:
    calls = [{"id": "1", "type": "function", "function": {"name": "answer", "arguments": arguments}}]
    return Reply(body=completion(None, finish="tool_calls", tool_calls=calls))


def takes(*modes: str) -> Callable[[int, dict[str, Any]], Reply]:
    """Return a server that takes these ways of asking alone."""

    def script(_count: int, body: dict[str, Any]) -> Reply:
        mode = mode_of(body)
        if mode not in modes:
            return refused("'tools' is not supported by this model" if mode == "tool" else "response_format is not supported by this model")
        return called(JSON) if mode == "tool" else Reply(body=completion(JSON))

    return script


@pytest.mark.parametrize(
    ("taken", "mode", "tries"),
    [("json_schema", "json_schema", 1), ("json_object", "json_object", 2), ("tool", "tool", 3), ("text", "text", 4)],
)
def test_each_step_is_tried_once_and_what_was_taken_is_kept_to(taken: str, mode: str, tries: int) -> None:
    found, server = ask(takes(taken), 2)
    assert [each.output for each in found] == [JSON, JSON]
    assert [each.effective_params["response_format"] for each in found] == [mode, mode]
    assert len(server.asked) == tries + 1
    left = {} if mode == "json_schema" else {"response_format": "json_schema"}
    assert found[1].effective_params.get("not_sent", {}) == left


def test_the_schema_is_told_in_words_where_the_mode_does_not_tell_it() -> None:
    for mode in ("json_object", "text"):
        _, server = ask(takes(mode))
        assert json.dumps(SCHEMA["required"]).strip("[]") in server.asked[-1]["messages"][-1]["content"]
        assert "JSON" in server.asked[-1]["messages"][-1]["content"]
    for mode in ("json_schema", "tool"):
        _, server = ask(takes(mode))
        assert server.asked[-1]["messages"] == [{"role": "user", "content": "q"}]


def test_questions_in_flight_together_step_down_together() -> None:
    found, server = ask(takes("tool"), 5, together=True)
    assert {each.effective_params["response_format"] for each in found} == {"tool"}
    assert len(server.asked) <= 15


def test_a_question_that_fails_in_every_way_teaches_nothing() -> None:
    def script(count: int, _body: dict[str, Any]) -> Reply:
        told = "response_format and tools: too long a question"
        return refused(told) if count <= 4 else Reply(body=completion(JSON))

    found, _ = ask(script, 2)
    assert isinstance(found[0], NoAnswer)
    assert found[0].failure is Failure.BAD_REQUEST
    assert found[1].effective_params["response_format"] == "json_schema"


def test_a_refusal_of_something_else_is_no_reason_to_ask_more_loosely() -> None:
    found, server = ask(lambda _count, _body: refused("the context is too long"))
    assert isinstance(found[0], NoAnswer)
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("wire", "mode"),
    [
        ({"output_format": {"type": "json_schema"}}, "json_schema"),
        ({"generationConfig": {"response_mime_type": "application/json", "response_json_schema": {}}}, "json_schema"),
        ({"generationConfig": {"response_mime_type": "application/json"}}, "json_object"),
        ({"format": {"type": "object"}, "options": {}}, "json_schema"),
        ({"format": "json"}, "json_object"),
        ('{"messages": [], "toolConfig": {"tools": [{}]}, "inferenceConfig": {"maxTokens": 9}}', "tool"),
        ({"tools": [{}]}, "tool"),
        ({"messages": []}, "text"),
        ({"response_format": {"type": "json_object"}}, "json_object"),
    ],
)
def test_the_mode_is_read_off_the_request_as_it_was_written(wire: Any, mode: str) -> None:
    found = wire_of(wire)
    assert found is not None
    assert mode_of(found) == mode


def test_what_was_dropped_or_changed_on_the_way_is_told() -> None:
    asked = {"messages": [], "model": "m", "max_tokens": 9, "temperature": 0.0, "seed": 7, "top_p": 0.5, "stop": ["x"]}
    wire = wire_of({"contents": [], "generationConfig": {"maxOutputTokens": 9, "temperature": 0.01, "topP": 0.5, "stopSequences": ["x"]}})
    assert effective_parameters(asked, asked, wire) == {
        "max_tokens": 9,
        "temperature": 0.01,
        "top_p": 0.5,
        "stop": ["x"],
        "not_sent": {"temperature": 0.0, "seed": 7},
    }
    assert wire_of("no JSON") is None
    assert wire_of(None) is None
