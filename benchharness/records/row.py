"""One line of results: the format others build on, one row per candidate x example x repeat."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from benchharness.records.answer import Answer, AnswerStatus, LatencyKind, Usage

__all__ = ["COLUMNS", "MEASURED_COLUMNS", "REQUIRED_COLUMNS", "Row", "kept_answer"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What one candidate did with one example, once."""

    candidate: str
    """The candidate's name in the suite."""
    prompt: str = ""
    """The prompt's name; empty for a model that takes none."""
    path: str | None = None
    """`api`, `fine-tuned`, `self-hosted` or `classical`."""
    provider: str | None = None
    """Who was asked: `embedded`, `openai`, an endpoint."""
    model: str | None = None
    """The model as requested."""
    served_model: str | None = None
    """The model the provider says it used."""
    example_id: str
    """The golden set's id."""
    cluster: str | None = None
    """What the example shares with others, when they aren't independent."""
    repeat: int = 0
    """0-based."""
    output: str | None = None
    """The text as it came; None without an answer."""
    parsed: str | None = None
    """What was found in it and compared."""
    target: str | None = None
    """The reference; JSON text when it isn't a string."""
    status: AnswerStatus = AnswerStatus.ANSWERED
    """How it ended; `error` is not measured."""
    scores: Mapping[str, float] = field(default_factory=dict)
    """Every scorer's score by name, each from 0 to 1."""
    score: float | None = None
    """The primary score, from 0 to 1; None when not measured or unscored."""
    matched: bool | None = None
    """Whether the primary score reaches the suite's `match_at`; None when not measured or unscored."""
    error: str | None = None
    """Why there is no answer or no score."""
    finish_reason: str | None = None
    """The provider's own word."""
    input_tokens: int | None = None
    """All input tokens, cached ones included."""
    cached_tokens: int | None = None
    """Input tokens read from the provider's cache."""
    cache_write_tokens: int | None = None
    """Input tokens written into the provider's cache."""
    output_tokens: int | None = None
    """All output tokens."""
    reasoning_tokens: int | None = None
    """Output tokens the user never sees."""
    cost_usd: float | None = None
    """US dollars; None when the price is unknown."""
    latency_s: float | None = None
    """Seconds, of the try that succeeded, when it was really asked."""
    latency_kind: LatencyKind = LatencyKind.NONE
    """Under which conditions the latency was taken."""
    attempts: int | None = None
    """Tries it took."""
    effective_params: Mapping[str, Any] = field(default_factory=dict)
    """The parameters that were really sent; what was asked for beside them stands under `not_sent`, with its value."""
    cached: bool = False
    """Whether the answer came from the response store."""
    started_at: str | None = None
    """UTC, ISO 8601, when the answer was first asked for."""


COLUMNS: tuple[str, ...] = tuple(each.name for each in fields(Row))
REQUIRED_COLUMNS = ("candidate", "example_id")
# What time, tokens and money are told by, where a file has them.
MEASURED_COLUMNS = ("latency_s", "cost_usd", "input_tokens", "output_tokens", "cached")


def kept_answer(row: Row, status: AnswerStatus) -> Answer:
    """Return the answer that a row keeps, with the status it had before it was looked at; how long it took is its reader's to say."""
    return Answer(
        output=row.output or "",
        status=status,
        finish_reason=row.finish_reason,
        usage=Usage(
            input_tokens=row.input_tokens,
            cached_tokens=row.cached_tokens,
            cache_write_tokens=row.cache_write_tokens,
            output_tokens=row.output_tokens,
            reasoning_tokens=row.reasoning_tokens,
        ),
        cost_usd=row.cost_usd,
        served_model=row.served_model,
        effective_params=row.effective_params,
    )
