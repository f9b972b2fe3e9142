"""What a provider said to one request, or that it said nothing and why."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

__all__ = ["OWN_DOING", "Answer", "AnswerStatus", "Failure", "LatencyKind", "NoAnswer", "Usage"]


class AnswerStatus(StrEnum):
    """How an answer ended; all but `error` are the candidate's own doing and count, `error` is not measured."""

    ANSWERED = "answered"
    REFUSED = "refused"
    FILTERED = "filtered"
    TRUNCATED = "truncated"
    EMPTY = "empty"
    UNPARSABLE = "unparsable"
    ERROR = "error"


# An answer that ended like this is a miss whatever it said.
OWN_DOING = tuple(each.value for each in AnswerStatus if each not in (AnswerStatus.ANSWERED, AnswerStatus.ERROR))


class Failure(StrEnum):
    """Why there is no answer, by what happened rather than by a library's class."""

    RATE_LIMITED = "rate-limited"
    OVERLOADED = "overloaded"
    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"
    SERVER_ERROR = "server-error"
    MALFORMED = "malformed"
    AUTH = "auth"
    QUOTA = "quota"
    NOT_FOUND = "not-found"
    BAD_REQUEST = "bad-request"
    NOT_RECORDED = "not-recorded"
    BUDGET = "budget"
    TIME_LIMIT = "time-limit"

    @property
    def passes(self) -> bool:
        """Tell whether another try may succeed."""
        return self in {
            Failure.RATE_LIMITED,
            Failure.OVERLOADED,
            Failure.TIMEOUT,
            Failure.UNREACHABLE,
            Failure.SERVER_ERROR,
            Failure.MALFORMED,
        }

    @property
    def ends_provider(self) -> bool:
        """Tell whether every further question to the same provider would fail alike."""
        return self in {Failure.AUTH, Failure.QUOTA, Failure.NOT_FOUND}


class LatencyKind(StrEnum):
    """What a latency measures, since a busy client makes a server look slow."""

    UNLOADED = "unloaded"
    LOADED = "loaded"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Tokens as the provider counted them; None where it didn't say."""

    input_tokens: int | None = None
    """All input tokens, cached ones included."""
    cached_tokens: int | None = None
    """Input tokens read from the provider's prompt cache."""
    cache_write_tokens: int | None = None
    """Input tokens written into that cache, where the provider charges for it."""
    output_tokens: int | None = None
    """All output tokens, hidden reasoning included."""
    reasoning_tokens: int | None = None
    """Output tokens the user never sees."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a candidate said to one example."""

    output: str
    """The text, exactly as it came."""
    status: AnswerStatus = AnswerStatus.ANSWERED
    """As its finish reason says: `answered`, `refused` by the model, `filtered` by what stands around it, `truncated` or `empty`."""
    finish_reason: str | None = None
    """The provider's own word."""
    usage: Usage = field(default_factory=Usage)
    """Tokens."""
    cost_usd: float | None = None
    """What it cost; None when the price is unknown, which is not 0."""
    latency_s: float | None = None
    """Seconds from sending to the last byte of the try that succeeded; None for a stored answer of unknown age."""
    latency_kind: LatencyKind = LatencyKind.NONE
    """Under which conditions the latency was taken."""
    served_model: str | None = None
    """The model the provider says it used."""
    effective_params: Mapping[str, Any] = field(default_factory=dict)
    """The parameters that were really sent; what was asked for beside them stands under `not_sent`, with its value."""
    raw_usage: Mapping[str, Any] = field(default_factory=dict)
    """The token counts as the provider sent them, bounded in size; empty when it sent none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoAnswer:
    """That a question got no answer, and why; not measured, never scored."""

    failure: Failure
    """What happened."""
    message: str
    """The provider's words, shortened, free of keys."""
    status_code: int | None = None
    """The HTTP status, when there was one."""
    retry_after_s: float | None = None
    """How long the provider asks to wait, in seconds."""
