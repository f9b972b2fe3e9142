"""How an answer ended, by the provider's own word: libraries translate the words and lose some on the way."""

from collections.abc import Mapping
from typing import Any

from benchharness.records.answer import AnswerStatus

__all__ = ["ending"]

# litellm 1.106 makes `stop` of `error` and of every word it doesn't know, and `content_filter` of Claude's `refusal`.
STATUSES = {
    **dict.fromkeys(("refusal",), AnswerStatus.REFUSED),
    **dict.fromkeys(
        (
            "content_filter",
            "content_filtered",
            "guardrail_intervened",
            "safety",
            "recitation",
            "blocklist",
            "prohibited_content",
            "spii",
            "language",
            "image_safety",
            "error_toxic",
            "sensitive",
        ),
        AnswerStatus.FILTERED,
    ),
    **dict.fromkeys(("length", "max_tokens", "max_output_tokens", "model_context_window_exceeded"), AnswerStatus.TRUNCATED),
    **dict.fromkeys(("error", "network_error", "malformed_response"), AnswerStatus.ERROR),
}


# Providers coin words for one ending after another, and such a part of a word tells which it is.
PARTS = (
    (("filter", "safety", "policy", "moderat", "blocked"), AnswerStatus.FILTERED),
    (("length", "max_token", "token_limit", "context_window", "truncat", "incomplete"), AnswerStatus.TRUNCATED),
    (
        ("error", "insufficient", "abort", "cancel", "interrupt", "unavailable", "overload", "timeout", "timed_out", "fail", "preempt"),
        AnswerStatus.ERROR,
    ),
)


def _by_part(word: str) -> AnswerStatus | None:
    folded = word.lower().replace("-", "_").replace(" ", "_")
    return next((status for parts, status in PARTS if any(each in folded for each in parts)), None)


def ending(choice: Mapping[str, Any], raw: Mapping[str, Any] | None, *, text: str, refused: bool) -> tuple[str | None, AnswerStatus]:
    """Return the finish reason as the provider wrote it, and what it makes of the answer; `error` is a reply broken off.

    `choice` is the reply's in the chat format, `raw` the whole reply in the provider's own, where that's known.
    """
    mapped = choice.get("finish_reason")
    own = _own_word(raw) if raw is not None else None
    if own is None:
        aside = choice.get("provider_specific_fields")
        own = aside.get("native_finish_reason") if isinstance(aside, Mapping) else None
    word = own if isinstance(own, str) else None if mapped is None else str(mapped)
    if refused:
        return word, AnswerStatus.REFUSED
    known = STATUSES.get((word or "").lower()) or STATUSES.get(str(mapped).lower())
    status = known or _by_part(word or "") or AnswerStatus.ANSWERED
    if status is AnswerStatus.ANSWERED and not text.strip():
        status = AnswerStatus.EMPTY
    return word, status


def _own_word(raw: Mapping[str, Any]) -> str | None:
    """Return the finish reason in a reply of any format: OpenAI's, Gemini's, Anthropic's, Bedrock's, Ollama's or Cohere's."""
    for places, name in (("choices", "finish_reason"), ("candidates", "finishReason")):
        found = raw.get(places)
        first = found[0] if isinstance(found, list) and found else None
        if isinstance(first, Mapping) and isinstance(first.get(name), str):
            return str(first[name])
    blocked = raw.get("promptFeedback")
    if isinstance(blocked, Mapping) and isinstance(blocked.get("blockReason"), str):
        return str(blocked["blockReason"])
    return next(
        (raw[name] for name in ("stop_reason", "stopReason", "done_reason", "finish_reason") if isinstance(raw.get(name), str)), None
    )
