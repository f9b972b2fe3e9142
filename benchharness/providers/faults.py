"""Name a failure by what happened: the HTTP status and the body, since libraries' error classes differ by provider."""

import email.utils
import math
import re
from datetime import UTC, datetime

from benchharness.records.answer import Failure

__all__ = ["failure_of", "is_refusal", "retry_after_s", "told_wait_s"]

BY_STATUS = {
    401: Failure.AUTH,
    402: Failure.QUOTA,
    403: Failure.AUTH,
    404: Failure.NOT_FOUND,
    408: Failure.TIMEOUT,
    409: Failure.SERVER_ERROR,
    # SageMaker: the model behind the endpoint failed.
    424: Failure.SERVER_ERROR,
    429: Failure.RATE_LIMITED,
    503: Failure.OVERLOADED,
    529: Failure.OVERLOADED,
}
# A refusal with one of these will be one tomorrow as well: money, not pace. (Anthropic says an empty balance with a 400.)
# Gemini names a limit that counts by the day in the same words as one that counts by the minute, but for its id.
SPENT = (
    "insufficient_quota",
    "insufficient credits",
    "enforced_spend_limit",
    "billing_hard_limit",
    "billing_not_active",
    "credit balance",
    "credit_balance",
    "spend limit",
    "spending cap",
    "perday",
)
SPENT_STATUSES = {400, 403, 429}
# A filter that looks at the question answers with a 400 instead of a finish reason (Azure, OpenAI, Anthropic, Together).
FILTERED = ("content_filter", "content_policy_violation", "responsibleaipolicyviolation", "content filtering policy")
# Gemini asks for a wait in the body: google.rpc.RetryInfo, "retryDelay": "13.4s".
RETRY_DELAY = re.compile(r'"retryDelay"\s*:\s*"(\d+(?:\.\d+)?)s"')
LOWEST_REDIRECT, LOWEST_CLIENT_ERROR, LOWEST_SERVER_ERROR = 300, 400, 500


def failure_of(status: int, body: str) -> Failure:
    """Return what an HTTP status with its body means."""
    if status in SPENT_STATUSES and any(word in body.lower() for word in SPENT):
        return Failure.QUOTA
    if status in BY_STATUS:
        return BY_STATUS[status]
    if LOWEST_REDIRECT <= status < LOWEST_CLIENT_ERROR:
        # A POST isn't sent on to another address: the endpoint in the suite is the wrong one.
        return Failure.NOT_FOUND
    return Failure.SERVER_ERROR if status >= LOWEST_SERVER_ERROR else Failure.BAD_REQUEST


def is_refusal(status: int, body: str) -> bool:
    """Tell whether an HTTP status with its body is a content filter's no: the candidate's own doing, so it counts."""
    return status == 400 and any(word in body.lower() for word in FILTERED)  # noqa: PLR2004 - HTTP's own number


def retry_after_s(value: str | None) -> float | None:
    """Return the seconds a Retry-After header asks for: a number or an HTTP date (RFC 9110, 10.2.3); None when absent or unreadable."""
    if value is None:
        return None
    try:
        seconds = float(value)
        return max(0.0, seconds) if math.isfinite(seconds) else None
    except ValueError:
        pass
    try:
        return max(0.0, (email.utils.parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError, OverflowError):
        return None


def told_wait_s(body: str) -> float | None:
    """Return the seconds a failure's body asks to wait (Gemini's RetryInfo); None when it doesn't."""
    found = RETRY_DELAY.search(body)
    return float(found[1]) if found else None
