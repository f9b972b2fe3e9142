"""Our client, through the real litellm, before mock servers that other people wrote: every provider's own format, faults included."""

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from conformance.servers import tell

from benchharness.providers import make_provider
from benchharness.providers.context import ProviderContext
from benchharness.providers.hosted_api import HostedApi
from benchharness.records.answer import Answer, AnswerStatus, Failure, NoAnswer
from benchharness.records.example import Example
from benchharness.records.json_form import to_json
from benchharness.records.request import Message, Request, Role
from benchharness.records.row import Row
from benchharness.records.score import Mark
from benchharness.records.suite import CandidateEntry, Parameters
from benchharness.runner.asking import Asking
from benchharness.runner.engine import LocalEngine
from benchharness.runner.job import Job
from benchharness.runner.store import ResponseStore

# litellm's own dataclasses warn when they are written out; not our business.
pytestmark = [pytest.mark.filterwarnings(f"ignore::{kind}") for kind in ("UserWarning", "DeprecationWarning", "FutureWarning")]

KEY = "planted-key-51c0ffee"
AWS = {"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": KEY, "AWS_REGION": "us-east-1"}
CLAUDE_ON_BEDROCK = "anthropic.claude-sonnet-4-5-20250929-v1:0"
# model -> where aimock serves its format, by the variables a user would set.
AIMOCK: dict[str, dict[str, str]] = {
    "openai/gpt-4o-mini": {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": "{url}/v1"},
    "azure/my-deploy": {"AZURE_API_KEY": KEY, "AZURE_API_BASE": "{url}", "AZURE_API_VERSION": "2024-10-21"},
    "anthropic/claude-sonnet-4-5": {"ANTHROPIC_API_KEY": KEY, "ANTHROPIC_BASE_URL": "{url}"},
    "gemini/gemini-2.5-flash": {"GEMINI_API_KEY": KEY, "GEMINI_API_BASE": "{url}/v1beta"},
    f"bedrock/{CLAUDE_ON_BEDROCK}": {**AWS, "AWS_BEDROCK_RUNTIME_ENDPOINT": "{url}"},
    f"bedrock/converse/{CLAUDE_ON_BEDROCK}": {**AWS, "AWS_BEDROCK_RUNTIME_ENDPOINT": "{url}"},
    "cohere_chat/command-a-03-2025": {"COHERE_API_KEY": KEY, "COHERE_API_BASE": "{url}/v2/chat"},
    "ollama_chat/llama3.1": {"OLLAMA_API_BASE": "{url}"},
    "hosted_vllm/our-model": {"HOSTED_VLLM_API_BASE": "{url}/v1"},
}
LLMOCK: dict[str, dict[str, str]] = {
    "openai/gpt-4o-mini": {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": "{url}/v1"},
    "anthropic/claude-sonnet-4-5": {"ANTHROPIC_API_KEY": KEY, "ANTHROPIC_BASE_URL": "{url}/anthropic"},
    "gemini/gemini-2.5-flash": {"GEMINI_API_KEY": KEY, "GEMINI_API_BASE": "{url}/gemini/v1beta"},
    "cohere_chat/command-a-03-2025": {"COHERE_API_KEY": KEY, "COHERE_API_BASE": "{url}/cohere/v2/chat"},
    "mistral/mistral-small-latest": {"MISTRAL_API_KEY": KEY, "MISTRAL_API_BASE": "{url}/mistral/v1"},
    "groq/llama-3.3-70b-versatile": {"GROQ_API_KEY": KEY, "GROQ_API_BASE": "{url}/groq/openai/v1"},
    "together_ai/meta-llama/Llama-3.3-70B-Instruct-Turbo": {"TOGETHERAI_API_KEY": KEY, "TOGETHER_AI_API_BASE": "{url}/together/v1"},
    "hosted_vllm/our-model": {"HOSTED_VLLM_API_BASE": "{url}/v1"},
}
FAULTS = {
    "rateLimitRate": Failure.RATE_LIMITED,
    "dropRate": Failure.SERVER_ERROR,
    "malformedRate": Failure.MALFORMED,
    "disconnectRate": Failure.UNREACHABLE,
}
SCHEMA = {"type": "object", "properties": {"label": {"type": "string"}}, "required": ["label"], "additionalProperties": False}
TEXT = "Is it positive or negative?"


def request(text: str = TEXT, schema: Mapping[str, Any] | None = None) -> Request:
    messages = (Message(role=Role.SYSTEM, content="Answer with one word."), Message(role=Role.USER, content=text))
    parameters = Parameters(max_tokens=32, seed=7)
    return Request(example_id="e", input=text, messages=messages, parameters=parameters, response_schema=schema)


def provider(model: str, variables: Mapping[str, str], url: str) -> HostedApi:
    environment = {name: value.format(url=url) for name, value in variables.items()}
    entry = CandidateEntry(name=model, model=model, prompts=("p",))
    made = make_provider(entry, ProviderContext(folder=Path(), seed=7, timeout_s=20, environment=environment))
    assert isinstance(made, HostedApi), made
    return made


def answers(made: HostedApi, *requests: Request) -> list[Answer | NoAnswer]:
    async def go() -> list[Answer | NoAnswer]:
        try:
            return [await made.answer(each) for each in requests]
        finally:
            await made.close()

    return asyncio.run(go())


@pytest.mark.parametrize("model", AIMOCK)
def test_every_format_of_aimock_is_asked_and_read(model: str, aimock_url: str) -> None:
    made = provider(model, AIMOCK[model], aimock_url)
    plain, formed = answers(made, request(), request(schema=SCHEMA))
    assert isinstance(plain, Answer), plain
    assert (plain.output, plain.status) == ('{"label":"positive"}', AnswerStatus.ANSWERED)
    assert plain.effective_params["max_tokens"] == 32
    if model.startswith("ollama_chat"):
        # aimock counts 0 in Ollama's format; nobody answers without a token.
        assert (plain.usage.input_tokens, plain.usage.output_tokens) == (None, None)
        assert plain.raw_usage == {"prompt_eval_count": 0, "eval_count": 0}
    else:
        assert (plain.usage.input_tokens, plain.usage.output_tokens) == (812, 7), plain.usage
        assert plain.raw_usage
    assert (plain.cost_usd is None) == (made.price() is None or plain.usage.input_tokens is None)
    assert plain.cost_usd != 0
    assert isinstance(formed, Answer), formed
    assert formed.effective_params["response_format"] == ("tool" if model.startswith("cohere_chat") else "json_schema")
    assert KEY not in str(to_json(plain))


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_has_one_name_whoever_answers(fault: str, aimock_url: str) -> None:
    tell(f"{aimock_url}/__aimock/chaos", {fault: 1})
    try:
        found = {model: answers(provider(model, variables, aimock_url), request())[0] for model, variables in AIMOCK.items()}
    finally:
        tell(f"{aimock_url}/__aimock/chaos", method="DELETE")
    assert {model: getattr(each, "failure", each) for model, each in found.items()} == dict.fromkeys(AIMOCK, FAULTS[fault])
    if fault == "rateLimitRate":
        assert {model: getattr(each, "retry_after_s", None) for model, each in found.items()} == dict.fromkeys(AIMOCK, 1.0)


def test_what_a_429_tells_of_limits_is_heard_whoever_answers(aimock_url: str) -> None:
    tell(f"{aimock_url}/__aimock/chaos", {"rateLimitRate": 1})
    try:
        for model, variables in AIMOCK.items():
            made = provider(model, variables, aimock_url)
            answers(made, request())
            told = made.limits()
            assert told is not None, model
            assert (told.limit_requests, told.remaining_requests, told.retry_after_s) == (60, 0, 1.0), model
            assert (told.limit_tokens, told.reset_tokens_s) == (150_000, 360.0), model
    finally:
        tell(f"{aimock_url}/__aimock/chaos", method="DELETE")


def run_with_retries(url: str, behaviors: Sequence[Mapping[str, Any]], folder: Path) -> tuple[dict[str, tuple[str, int | None]], Any]:
    """Ask LLMock in every format at once through our runner; return how each ended, with its tries, and what LLMock thinks of us."""
    tell(f"{url}/_llmock/reset", {})
    tell(f"{url}/_llmock/scenario", {"behaviors": [{**each, "times": len(LLMOCK) * int(each["times"])} for each in behaviors]})
    found: dict[str, tuple[str, int | None]] = {}

    def write(row: Row) -> None:
        found[row.candidate] = ((row.error or row.status.value).split(" ")[0], row.attempts)

    async def go(store: ResponseStore) -> None:
        made = {model: provider(model, variables, url) for model, variables in LLMOCK.items()}
        try:
            await LocalEngine().ask_all(
                # No two alike: LLMock takes the same body from the same place for another try.
                [job(model, each, f"{TEXT} {at}") for at, (model, each) in enumerate(made.items())],
                Asking(store=store, write=write, seed=7, stop=asyncio.Event()),
            )
        finally:
            for each in made.values():
                await each.close()

    with ResponseStore(folder / "store.sqlite") as store:
        asyncio.run(go(store))
    return found, tell(f"{url}/_llmock/verdict", method="GET")


def job(model: str, asked: HostedApi, text: str) -> Job:
    return Job(
        candidate=model,
        prompt="p",
        path="api",
        model=model,
        provider=asked,
        examples=[Example(id="e", input=text, target="yes")],
        build=lambda each, _repeat: request(each.text),
        mark=lambda _each, answer: Mark(status=answer.status, score=1.0, matched=True),
        attempts=3,
        timeout_s=20,
    )


def test_llmock_passes_us_in_every_format_when_it_asks_for_a_wait(llmock_url: str, tmp_path: Path) -> None:
    found, verdict = run_with_retries(llmock_url, [{"type": "fail", "status": 429, "retry_after": 1, "times": 1}], tmp_path)
    assert verdict["passed"], verdict
    assert verdict["attempts"] == 2 * len(LLMOCK)
    assert found == dict.fromkeys(LLMOCK, ("answered", 2))


@pytest.mark.parametrize(
    ("status", "failure"), [(400, Failure.BAD_REQUEST), (401, Failure.AUTH), (404, Failure.NOT_FOUND), (422, Failure.BAD_REQUEST)]
)
def test_llmock_passes_us_when_asking_again_would_be_wrong(llmock_url: str, status: int, failure: Failure, tmp_path: Path) -> None:
    found, verdict = run_with_retries(llmock_url, [{"type": "fail", "status": status, "times": 1}], tmp_path)
    assert verdict["passed"], verdict
    assert found == dict.fromkeys(LLMOCK, (failure.value, 1))


@pytest.mark.parametrize("status", [500, 503, 529])
def test_llmock_passes_us_when_a_server_fails_once(llmock_url: str, status: int, tmp_path: Path) -> None:
    found, verdict = run_with_retries(llmock_url, [{"type": "fail", "status": status, "times": 1}], tmp_path)
    assert verdict["passed"], verdict
    assert found == dict.fromkeys(LLMOCK, ("answered", 2))
