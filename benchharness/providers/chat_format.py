"""The chat-completions format: write a request's body, read a reply."""

import json
import re
from collections.abc import Mapping
from typing import Any

from benchharness.providers.blotting import NO_SECRETS, Secrets
from benchharness.providers.pricing import cost_usd
from benchharness.records.answer import Answer, AnswerStatus, Failure, LatencyKind, NoAnswer, Usage
from benchharness.records.request import Request
from benchharness.records.suite import Price

__all__ = ["MOST_READ", "chat_body", "first_words", "read_completion", "refusal_before_answering", "sent_parameters", "shorten"]

LONGEST_MESSAGE = 300
# What's read of a provider's words to find keys in them.
MOST_READ = 20_000
# More tokens than this is no count; it would not fit into a results file either.
LARGEST_COUNT = 2**53
# Halves of characters that JSON can carry and no file can.
LONE_SURROGATE = re.compile("[\ud800-\udfff]")
REFUSING = {"content_filter", "refusal", "safety", "recitation", "guardrail_intervened"}
TRUNCATING = {"length", "max_tokens", "model_context_window_exceeded"}


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


def sent_parameters(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was asked of the model besides the messages."""
    kept = {name: value for name, value in body.items() if name not in ("messages", "model", "response_format")}
    if "response_format" in body:
        kept["response_format"] = body["response_format"]["type"]
    return kept


def read_completion(
    reply: Any,
    *,
    sent: Mapping[str, Any],
    price: Price | None,
    latency_s: float,
    latency_kind: LatencyKind,
    served_model: str | None = None,
    secrets: Secrets = NO_SECRETS,
) -> Answer | NoAnswer:
    """Return the answer in a reply, or MALFORMED when the reply isn't one; the reply is untrusted, and may repeat `secrets`."""
    choices = reply.get("choices") if isinstance(reply, Mapping) else None
    if not isinstance(choices, list) or not choices or not isinstance(choices[0], Mapping):
        return NoAnswer(failure=Failure.MALFORMED, message=shorten(f"no choices in the reply: {reply}", secrets))
    message = choices[0].get("message")
    if not isinstance(message, Mapping):
        return NoAnswer(failure=Failure.MALFORMED, message=shorten(f"no message in the reply: {choices[0]}", secrets))
    finish = choices[0].get("finish_reason")
    if finish == "error":
        return NoAnswer(failure=Failure.SERVER_ERROR, message=shorten(f"broken off by an error: {choices[0]}", secrets))
    output, refused = _text(message)
    usage = read_usage(reply.get("usage"))
    return Answer(
        output=secrets.hide(output),
        status=_status(finish, refused=refused),
        finish_reason=None if finish is None else secrets.hide(_storable(str(finish))),
        usage=usage,
        cost_usd=cost_usd(usage, price),
        latency_s=latency_s,
        latency_kind=latency_kind,
        served_model=served_model or _string(reply.get("model"), secrets),
        effective_params=sent_parameters(sent),
    )


def first_words(line: str) -> bool:
    """Tell whether a line of a streamed reply carries words of the answer, hidden reasoning included."""
    try:
        event = json.loads(line.removeprefix("data:"))
        delta = event["choices"][0]["delta"]
        return any(bool(delta.get(name)) for name in ("content", "reasoning_content", "reasoning"))
    except (ValueError, RecursionError, LookupError, TypeError, AttributeError):
        return False


def refusal_before_answering(*, sent: Mapping[str, Any], latency_s: float) -> Answer:
    """Return the answer of a provider whose filter refused the question itself."""
    return Answer(
        output="",
        status=AnswerStatus.REFUSED,
        finish_reason="content_filter",
        latency_s=latency_s,
        latency_kind=LatencyKind.LOADED,
        effective_params=sent_parameters(sent),
    )


def read_usage(usage: Any) -> Usage:
    """Return the token counts of a reply; what isn't a count is None."""
    if not isinstance(usage, Mapping):
        return Usage()
    return Usage(
        input_tokens=_count(usage, "prompt_tokens"),
        cached_tokens=_count(usage.get("prompt_tokens_details"), "cached_tokens"),
        output_tokens=_count(usage, "completion_tokens"),
        reasoning_tokens=_count(usage.get("completion_tokens_details"), "reasoning_tokens"),
    )


def shorten(text: str, secrets: Secrets = NO_SECRETS) -> str:
    """Return a provider's words on one line, cut short, with keys blotted out."""
    text = secrets.blot(text[:MOST_READ])
    text = re.sub(r"\b(sk-|Bearer\s+)[\w.-]{8,}", r"\1***", text)
    text = _storable(" ".join(text.split()))
    return text if len(text) <= LONGEST_MESSAGE else text[: LONGEST_MESSAGE - 1] + "…"


def _text(message: Mapping[str, Any]) -> tuple[str, bool]:
    content, refusal = message.get("content"), message.get("refusal")
    # litellm moves what it doesn't know aside.
    aside = message.get("provider_specific_fields")
    if refusal is None and isinstance(aside, Mapping):
        refusal = aside.get("refusal")
    if isinstance(refusal, str) and refusal:
        return _storable(refusal), True
    if isinstance(content, list):
        parts = [part.get("text", "") for part in content if isinstance(part, Mapping)]
        return _storable("".join(part for part in parts if isinstance(part, str))), False
    return (_storable(content) if isinstance(content, str) else ""), False


def _status(finish: Any, *, refused: bool) -> AnswerStatus:
    word = str(finish).lower()
    if refused or word in REFUSING:
        return AnswerStatus.REFUSED
    return AnswerStatus.TRUNCATED if word in TRUNCATING else AnswerStatus.ANSWERED


def _count(usage: Any, name: str) -> int | None:
    value = usage.get(name) if isinstance(usage, Mapping) else None
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < LARGEST_COUNT else None


def _string(value: Any, secrets: Secrets) -> str | None:
    return secrets.hide(_storable(value)) if isinstance(value, str) else None


def _storable(text: str) -> str:
    return LONE_SURROGATE.sub("\ufffd", text)
