"""What really happened when litellm raised: its classes and statuses differ by provider, and some are made up.

At the bottom of every failure that began with an HTTP reply stands httpx's own error with the true status, headers and body
(measured with litellm 1.106.2 for 18 prefixes: a 529 of Anthropic's is raised as 500, a 500 of Bedrock's as 503, every
status of SageMaker's as 503, broken JSON as 200, 422 or 500).
"""

import contextlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from benchharness.providers.faults import failure_of, told_wait_s
from benchharness.providers.limit_headers import wait_s
from benchharness.records.answer import Failure

__all__ = ["HostedFailure", "read_failure"]

# How far back a failure is followed to where it began.
MOST_CAUSES = 12
LIBRARIES_OF_THE_WIRE = ("httpx", "httpcore", "aiohttp")
LOWEST_ERROR, MADE_UP = 400, (422, 500, 503)
# The openai SDK keeps these words where no error of the wire is at hand any more.
TRANSPORT_WORDS = ("connection error", "cannot connect", "disconnected", "reset by peer")


@dataclass(frozen=True, slots=True, kw_only=True)
class HostedFailure:
    """One failure, as the provider told it."""

    failure: Failure
    """What happened."""
    status: int | None
    """The HTTP status that came; None when none did."""
    words: str
    """The provider's own words, or the library's."""
    told: str
    """Everything that was told: words, body, codes."""
    headers: Mapping[str, str]
    """The reply's headers, lower case."""
    retry_after_s: float | None
    """How long the provider asks to wait, by its headers or in its body."""


def read_failure(error: Exception) -> HostedFailure:
    """Return what happened, from the chain of errors that led to this one."""
    chain = list(_chain(error))
    reply = next((each.response for each in reversed(chain) if _is_http_status(each)), None)
    told = " ".join([str(error), *(_said(each) for each in chain)])
    if reply is None:
        return HostedFailure(
            failure=_without_reply(chain, told.lower()),
            status=_own_status(error),
            words=str(error),
            told=told,
            headers={},
            retry_after_s=None,
        )
    status, headers, body = int(reply.status_code), dict(reply.headers), _text(chain)
    wait = wait_s(headers)
    return HostedFailure(
        failure=failure_of(status, body or told),
        status=status,
        words=_words(body) or str(error),
        told=told,
        headers=headers,
        retry_after_s=told_wait_s(body) if wait is None else wait,
    )


def _chain(error: BaseException | None) -> Iterator[Any]:
    count = 0
    while error is not None and count < MOST_CAUSES:
        yield error
        error, count = error.__cause__ or error.__context__, count + 1


def _is_http_status(error: Any) -> bool:
    return type(error).__name__.endswith("HTTPStatusError") and getattr(error, "response", None) is not None


def _own_status(error: Exception) -> int | None:
    status = getattr(error, "status_code", None)
    return status if isinstance(status, int) else None


def _without_reply(chain: list[Any], told: str) -> Failure:
    """Name a failure that no HTTP error began: no reply at all, one that can't be read, or a question that was never sent."""
    names = [type(each).__name__ for each in chain]
    if any("timeout" in name.lower() for name in names):
        return Failure.TIMEOUT
    if "JSONDecodeError" in names:
        return Failure.MALFORMED
    if any(_of_the_wire(each) for each in chain) or any(words in told for words in TRANSPORT_WORDS):
        return Failure.UNREACHABLE
    status = _own_status(chain[0])
    if status is not None and status >= LOWEST_ERROR and status not in MADE_UP:
        # litellm refused before sending: a parameter, a key, a model it doesn't know.
        return failure_of(status, told)
    return Failure.MALFORMED


def _of_the_wire(error: Any) -> bool:
    return isinstance(error, OSError) or type(error).__module__.split(".")[0] in LIBRARIES_OF_THE_WIRE


def _text(chain: list[Any]) -> str:
    """Return the body of the reply, from whichever error still has it."""
    found = next((text for each in reversed(chain) if (text := _body_of(each))), "")
    return found or next((json.dumps(each.body) for each in chain if isinstance(getattr(each, "body", None), Mapping)), "")


def _body_of(error: Any) -> str:
    # A body that was never read, or can't be decoded: httpx has several classes for that.
    with contextlib.suppress(Exception):
        return str(error.response.text) if _is_http_status(error) else ""
    return ""


def _said(error: Any) -> str:
    parts = [str(getattr(error, "body", None) or ""), str(getattr(error, "code", None) or "")]
    return " ".join([*parts, _body_of(error)])


def _words(body: str) -> str:
    """Return the message in an error's body, where it's JSON and has one."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return body
    error = found.get("error", found) if isinstance(found, Mapping) else found
    if isinstance(error, Mapping):
        error = next((error[name] for name in ("message", "Message", "detail") if error.get(name)), None)
    return error if isinstance(error, str) else body
