"""Every family of hosted models, asked through the real litellm against a loopback server that speaks its format."""

import asyncio
import json
from collections.abc import Mapping
from importlib import util
from pathlib import Path
from typing import Any

import pytest
from loopback_server import LoopbackServer, Reply, completion

from benchharness.providers import make_provider
from benchharness.providers.context import ProviderContext
from benchharness.providers.hosted_api import HostedApi
from benchharness.records.answer import Answer, AnswerStatus, Failure, NoAnswer, Usage
from benchharness.records.json_form import to_json
from benchharness.records.rate_limits import RateLimits
from benchharness.records.request import Message, Request, Role
from benchharness.records.run import Skipped
from benchharness.records.suite import CandidateEntry, Parameters

KEY = "planted-key-51c0ffee"
pytestmark = [
    pytest.mark.skipif(util.find_spec("litellm") is None, reason="needs the extra `apis`"),
    # litellm's own dataclasses warn when they are written out; not our business.
    *(pytest.mark.filterwarnings(f"ignore::{kind}") for kind in ("UserWarning", "DeprecationWarning", "FutureWarning")),
]

AWS = {"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": f"{KEY}-secret", "AWS_REGION": "us-east-1"}
CLAUDE_ON_BEDROCK = "anthropic.claude-sonnet-4-5-20250929-v1:0"
CHAT = completion()
GROQ = {**completion(), "service_tier": "on_demand"}
CLAUDE = {
    "id": "msg",
    "type": "message",
    "role": "assistant",
    "model": "claude-served",
    "content": [{"type": "text", "text": "yes"}],
    "stop_reason": "end_turn",
    "usage": {"input_tokens": 60, "cache_read_input_tokens": 40, "cache_creation_input_tokens": 20, "output_tokens": 7},
}
GEMINI = {
    "candidates": [{"content": {"parts": [{"text": "yes"}], "role": "model"}, "finishReason": "STOP"}],
    "usageMetadata": {
        "promptTokenCount": 100,
        "cachedContentTokenCount": 40,
        "candidatesTokenCount": 7,
        "thoughtsTokenCount": 30,
        "totalTokenCount": 137,
    },
    "modelVersion": "gemini-2.5-flash-001",
}
CONVERSE = {
    "output": {"message": {"role": "assistant", "content": [{"text": "yes"}]}},
    "stopReason": "end_turn",
    "usage": {"inputTokens": 60, "outputTokens": 7, "totalTokens": 127, "cacheReadInputTokens": 40, "cacheWriteInputTokens": 20},
    "metrics": {"latencyMs": 5},
}
COHERE = {
    "id": "c",
    "finish_reason": "COMPLETE",
    "message": {"role": "assistant", "content": [{"type": "text", "text": "yes"}]},
    "usage": {"billed_units": {"input_tokens": 5, "output_tokens": 2}, "tokens": {"input_tokens": 100, "output_tokens": 7}},
}
OLLAMA = {
    "model": "llama3.1",
    "created_at": "2026-01-01T00:00:00Z",
    "message": {"role": "assistant", "content": "yes"},
    "done": True,
    "done_reason": "stop",
    "prompt_eval_count": 100,
    "eval_count": 7,
}
OPENAI_COUNTS = Usage(input_tokens=100, cached_tokens=40, output_tokens=7, reasoning_tokens=3)
WITH_WRITES = Usage(input_tokens=120, cached_tokens=40, cache_write_tokens=20, output_tokens=7, reasoning_tokens=0)
# model -> the variables a user sets, the reply of its kind, and the counts in it.
FAMILIES: dict[str, tuple[dict[str, str], Any, Usage]] = {
    "openai/gpt-4o-mini": ({"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": "{url}"}, CHAT, OPENAI_COUNTS),
    "azure/our-deployment": (
        {"AZURE_API_KEY": KEY, "AZURE_API_BASE": "{root}", "AZURE_API_VERSION": "2024-10-21"},
        CHAT,
        OPENAI_COUNTS,
    ),
    "anthropic/claude-sonnet-4-5": ({"ANTHROPIC_API_KEY": KEY, "ANTHROPIC_BASE_URL": "{root}"}, CLAUDE, WITH_WRITES),
    "gemini/gemini-2.5-flash": (
        {"GEMINI_API_KEY": KEY, "GEMINI_API_BASE": "{root}/v1beta"},
        GEMINI,
        Usage(input_tokens=100, cached_tokens=40, output_tokens=37, reasoning_tokens=30),
    ),
    f"bedrock/converse/{CLAUDE_ON_BEDROCK}": ({**AWS, "AWS_BEDROCK_RUNTIME_ENDPOINT": "{root}"}, CONVERSE, WITH_WRITES),
    "cohere_chat/command-a-03-2025": (
        {"COHERE_API_KEY": KEY, "COHERE_API_BASE": "{root}/v2/chat"},
        COHERE,
        Usage(input_tokens=100, output_tokens=7),
    ),
    "sagemaker_chat/our-endpoint": ({**AWS, "AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME": "{root}"}, CHAT, OPENAI_COUNTS),
    "mistral/mistral-small-latest": ({"MISTRAL_API_KEY": KEY, "MISTRAL_API_BASE": "{url}"}, CHAT, OPENAI_COUNTS),
    "together_ai/meta-llama/Llama-3.3-70B-Instruct-Turbo": (
        {"TOGETHERAI_API_KEY": KEY, "TOGETHER_AI_API_BASE": "{url}"},
        CHAT,
        OPENAI_COUNTS,
    ),
    "groq/llama-3.3-70b-versatile": ({"GROQ_API_KEY": KEY, "GROQ_API_BASE": "{url}"}, GROQ, OPENAI_COUNTS),
    "openrouter/openai/gpt-4o": ({"OPENROUTER_API_KEY": KEY, "OPENROUTER_API_BASE": "{url}"}, CHAT, OPENAI_COUNTS),
    "fireworks_ai/accounts/fireworks/models/llama-v3p1-8b-instruct": (
        {"FIREWORKS_AI_API_KEY": KEY, "FIREWORKS_API_BASE": "{url}"},
        CHAT,
        OPENAI_COUNTS,
    ),
    "huggingface/tgi": ({"HF_TOKEN": KEY, "HF_API_BASE": "{root}"}, CHAT, OPENAI_COUNTS),
    "ollama_chat/llama3.1": ({"OLLAMA_API_BASE": "{root}"}, OLLAMA, Usage(input_tokens=100, output_tokens=7)),
    "hosted_vllm/our-model": ({"HOSTED_VLLM_API_BASE": "{url}", "HOSTED_VLLM_API_KEY": KEY}, CHAT, OPENAI_COUNTS),
}


@pytest.fixture(autouse=True)
def _aws_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in AWS.items():
        monkeypatch.setenv(name, value)


def made(model: str, variables: Mapping[str, str], server: LoopbackServer) -> HostedApi:
    environment = {name: value.format(url=server.url, root=server.url.removesuffix("/v1")) for name, value in variables.items()}
    entry = CandidateEntry(name="c", model=model, prompts=("p",))
    found = make_provider(entry, ProviderContext(folder=Path(), seed=7, timeout_s=20, environment=environment))
    assert isinstance(found, HostedApi), found
    return found


def ask(model: str, reply: Reply, parameters: Parameters | None = None) -> tuple[Any, HostedApi, LoopbackServer]:
    with LoopbackServer(lambda _count, _body: reply) as server:
        provider = made(model, FAMILIES[model][0], server)
        messages = (Message(role=Role.USER, content="q"),)

        async def go() -> Answer | NoAnswer:
            try:
                return await provider.answer(
                    Request(example_id="e", input="q", messages=messages, parameters=parameters or Parameters(max_tokens=9))
                )
            finally:
                await provider.close()

        return asyncio.run(go()), provider, server


@pytest.mark.parametrize("model", FAMILIES)
def test_an_answer_is_read_with_its_counts_and_the_key_is_in_no_body(model: str) -> None:
    found, _, server = ask(model, Reply(body=FAMILIES[model][1]))
    assert isinstance(found, Answer), found
    assert (found.output, found.status) == ("yes", AnswerStatus.ANSWERED)
    counts = {name: value for name, value in to_json(found.usage).items() if value}
    assert counts == {name: value for name, value in to_json(FAMILIES[model][2]).items() if value}
    assert found.raw_usage
    assert found.effective_params == {"max_tokens": 9, "temperature": 0.0}
    assert len(server.asked) == 1
    assert KEY not in json.dumps(server.asked[0])
    assert "max_retries" not in server.asked[0]
    assert KEY not in json.dumps(to_json(found))


@pytest.mark.parametrize("model", FAMILIES)
def test_another_address_is_another_answer_in_the_store(model: str) -> None:
    wires = []
    for _ in range(2):
        _, provider, server = ask(model, Reply(body=FAMILIES[model][1]))
        request = Request(example_id="e", input="q", messages=(), parameters=Parameters())
        wires.append(provider.wire(request))
        assert server.url.removesuffix("/v1") in str(wires[-1])
        assert KEY not in str(wires[-1])
    assert wires[0] != wires[1]


def test_counts_are_kept_as_the_provider_wrote_them() -> None:
    assert ask("gemini/gemini-2.5-flash", Reply(body=GEMINI))[0].raw_usage == GEMINI["usageMetadata"]
    assert ask(f"bedrock/converse/{CLAUDE_ON_BEDROCK}", Reply(body=CONVERSE))[0].raw_usage == CONVERSE["usage"]
    assert ask("ollama_chat/llama3.1", Reply(body=OLLAMA))[0].raw_usage == {"prompt_eval_count": 100, "eval_count": 7}


def test_a_cache_write_costs_what_it_costs() -> None:
    found, provider, _ = ask("anthropic/claude-sonnet-4-5", Reply(body=CLAUDE))
    price = provider.price()
    assert price is not None
    assert price.cache_write_usd_per_million == pytest.approx(3.75)
    assert found.cost_usd == pytest.approx((60 * 3 + 40 * 0.3 + 20 * 3.75 + 7 * 15) / 1e6)


def test_counts_that_nobody_sent_are_unknown_and_not_what_litellm_makes_up() -> None:
    bare = {name: value for name, value in OLLAMA.items() if not name.endswith("count")}
    found, _, _ = ask("ollama_chat/llama3.1", Reply(body=bare))
    assert (found.usage, found.raw_usage, found.cost_usd) == (Usage(), {}, None)
    cached = {name: value for name, value in OLLAMA.items() if name != "prompt_eval_count"}
    found, _, _ = ask("ollama_chat/llama3.1", Reply(body=cached))
    assert (found.usage.input_tokens, found.usage.output_tokens) == (None, 7)


STATUSES = {
    400: Failure.BAD_REQUEST,
    401: Failure.AUTH,
    402: Failure.QUOTA,
    403: Failure.AUTH,
    404: Failure.NOT_FOUND,
    429: Failure.RATE_LIMITED,
    500: Failure.SERVER_ERROR,
    503: Failure.OVERLOADED,
    529: Failure.OVERLOADED,
}


@pytest.mark.parametrize("model", FAMILIES)
def test_a_status_has_one_meaning_whoever_answers_and_nobody_asks_again(model: str) -> None:
    for status, failure in STATUSES.items():
        found, _, server = ask(model, Reply(status=status, body={"error": {"message": f"no {KEY}"}}, headers={"Retry-After": "3"}))
        assert isinstance(found, NoAnswer), (status, found)
        assert (found.failure, found.status_code, found.retry_after_s, len(server.asked)) == (failure, status, 3.0, 1), status
        assert KEY not in found.message or model.startswith("ollama_chat"), "Ollama has no key that could be known"


@pytest.mark.parametrize("model", FAMILIES)
@pytest.mark.parametrize(
    ("reply", "failure"),
    [
        (Reply(body=b'{"choices": [{'), Failure.MALFORMED),
        (Reply(body=b"<html>hi</html>", headers={"Content-Type": "text/html"}), Failure.MALFORMED),
        (Reply(body={}), Failure.MALFORMED),
        (Reply(reset=True), Failure.UNREACHABLE),
    ],
    ids=["broken", "html", "nothing", "reset"],
)
def test_a_reply_that_is_none_has_one_name_whoever_sent_it(model: str, reply: Reply, failure: Failure) -> None:
    found, _, server = ask(model, reply)
    assert isinstance(found, NoAnswer), found
    assert (found.failure, len(server.asked)) == (failure, 1), found


SPENT: dict[str, tuple[str, int, Any]] = {
    "OpenAI's quota": ("openai/gpt-4o-mini", 429, {"error": {"message": "x", "code": "insufficient_quota"}}),
    "Anthropic's spend limit": (
        "anthropic/claude-sonnet-4-5",
        429,
        {"type": "error", "error": {"type": "rate_limit_error", "message": "x", "details": {"error_code": "enforced_spend_limit_reached"}}},
    ),
    "Anthropic's empty balance": (
        "anthropic/claude-sonnet-4-5",
        400,
        {"type": "error", "error": {"type": "invalid_request_error", "message": "Your credit balance is too low"}},
    ),
    "Gemini's day": (
        "gemini/gemini-2.5-flash",
        429,
        {
            "error": {
                "code": 429,
                "status": "RESOURCE_EXHAUSTED",
                "details": [
                    {
                        "@type": "type.googleapis.com/google.rpc.QuotaFailure",
                        "violations": [{"quotaId": "GenerateRequestsPerDayPerProjectPerModel-FreeTier"}],
                    }
                ],
            }
        },
    ),
    "OpenRouter's credits": ("openrouter/openai/gpt-4o", 402, {"error": {"message": "Insufficient credits", "code": 402}}),
}


@pytest.mark.parametrize(("model", "status", "body"), SPENT.values(), ids=SPENT)
def test_money_that_is_gone_is_no_pace_to_wait_for(model: str, status: int, body: Any) -> None:
    found, _, _ = ask(model, Reply(status=status, body=body))
    assert isinstance(found, NoAnswer)
    assert found.failure is Failure.QUOTA
    assert not found.failure.passes


def test_geminis_wait_is_read_from_its_body() -> None:
    details = [
        {"@type": "type.googleapis.com/google.rpc.QuotaFailure", "violations": [{"quotaId": "GenerateRequestsPerMinutePerProject"}]},
        {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "13.4s"},
    ]
    body = {"error": {"code": 429, "message": "You exceeded your current quota", "status": "RESOURCE_EXHAUSTED", "details": details}}
    found, _, _ = ask("gemini/gemini-2.5-flash", Reply(status=429, body=body))
    assert isinstance(found, NoAnswer)
    assert (found.failure, found.retry_after_s, found.message) == (Failure.RATE_LIMITED, 13.4, "You exceeded your current quota")


def test_a_wait_in_milliseconds_is_the_finer_one() -> None:
    reply = Reply(status=429, body={"error": {"message": "x"}}, headers={"Retry-After": "3", "retry-after-ms": "2500"})
    found, provider, _ = ask("azure/our-deployment", reply)
    assert found.retry_after_s == 2.5
    assert provider.limits() == RateLimits(retry_after_s=2.5)


ENDINGS: dict[str, tuple[str, Any, AnswerStatus, str]] = {
    "Claude refuses": ("anthropic/claude-sonnet-4-5", {**CLAUDE, "stop_reason": "refusal"}, AnswerStatus.REFUSED, "refusal"),
    "Claude's window is full": (
        "anthropic/claude-sonnet-4-5",
        {**CLAUDE, "stop_reason": "model_context_window_exceeded"},
        AnswerStatus.TRUNCATED,
        "model_context_window_exceeded",
    ),
    "Gemini blocks the prompt": (
        "gemini/gemini-2.5-flash",
        {"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}, "usageMetadata": {"promptTokenCount": 9, "totalTokenCount": 9}},
        AnswerStatus.FILTERED,
        "PROHIBITED_CONTENT",
    ),
    "Gemini stops": (
        "gemini/gemini-2.5-flash",
        {"candidates": [{"finishReason": "SAFETY"}], "usageMetadata": {"promptTokenCount": 9, "totalTokenCount": 9}},
        AnswerStatus.FILTERED,
        "SAFETY",
    ),
    "Gemini only thinks": (
        "gemini/gemini-2.5-flash",
        {
            "candidates": [{"content": {"role": "model"}, "finishReason": "MAX_TOKENS"}],
            "usageMetadata": {"promptTokenCount": 9, "thoughtsTokenCount": 9, "totalTokenCount": 18},
        },
        AnswerStatus.TRUNCATED,
        "MAX_TOKENS",
    ),
    "Bedrock's guardrail": (
        f"bedrock/converse/{CLAUDE_ON_BEDROCK}",
        {**CONVERSE, "stopReason": "guardrail_intervened"},
        AnswerStatus.FILTERED,
        "guardrail_intervened",
    ),
    "Ollama's limit": ("ollama_chat/llama3.1", {**OLLAMA, "done_reason": "length"}, AnswerStatus.TRUNCATED, "length"),
    "an OpenAI model only thinks": ("openai/gpt-4o-mini", completion("", finish="length"), AnswerStatus.TRUNCATED, "length"),
    "nothing at all": ("openai/gpt-4o-mini", completion(" \n"), AnswerStatus.EMPTY, "stop"),
    "a model refuses in its own field": ("openai/gpt-4o-mini", completion(None, refusal="No."), AnswerStatus.REFUSED, "stop"),
}


@pytest.mark.parametrize(("model", "body", "status", "word"), ENDINGS.values(), ids=ENDINGS)
def test_the_providers_own_word_says_how_an_answer_ended(model: str, body: Any, status: AnswerStatus, word: str) -> None:
    found, _, _ = ask(model, Reply(body=body))
    assert isinstance(found, Answer), found
    assert (found.status, found.finish_reason) == (status, word)


@pytest.mark.parametrize(
    "model", ["openrouter/openai/gpt-4o", "mistral/mistral-small-latest", "hosted_vllm/our-model", "openai/gpt-4o-mini"]
)
def test_a_reply_broken_off_by_an_error_is_no_answer_although_litellm_says_stop(model: str) -> None:
    found, _, _ = ask(model, Reply(body=completion("half", finish="error")))
    assert isinstance(found, NoAnswer)
    assert found.failure is Failure.SERVER_ERROR


def test_a_paid_answer_is_kept_when_litellm_trips_over_it() -> None:
    found, _, _ = ask("groq/llama-3.3-70b-versatile", Reply(body=CHAT))
    assert isinstance(found, Answer), found
    assert (found.output, found.usage.input_tokens) == ("yes", 100)


def test_limits_are_heard_in_every_providers_own_words() -> None:
    headers = {
        "x-ratelimit-limit-requests": "60",
        "x-ratelimit-remaining-requests": "59",
        "x-ratelimit-reset-requests": "1s",
        "x-ratelimit-limit-tokens": "150000",
        "x-ratelimit-remaining-tokens": "149984",
        "x-ratelimit-reset-tokens": "6m0s",
    }
    _, provider, _ = ask("openai/gpt-4o-mini", Reply(body=CHAT, headers=headers))
    assert provider.limits() == RateLimits(
        limit_requests=60, remaining_requests=59, reset_requests_s=1, limit_tokens=150_000, remaining_tokens=149_984, reset_tokens_s=360
    )
    _, provider, _ = ask("anthropic/claude-sonnet-4-5", Reply(body=CLAUDE, headers={"anthropic-ratelimit-requests-remaining": "4"}))
    assert provider.limits() == RateLimits(remaining_requests=4)
    _, provider, _ = ask("gemini/gemini-2.5-flash", Reply(body=GEMINI))
    assert provider.limits() is None


def test_sagemaker_chat_gets_no_keys_it_would_write_into_a_body(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    entry = CandidateEntry(name="c", model="sagemaker_chat/our-endpoint", prompts=("p",))
    found = make_provider(entry, ProviderContext(folder=Path(), seed=7, timeout_s=20, environment=AWS))
    assert isinstance(found, Skipped)
    assert "process's environment" in found.reason


def test_a_temperature_that_litellm_changes_is_told() -> None:
    FAMILIES["sagemaker/our-endpoint"] = ({**AWS, "AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME": "{root}"}, None, Usage())
    found, _, server = ask("sagemaker/our-endpoint", Reply(body=[{"generated_text": "yes"}]))
    del FAMILIES["sagemaker/our-endpoint"]
    assert isinstance(found, Answer), found
    assert server.asked[0]["parameters"]["temperature"] == 0.01
    assert found.effective_params == {"max_tokens": 9, "temperature": 0.01, "not_sent": {"temperature": 0.0}}
