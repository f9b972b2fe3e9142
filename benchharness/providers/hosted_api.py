"""Every hosted model, through litellm on a leash; litellm's one home."""

import asyncio
import importlib
import os
import re
import sys
import time
from collections.abc import Mapping
from functools import cache
from importlib import util
from typing import Any

from benchharness.errors import SetupError
from benchharness.providers.chat_format import chat_body, read_completion, refusal_before_answering, shorten
from benchharness.providers.context import ProviderContext, is_replayed
from benchharness.providers.faults import failure_of, is_refusal, retry_after_s
from benchharness.providers.keys import HOSTED, credentials, secrets_of, sendable
from benchharness.providers.price_list import listed_price
from benchharness.records.answer import Answer, Failure, LatencyKind, NoAnswer
from benchharness.records.rate_limits import RateLimits
from benchharness.records.request import Request
from benchharness.records.run import Skipped
from benchharness.records.suite import CandidateEntry, Price

__all__ = ["HostedApi", "make"]

INSTALL = "pip install 'benchharness[apis]'"
# Read before litellm is imported: no price list from the network, no `.env` of its own, no banners.
LEASH = {"LITELLM_LOCAL_MODEL_COST_MAP": "True", "LITELLM_OFFLINE_MODE": "true", "LITELLM_MODE": "PRODUCTION", "LITELLM_LOG": "ERROR"}
# What a model may refuse to be asked; anything else it refuses is the request's fault.
REFUSABLE = ("temperature", "seed", "top_p", "response_format", "stop")
# How providers word it: `temperature` "is not supported", "may only be set to 1", "is deprecated for this model".
REFUSING = ("unsupported", "not support", "n't support", "may only", "only temperature", "only the default", "deprecated", "not permitted")
# How far back a failure is followed to what the provider really wrote.
MOST_CAUSES = 5
TRANSPORT_WORDS = ("connection", "connect", "disconnected", "reset by peer")
MALFORMED_WORDS = ("jsondecodeerror", "expecting value", "unable to get json", "invalid json", "empty or invalid response")
# How Python's reader says where a text stops being JSON; the status litellm makes up for it differs by provider.
BROKEN_JSON = re.compile(r"line \d+ column \d+ \(char \d+\)")
MADE_UP_STATUSES = (None, 422, 500)


def make(entry: CandidateEntry, context: ProviderContext) -> "HostedApi | Skipped":
    """Return what asks a hosted model; Skipped without its key or the extra, SetupError for a provider nobody knows."""
    model = entry.model or ""
    prefix = model.split("/", 1)[0]
    if "/" not in model or (prefix not in HOSTED and entry.api_key_env is None):
        raise SetupError(
            f"{entry.name}: no provider known for the model {model!r}",
            hint=f"write provider/model with one of {', '.join(sorted(HOSTED))}; or give `api_key_env`, or an `endpoint`",
        )
    found, missing = credentials(prefix, context.environment, api_key_env=entry.api_key_env)
    if is_replayed(context, model):
        return HostedApi(entry, prefix, found, timeout_s=entry.timeout_s or context.timeout_s)
    if missing is not None:
        return Skipped(
            candidate=entry.name, reason=f"{missing} is not set", hint=f"export {missing.split(' or ')[0]}=... or write it to .env"
        )
    if not all(sendable(secret) for secret in secrets_of(found)):
        raise SetupError(
            f"{entry.name}: the value of its key's variable can't be a key",
            hint="copy it again: it has a line break or a sign beyond ASCII",
        )
    if util.find_spec("litellm") is None:
        return Skipped(candidate=entry.name, reason="hosted models need the extra `apis`", hint=INSTALL)
    return HostedApi(entry, prefix, found, timeout_s=entry.timeout_s or context.timeout_s)


class HostedApi:
    """Asks one hosted model; retries are the runner's alone."""

    max_concurrent: int | None = None

    def __init__(self, entry: CandidateEntry, prefix: str, credentials: Mapping[str, str], *, timeout_s: float) -> None:
        self.name = prefix
        self.lane = prefix
        self._entry = entry
        self._credentials = dict(credentials)
        self._timeout_s = timeout_s
        self._refused: set[str] = set()

    def price(self) -> Price | None:
        """Return the suite's price, else the price list's for the requested model: gateways echo other names."""
        return self._entry.price or listed_price(self._entry.model or "")

    def wire(self, request: Request) -> Mapping[str, Any]:
        """Return the model, the address when it isn't the provider's own, and the body as asked for."""
        return {
            "litellm": self._entry.model,
            "base": self._credentials.get("api_base"),
            "body": chat_body(request, model=self._entry.model),
        }

    async def answer(self, request: Request) -> Answer | NoAnswer:
        """Ask once; a parameter the model refuses is left out, and the answer says what was sent."""
        # Only the first import takes seconds; a thread for each question took longer than our whole share of it.
        litellm = _leashed() if _leashed.cache_info().currsize else await asyncio.to_thread(_leashed)
        body = chat_body(request, model=self._entry.model)
        while True:
            sent = {name: value for name, value in body.items() if name not in self._refused}
            started = time.perf_counter()
            try:
                reply = await litellm.acompletion(
                    **sent, **self._credentials, timeout=self._timeout_s, num_retries=0, max_retries=0, drop_params=False
                )
            except Exception as error:  # noqa: BLE001 - litellm's classes differ by provider: told apart by status and words
                refused = _refused_parameter(error, sent)
                if refused is None:
                    return self._not_answered(error, sent, time.perf_counter() - started)
                self._refused.add(refused)
                continue
            latency = time.perf_counter() - started - _overhead_s(reply)
            return read_completion(reply.model_dump(), sent=sent, price=self.price(), latency_s=latency, latency_kind=LatencyKind.LOADED)

    def limits(self) -> RateLimits | None:
        """Return None: it has no limits to tell of."""
        return None

    async def close(self) -> None:
        """Close litellm's connections, if it was ever loaded."""
        if "litellm" in sys.modules:
            await _leashed().close_litellm_async_clients()

    def _not_answered(self, error: Exception, sent: Mapping[str, Any], latency_s: float) -> Answer | NoAnswer:
        text = str(error)
        told = f"{text} {_body(error)}"
        status = getattr(error, "status_code", None)
        if isinstance(status, int) and is_refusal(status, told):
            return refusal_before_answering(sent=sent, latency_s=latency_s)
        headers = getattr(error, "litellm_response_headers", None) or {}
        return NoAnswer(
            failure=_failure(told, status),
            message=shorten(text, keys=secrets_of(self._credentials)),
            status_code=status if isinstance(status, int) else None,
            retry_after_s=retry_after_s(headers.get("retry-after")),
        )


@cache
def _leashed() -> Any:
    """Return litellm, imported with everything that phones, retries or prints turned off."""
    for name, value in LEASH.items():
        os.environ.setdefault(name, value)
    litellm: Any = importlib.import_module("litellm")
    litellm.telemetry = False
    litellm.suppress_debug_info = True
    litellm.drop_params = False
    return litellm


def _body(error: Exception) -> str:
    """Return what the provider wrote beside its message, such as an error code; litellm's classes keep it in different places."""
    seen: list[str] = []
    cause: BaseException | None = error
    while cause is not None and len(seen) < MOST_CAUSES:
        response = getattr(cause, "response", None)
        seen.append(" ".join(str(each) for each in (getattr(cause, "body", ""), getattr(cause, "code", ""), getattr(response, "text", ""))))
        cause = cause.__cause__ or cause.__context__
    return " ".join(seen)


def _refused_parameter(error: Exception, sent: Mapping[str, Any]) -> str | None:
    """Return the parameter a refusal names, when it's one the model may refuse."""
    text = str(error).lower()
    if not any(words in text for words in REFUSING) and type(error).__name__ != "UnsupportedParamsError":
        return None
    return next((name for name in REFUSABLE if name in sent and re.search(rf"\b{name}\b", text)), None)


def _failure(text: str, status: Any) -> Failure:
    words = text.lower()
    if status in MADE_UP_STATUSES and (BROKEN_JSON.search(words) or any(word in words for word in MALFORMED_WORDS)):
        return Failure.MALFORMED
    if status in (None, 500) and any(word in words for word in TRANSPORT_WORDS):
        return Failure.UNREACHABLE
    return failure_of(status, text) if isinstance(status, int) else Failure.SERVER_ERROR


def _overhead_s(reply: Any) -> float:
    told = (getattr(reply, "_hidden_params", None) or {}).get("litellm_overhead_time_ms")
    return float(told) / 1000 if isinstance(told, int | float) else 0.0
