"""Name a failure by what happened: the HTTP status and the body, since libraries' error classes differ by provider."""

import email.utils
from datetime import UTC, datetime

from benchharness.records.answer import Failure

__all__ = ["failure_of", "retry_after_s"]

BY_STATUS = {
    401: Failure.AUTH,
    402: Failure.QUOTA,
    403: Failure.AUTH,
    404: Failure.NOT_FOUND,
    408: Failure.TIMEOUT,
    409: Failure.SERVER_ERROR,
    429: Failure.RATE_LIMITED,
    503: Failure.OVERLOADED,
    529: Failure.OVERLOADED,
}
# A 429 with one of these will be a 429 tomorrow as well: money, not pace.
SPENT = ("insufficient_quota", "enforced_spend_limit", "billing_hard_limit", "credit balance", "spend limit")
LOWEST_SERVER_ERROR = 500


def failure_of(status: int, body: str) -> Failure:
    """Return what an HTTP status with its body means."""
    if status == 429 and any(word in body for word in SPENT):  # noqa: PLR2004 - HTTP's own number
        return Failure.QUOTA
    if status in BY_STATUS:
        return BY_STATUS[status]
    return Failure.SERVER_ERROR if status >= LOWEST_SERVER_ERROR else Failure.BAD_REQUEST


def retry_after_s(value: str | None) -> float | None:
    """Return the seconds a Retry-After header asks for: a number or an HTTP date (RFC 9110, 10.2.3); None when absent or unreadable."""
    if value is None:
        return None
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        return max(0.0, (email.utils.parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return None
