"""Fill a prompt for one example: system message, shots, question."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from benchharness.records.example import Example, several, written
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
    return Request(
        example_id=example.id,
        input=example.text,
        messages=() if prompt is None else tuple(_messages(prompt, example, shots, render)),
        parameters=parameters,
        response_schema=prompt.response_schema if prompt is not None else None,
        repeat=repeat,
    )


def _messages(prompt: Prompt, example: Example, shots: tuple[Example, ...], render: Render) -> Iterator[Message]:
    """Yield one system message at most, the shots, a conversation's earlier messages, and the question."""
    user = prompt.user if prompt.user is not None else "{{ input }}"
    systems = [turn["content"] for turn in example.earlier if turn["role"] == Role.SYSTEM]
    if prompt.system is not None:
        systems.insert(0, render(prompt.system, variables_of(example)))
    if systems:
        yield Message(role=Role.SYSTEM, content="\n\n".join(systems))
    for shot in shots:
        yield from _asked(shot, user, render)
        yield Message(role=Role.ASSISTANT, content=_text(shot.target))
    yield from _asked(example, user, render)


def _asked(example: Example, user: str, render: Render) -> Iterator[Message]:
    for turn in example.earlier:
        if turn["role"] != Role.SYSTEM:
            yield Message(role=Role(turn["role"]), content=turn["content"])
    yield Message(role=Role.USER, content=render(user, variables_of(example)))


def variables_of(example: Example) -> dict[str, Any]:
    """Return what a template may use: `input`, the input's own fields, and `metadata`; never the target."""
    own = example.input if isinstance(example.input, Mapping) else {}
    return {"metadata": example.metadata, **own, "input": example.question}


def _text(target: Any) -> str:
    """Return a target as a model would write it: of several accepted texts the first."""
    texts = several(target)
    return texts[0] if texts else written(target)
