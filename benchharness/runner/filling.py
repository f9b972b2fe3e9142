"""Fill a prompt for one example: system message, shots, question."""

from collections.abc import Callable, Mapping
from typing import Any

from benchharness.records.example import Example
from benchharness.records.request import Message, Request, Role
from benchharness.records.suite import Parameters, Prompt

__all__ = ["Render", "fill", "variables_of"]

Render = Callable[[str, Mapping[str, Any]], str]
"""Fill a template text with variables."""


def fill(
    prompt: Prompt | None,
    example: Example,
    *,
    shots: tuple[Example, ...],
    render: Render,
    parameters: Parameters,
    repeat: int = 0,
) -> Request:
    """Return the request that asks `example` with `prompt`; without a prompt it carries the bare text only."""
    messages: list[Message] = []
    if prompt is not None:
        variables = variables_of(example)
        if prompt.system is not None:
            messages.append(Message(role=Role.SYSTEM, content=render(prompt.system, variables)))
        user = prompt.user if prompt.user is not None else "{{ input }}"
        for shot in shots:
            messages.append(Message(role=Role.USER, content=render(user, variables_of(shot))))
            messages.append(Message(role=Role.ASSISTANT, content=_text(shot.target)))
        messages.append(Message(role=Role.USER, content=render(user, variables)))
    return Request(
        example_id=example.id,
        input=example.text,
        messages=tuple(messages),
        parameters=parameters,
        response_schema=prompt.response_schema if prompt is not None else None,
        repeat=repeat,
    )


def variables_of(example: Example) -> dict[str, Any]:
    """Return what a template may use: `input`, the input's own fields, and `metadata`; never the target."""
    own = {} if isinstance(example.input, str) else dict(example.input)
    return {"metadata": example.metadata, **own, "input": example.input if isinstance(example.input, str) else own}


def _text(target: Any) -> str:
    if isinstance(target, str):
        return target
    if isinstance(target, list | tuple) and target and isinstance(target[0], str):
        return target[0]
    import json

    return json.dumps(target, ensure_ascii=False)
