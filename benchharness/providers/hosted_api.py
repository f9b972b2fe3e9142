"""Every hosted model, through litellm on a leash; litellm's one home."""

import asyncio
import importlib
import json
import os
import sys
import time
from collections.abc import Mapping
from functools import cache
from importlib import util
from typing import Any

from benchharness.errors import SetupError
from benchharness.providers.addresses import bare, check_addresses
from benchharness.providers.blotting import Secrets
from benchharness.providers.chat_format import chat_body, read_completion, refusal_before_answering, says_words, shorten
from benchharness.providers.context import ProviderContext, is_replayed
from benchharness.providers.effective import effective_parameters, wire_of
from benchharness.providers.faults import is_refusal
from benchharness.providers.hosted_failures import HostedFailure, read_failure
from benchharness.providers.keys import ADDRESSES, HOSTED, credentials, secrets_of, sendable
from benchharness.providers.limit_headers import read_limits
from benchharness.providers.loosening import Taken
from benchharness.providers.price_list import listed_price
from benchharness.records.answer import Answer, AnswerStatus, Failure, LatencyKind, NoAnswer
from benchharness.records.rate_limits import RateLimits
from benchharness.records.request import Request
from benchharness.records.run import Skipped
from benchharness.records.suite import CandidateEntry, Price

__all__ = ["HostedApi", "make"]

INSTALL = "pip install 'benchharness[apis]'"
# Read before litellm is imported: no price list from the network, no `.env` of its own, no banners, no detour by a proxy of litellm's.
LEASH = {
    "LITELLM_LOCAL_MODEL_COST_MAP": "True",
    "LITELLM_OFFLINE_MODE": "true",
    "LITELLM_MODE": "PRODUCTION",
    "LITELLM_LOG": "ERROR",
    "USE_LITELLM_PROXY": "False",
}
# These would send `max_retries` on as a field of the body (measured, 1.106.2); they retry nothing by themselves.
WITHOUT_SDK = ("huggingface",)
SECRET_IN_BODY = ("aws_access_key_id", "aws_secret_access_key", "aws_session_token", "api_key")
FROM_PROVIDER = "llm_provider-"


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
        return HostedApi(entry, prefix, found, timeout_s=entry.timeout_s or context.timeout_s, secrets=())
    if missing is not None:
        return Skipped(
            candidate=entry.name, reason=f"{missing} is not set", hint=f"export {missing.split(' or ')[0]}=... or write it to .env"
        )
    check_addresses(entry, context.environment)
    secrets = secrets_of(found)
    if not all(sendable(secret) for secret in secrets):
        raise SetupError(
            f"{entry.name}: the value of its key's variable can't be a key",
            hint="copy it again: it has a line break or a sign beyond ASCII",
        )
    if util.find_spec("litellm") is None:
        return Skipped(candidate=entry.name, reason="hosted models need the extra `apis`", hint=INSTALL)
    if prefix == "sagemaker_chat":
        # litellm 1.106.2 would write them into the request's body, where the endpoint's own logs may keep them.
        found = {name: value for name, value in found.items() if name not in SECRET_IN_BODY}
        if not (os.environ.get("AWS_ACCESS_KEY_ID") or "aws_profile_name" in found):
            return Skipped(
                candidate=entry.name,
                reason="sagemaker_chat/ takes AWS keys from the process's environment alone, not from a `.env` file",
                hint="export AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a profile with AWS_PROFILE",
            )
    if prefix == "vertex_ai" and (util.find_spec("google") is None or util.find_spec("google.auth") is None):
        return Skipped(
            candidate=entry.name, reason="Vertex AI signs in with google-auth, which isn't installed", hint="pip install google-auth"
        )
    return HostedApi(entry, prefix, found, timeout_s=entry.timeout_s or context.timeout_s, secrets=secrets)


class HostedApi:
    """Asks one hosted model; retries are the runner's alone."""

    max_concurrent: int | None = None

    def __init__(
        self, entry: CandidateEntry, prefix: str, credentials: Mapping[str, str], *, timeout_s: float, secrets: tuple[str, ...]
    ) -> None:
        self.name = prefix
        # One controller for each key and address: another account has limits of its own.
        self.lane = f"{prefix} {credentials.get('api_base', '')} {hash(secrets)}"
        self._entry = entry
        self._credentials = dict(credentials)
        self._secrets = Secrets(secrets)
        # What this model was found to take; learnt from answers, so that one odd question teaches nothing.
        self._taken = Taken()
        self._limits: RateLimits | None = None
        # Asked with tools, litellm looks for a package of another of its products first (1.106.2).
        self._options: dict[str, Any] = {"timeout": timeout_s, "drop_params": False, "_skip_mcp_handler": True}
        if prefix not in WITHOUT_SDK:
            self._options |= {"num_retries": 0, "max_retries": 0}

    def price(self) -> Price | None:
        """Return the suite's price, else the price list's for the requested model: gateways echo other names."""
        return self._entry.price or listed_price(self._entry.model or "")

    def wire(self, request: Request) -> Mapping[str, Any]:
        """Return the model, the address when it isn't the provider's own, and the body as asked for."""
        return {
            "litellm": self._entry.model,
            "base": next((bare(self._credentials[name]) for name in ADDRESSES if name in self._credentials), None),
            "body": chat_body(request, model=self._entry.model),
        }

    async def answer(self, request: Request) -> Answer | NoAnswer:
        """Ask once; what the model refuses is left out or asked in a looser way, and the answer says what was sent."""
        # Only the first import takes seconds; a thread for each question took longer than our whole share of it.
        litellm = _leashed() if _leashed.cache_info().currsize else await asyncio.to_thread(_leashed)
        body = chat_body(request, model=self._entry.model)
        taken = self._taken
        while True:
            sent = taken.of(body)
            seen = _Seen()
            started = time.perf_counter()
            try:
                reply = await litellm.acompletion(**sent, **self._credentials, **self._options, logger_fn=seen.hears)
            except Exception as error:  # noqa: BLE001 - litellm's classes differ by provider: told apart by what lies beneath them
                failed = read_failure(error)
                latency = time.perf_counter() - started
                if failed.failure is Failure.MALFORMED and (paid := seen.completion()) is not None:
                    # The provider answered; it's litellm that tripped over the reply (Groq's without a `service_tier`, 1.106.2).
                    parameters = effective_parameters(body, sent, seen.wire())
                    return self._read(paid, paid, sent=sent, parameters=parameters, latency_s=latency)
                again = taken.looser(failed.status, failed.failure, failed.told, sent)
                if again is None:
                    return self._not_answered(failed, sent, effective_parameters(body, sent, seen.wire()), latency)
                taken = again
                continue
            latency = time.perf_counter() - started - _overhead_s(reply)
            parameters = effective_parameters(body, sent, seen.wire())
            if "response_format" in body and taken.mode in ("json_schema", "json_object") and parameters["response_format"] == "text":
                # litellm left it out without a word: the next way of asking may be taken.
                taken = taken.next_mode()
                continue
            self._taken = self._taken.learnt(taken, schema="response_format" in body)
            return self._answered(reply, seen, sent=sent, parameters=parameters, latency_s=latency)

    def limits(self) -> RateLimits | None:
        """Return what the last reply's headers told; None for providers that tell nothing (Gemini, Bedrock, Cohere)."""
        return self._limits

    async def first_token_s(self, request: Request) -> float | None:
        """Ask once, streamed, and return the seconds to the first words; None when there were none."""
        litellm = await asyncio.to_thread(_leashed)
        sent = self._taken.of(chat_body(request, model=self._entry.model))
        started = time.perf_counter()
        try:
            stream = await litellm.acompletion(**sent, **self._credentials, **self._options, stream=True)
            async for chunk in stream:
                if says_words(chunk.model_dump()):
                    return time.perf_counter() - started
        except Exception:  # noqa: BLE001 - litellm's classes differ by provider, and a probe only wants to know that there was no answer
            return None
        return None

    async def close(self) -> None:
        """Close litellm's connections, if it was ever loaded."""
        if "litellm" in sys.modules:
            await _leashed().close_litellm_async_clients()

    def _answered(
        self, reply: Any, seen: "_Seen", *, sent: Mapping[str, Any], parameters: Mapping[str, Any], latency_s: float
    ) -> Answer | NoAnswer:
        headers = (getattr(reply, "_hidden_params", None) or {}).get("additional_headers") or {}
        self._limits = read_limits({name.removeprefix(FROM_PROVIDER): str(value) for name, value in headers.items()})
        return self._read(reply.model_dump(), seen.raw(), sent=sent, parameters=parameters, latency_s=latency_s)

    def _read(
        self, reply: Any, raw: Mapping[str, Any] | None, *, sent: Mapping[str, Any], parameters: Mapping[str, Any], latency_s: float
    ) -> Answer | NoAnswer:
        found = read_completion(
            reply,
            sent=sent,
            price=self.price(),
            latency_s=latency_s,
            latency_kind=LatencyKind.LOADED,
            raw=raw,
            parameters=parameters,
            secrets=self._secrets,
        )
        if isinstance(found, Answer) and found.status is AnswerStatus.EMPTY and found.usage.input_tokens is None:
            # litellm makes an empty answer of a reply that is none; a real one has read a question.
            return NoAnswer(failure=Failure.MALFORMED, message="the reply has neither text nor token counts", status_code=200)
        return found

    def _not_answered(
        self, failed: HostedFailure, sent: Mapping[str, Any], parameters: Mapping[str, Any], latency_s: float
    ) -> Answer | NoAnswer:
        self._limits = read_limits(failed.headers)
        if failed.status is not None and is_refusal(failed.status, failed.told):
            return refusal_before_answering(sent=sent, latency_s=latency_s, parameters=parameters)
        return NoAnswer(
            failure=failed.failure,
            message=shorten(failed.words, self._secrets),
            status_code=failed.status,
            retry_after_s=failed.retry_after_s,
        )


class _Seen:
    """The request as litellm wrote it and the reply as the provider did, which litellm shows to a logger."""

    def __init__(self) -> None:
        self._request: Any = None
        self._reply: Any = None

    def hears(self, details: Mapping[str, Any]) -> None:
        """Keep what a call's details hold; they hold keys as well, which are left alone."""
        self._request = (details.get("additional_args") or {}).get("complete_input_dict") or self._request
        self._reply = details.get("original_response") or self._reply

    def wire(self) -> Mapping[str, Any] | None:
        """Return the request, flat; None when litellm didn't show it."""
        return wire_of(self._request)

    def raw(self) -> Mapping[str, Any] | None:
        """Return the reply; None when litellm didn't show it (Cohere's), or it's no JSON object."""
        try:
            found = json.loads(self._reply) if isinstance(self._reply, str) else None
        except (ValueError, RecursionError):
            return None
        return found if isinstance(found, Mapping) else None

    def completion(self) -> Mapping[str, Any] | None:
        """Return the reply where it's one in the chat format already."""
        found = self.raw()
        choices = None if found is None else found.get("choices")
        return found if isinstance(choices, list) and choices else None


@cache
def _leashed() -> Any:
    """Return litellm, imported with everything that phones, retries or prints turned off."""
    os.environ.update(LEASH)
    litellm: Any = importlib.import_module("litellm")
    litellm.telemetry = False
    litellm.suppress_debug_info = True
    litellm.drop_params = False
    litellm.modify_params = False
    litellm.num_retries = 0
    return litellm


def _overhead_s(reply: Any) -> float:
    told = (getattr(reply, "_hidden_params", None) or {}).get("litellm_overhead_time_ms")
    return float(told) / 1000 if isinstance(told, int | float) else 0.0
