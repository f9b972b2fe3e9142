"""The chat-completions format: write a request's body, read a reply."""

import json
import re
from collections.abc import Mapping
from typing import Any

from benchharness.providers.blotting import NO_SECRETS, Secrets
from benchharness.providers.effective import flat_parameters
from benchharness.providers.endings import ending
from benchharness.providers.pricing import cost_usd
from benchharness.providers.usage import bounded, read_usage
from benchharness.records.answer import Answer, AnswerStatus, Failure, LatencyKind, NoAnswer
from benchharness.records.request import Request
from benchharness.records.suite import Price

__all__ = ["MOST_READ", "chat_body", "first_words", "read_completion", "read_usage", "refusal_before_answering", "says_words", "shorten"]

LONGEST_MESSAGE = 300
# What's read of a provider's words to find keys in them.
MOST_READ = 20_000
# Halves of characters that JSON can carry and no file can.
LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def chat_body(request: Request, *, model: str | None) -> dict[str, Any]:
    """Return the JSON body of a chat completion; what the suite leaves out is not sent."""
    parameters = request.parameters
    body: dict[str, Any] = {
        "messages": [{"role": each.role.value, "content": each.content} for each in request.messages],
        "max_tokens": parameters.max_tokens,
    }
    if model is not None:
        body["model"] = model
    for name in ("temperature", "seed", "top_p"):
        value = getattr(parameters, name)
        if value is not None:
            body[name] = value
    if parameters.stop:
        body["stop"] = list(parameters.stop)
    if request.response_schema is not None:
        body["response_format"] = {
            "type": "json_schema",
            "json_schema": {"name": "answer", "schema": dict(request.response_schema), "strict": True},
        }
    return body


def read_completion(
    reply: Any,
    *,
    sent: Mapping[str, Any],
    price: Price | None,
    latency_s: float,
    latency_kind: LatencyKind,
    raw: Mapping[str, Any] | None = None,
    parameters: Mapping[str, Any] | None = None,
    secrets: Secrets = NO_SECRETS,
) -> Answer | NoAnswer:
    """Return the answer in a reply, or MALFORMED when the reply isn't one; the reply is untrusted, and may repeat `secrets`.

    `raw` is the reply as the provider wrote it, where a library has changed it since: its own finish reason and counts
    are believed. `parameters` are those really sent, where they aren't the body's.
    """
    choices = reply.get("choices") if isinstance(reply, Mapping) else None
    if not isinstance(choices, list) or not choices or not isinstance(choices[0], Mapping):
        return NoAnswer(failure=Failure.MALFORMED, message=shorten(f"no choices in the reply: {reply}", secrets))
    message = choices[0].get("message")
    if not isinstance(message, Mapping):
        return NoAnswer(failure=Failure.MALFORMED, message=shorten(f"no message in the reply: {choices[0]}", secrets))
    told = flat_parameters(sent) if parameters is None else parameters
    output, refused = _text(message, from_tool=told.get("response_format") == "tool")
    finish, status = ending(choices[0], raw, text=output, refused=refused)
    if status is AnswerStatus.ERROR:
        return NoAnswer(failure=Failure.SERVER_ERROR, message=shorten(f"broken off by an error: {choices[0]}", secrets))
    usage, raw_usage = read_usage(reply.get("usage"), raw, said=bool(output))
    return Answer(
        output=secrets.hide(output),
        status=status,
        finish_reason=None if finish is None else secrets.hide(_storable(finish)),
        usage=usage,
        cost_usd=cost_usd(usage, price),
        latency_s=latency_s,
        latency_kind=latency_kind,
        served_model=_string(reply.get("model"), secrets),
        effective_params=told,
        raw_usage=bounded(raw_usage, lambda text: secrets.hide(_storable(text))),
    )


def first_words(line: str) -> bool:
    """Tell whether a line of a streamed reply carries words of the answer, hidden reasoning included."""
    try:
        return says_words(json.loads(line.removeprefix("data:")))
    except (ValueError, RecursionError):
        return False


def says_words(event: Any) -> bool:
    """Tell whether one event of a streamed reply carries words of the answer, hidden reasoning included."""
    try:
        delta = event["choices"][0]["delta"]
        return any(bool(delta.get(name)) for name in ("content", "reasoning_content", "reasoning"))
    except (LookupError, TypeError, AttributeError):
        return False


def refusal_before_answering(*, sent: Mapping[str, Any], latency_s: float, parameters: Mapping[str, Any] | None = None) -> Answer:
    """Return the answer of a provider whose filter refused the question itself; `parameters` as for `read_completion`."""
    return Answer(
        output="",
        status=AnswerStatus.FILTERED,
        finish_reason="content_filter",
        latency_s=latency_s,
        latency_kind=LatencyKind.LOADED,
        effective_params=flat_parameters(sent) if parameters is None else parameters,
    )


def shorten(text: str, secrets: Secrets = NO_SECRETS) -> str:
    """Return a provider's words on one line, cut short, with keys blotted out."""
    text = secrets.blot(text[:MOST_READ])
    text = re.sub(r"\b(sk-|Bearer\s+)[\w.-]{8,}", r"\1***", text)
    text = _storable(" ".join(text.split()))
    return text if len(text) <= LONGEST_MESSAGE else text[: LONGEST_MESSAGE - 1] + "…"


def _text(message: Mapping[str, Any], *, from_tool: bool) -> tuple[str, bool]:
    """Return what was said and whether it's a refusal; an answer asked for as a tool's arguments is those."""
    content, refusal = message.get("content"), message.get("refusal")
    # litellm moves what it doesn't know aside.
    aside = message.get("provider_specific_fields")
    if refusal is None and isinstance(aside, Mapping):
        refusal = aside.get("refusal")
    if isinstance(refusal, str) and refusal:
        return _storable(refusal), True
    if from_tool and (arguments := _arguments(message.get("tool_calls"))):
        return _storable(arguments), False
    if isinstance(content, list):
        parts = [part.get("text", "") for part in content if isinstance(part, Mapping)]
        return _storable("".join(part for part in parts if isinstance(part, str))), False
    return (_storable(content) if isinstance(content, str) else ""), False


def _arguments(calls: Any) -> str | None:
    """Return the arguments of the first tool call, JSON text; None when there is none."""
    first = calls[0] if isinstance(calls, list) and calls else None
    function = first.get("function") if isinstance(first, Mapping) else None
    arguments = function.get("arguments") if isinstance(function, Mapping) else None
    return arguments if isinstance(arguments, str) else None


def _string(value: Any, secrets: Secrets) -> str | None:
    return secrets.hide(_storable(value)) if isinstance(value, str) else None


def _storable(text: str) -> str:
    return text if text.isascii() else LONE_SURROGATE.sub("\ufffd", text)
