"""Read what reply headers tell of rate limits and waits; the headers are untrusted."""

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime

from benchharness.providers.faults import retry_after_s
from benchharness.records.rate_limits import RateLimits

__all__ = ["read_limits", "wait_s"]

# Anthropic counts input and output apart as well; `tokens` is the limit that binds, where it's sent.
SCHEMES = (
    ("x-ratelimit-{what}-requests", "x-ratelimit-{what}-tokens"),
    ("anthropic-ratelimit-requests-{what}", "anthropic-ratelimit-tokens-{what}"),
    ("anthropic-ratelimit-requests-{what}", "anthropic-ratelimit-input-tokens-{what}"),
    ("anthropic-ratelimit-requests-{what}", "anthropic-ratelimit-output-tokens-{what}"),
)
DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|us|µs|ns|d|h|m|s)")
SECONDS = {"d": 86_400.0, "h": 3_600.0, "m": 60.0, "s": 1.0, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "ns": 1e-9}
# No provider's window is longer than a month; a larger number is a point in time, in seconds or milliseconds.
LONGEST_WINDOW_S = 31 * 86_400.0
MILLISECONDS_FROM = 1e11


def read_limits(headers: Mapping[str, str], *, now: datetime | None = None) -> RateLimits | None:
    """Return the limits that headers tell (OpenAI's and Anthropic's names, lower case); None when they tell none."""
    requests, tokens = _counts(headers, 0, now), _counts(headers, 1, now)
    wait = wait_s(headers)
    if wait is None and not any(each is not None for each in (*requests, *tokens)):
        return None
    return RateLimits(
        limit_requests=requests[0],
        remaining_requests=requests[1],
        reset_requests_s=requests[2],
        limit_tokens=tokens[0],
        remaining_tokens=tokens[1],
        reset_tokens_s=tokens[2],
        retry_after_s=wait,
    )


def wait_s(headers: Mapping[str, str]) -> float | None:
    """Return the seconds that `retry-after-ms` or else `retry-after` asks to wait; None when neither can be read."""
    milliseconds = _number(headers.get("retry-after-ms"))
    return retry_after_s(headers.get("retry-after")) if milliseconds is None else milliseconds / 1000


def _counts(headers: Mapping[str, str], which: int, now: datetime | None) -> tuple[float | None, float | None, float | None]:
    """Return limit, rest and seconds to the reset of requests (0) or tokens (1), by the scheme that leaves the smallest share."""
    best: tuple[float | None, float | None, float | None] = (None, None, None)
    least = math.inf
    for scheme in SCHEMES:
        names = [scheme[which].format(what=what) for what in ("limit", "remaining", "reset")]
        limit, rest = _number(headers.get(names[0])), _number(headers.get(names[1]))
        if limit is None and rest is None:
            continue
        share = rest / limit if limit and rest is not None else 1.0
        if share < least:
            least, best = share, (limit, rest, _reset_s(headers.get(names[2]), now))
    return best


def _number(text: str | None) -> float | None:
    """Return a count; None for what isn't one. Azure writes -1 where it doesn't know."""
    try:
        value = float(text) if text is not None else math.nan
    except ValueError:
        return None
    return value if math.isfinite(value) and value >= 0 else None


def _reset_s(text: str | None, now: datetime | None) -> float | None:
    """Return seconds until a reset: a duration such as `6m0s`, seconds, a point in time as a number, or RFC 3339."""
    if text is None:
        return None
    text = text.strip()
    number = _number(text)
    today = now or datetime.now(UTC)
    if number is not None:
        if number <= LONGEST_WINDOW_S:
            return number
        return max(0.0, (number / 1000 if number > MILLISECONDS_FROM else number) - today.timestamp())
    parts = DURATION.findall(text)
    if parts and "".join(value + unit for value, unit in parts) == text:
        return math.fsum(float(value) * SECONDS[unit] for value, unit in parts)
    try:
        point = datetime.fromisoformat(text)
    except ValueError:
        return None
    return max(0.0, (point if point.tzinfo else point.replace(tzinfo=UTC)).timestamp() - today.timestamp())
