"""What the leash on litellm holds: no network of its own, no retries, no key outside the call, no silent parameters."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from importlib import util
from pathlib import Path
from typing import Any

import pytest
from loopback_server import LoopbackServer, Reply, completion

from benchharness.errors import SetupError
from benchharness.providers import make_provider
from benchharness.providers.context import ProviderContext
from benchharness.providers.hosted_api import HostedApi
from benchharness.providers.keys import credentials, secrets_of
from benchharness.records.answer import Answer, AnswerStatus, Failure, NoAnswer
from benchharness.records.json_form import to_json
from benchharness.records.request import Message, Request, Role
from benchharness.records.suite import CandidateEntry, Parameters, Price

KEY = "planted-key-51c0ffee"
ROOT = Path(__file__).parents[2]
needs_litellm = pytest.mark.skipif(util.find_spec("litellm") is None, reason="needs the extra `apis`")
# litellm's own dataclasses warn when they are written out; not our business.
pytestmark = [pytest.mark.filterwarnings(f"ignore::{kind}") for kind in ("UserWarning", "DeprecationWarning", "FutureWarning")]


def request(parameters: Parameters | None = None, **options: Any) -> Request:
    messages = (Message(role=Role.USER, content="q"),)
    return Request(example_id="e", input="q", messages=messages, parameters=parameters or Parameters(max_tokens=9, seed=3), **options)


def hosted(
    model: str = "openai/gpt-4o-mini", *, environment: Mapping[str, str], timeout_s: float = 20.0, price: Price | None = None
) -> HostedApi:
    entry = CandidateEntry(name="gpt", model=model, prompts=("p",), price=price)
    made = make_provider(entry, ProviderContext(folder=Path(), seed=7, timeout_s=timeout_s, environment=environment))
    assert isinstance(made, HostedApi)
    return made


def ask(script: Callable[[int, dict[str, Any]], Reply], *requests: Request, model: str = "openai/gpt-4o-mini", **options: Any) -> Any:
    """Return the answers, and the server that gave them."""
    with LoopbackServer(script) as server:
        if model.startswith("anthropic/"):
            environment = {"ANTHROPIC_API_KEY": KEY, "ANTHROPIC_BASE_URL": server.url.removesuffix("/v1")}
        else:
            environment = {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": server.url}
        made = hosted(model, environment=environment, **options)

        async def go() -> list[Answer | NoAnswer]:
            try:
                return [await made.answer(each) for each in requests or (request(),)]
            finally:
                await made.close()

        return asyncio.run(go()), server


CLAUDE = {
    "id": "msg",
    "type": "message",
    "role": "assistant",
    "model": "claude-served",
    "content": [{"type": "text", "text": "yes"}],
    "stop_reason": "end_turn",
    "usage": {"input_tokens": 60, "cache_read_input_tokens": 40, "cache_creation_input_tokens": 0, "output_tokens": 7},
}


@needs_litellm
def test_importing_and_asking_reaches_nobody_but_the_endpoint() -> None:
    code = """
import asyncio, socket, sys
sys.path[:0] = ["tests", "tests/providers"]
reached = []
connect, look_up = socket.socket.connect, socket.getaddrinfo
def guarded(self, address):
    if self.family != socket.AF_UNIX:
        reached.append(str(address[0]))
    return connect(self, address)
def looked_up(host, *rest, **options):
    reached.append(str(host))
    return look_up(host, *rest, **options)
socket.socket.connect, socket.getaddrinfo = guarded, looked_up
import test_providers_litellm_leash as t
found, _ = t.ask(lambda count, body: t.Reply())
assert found[0].output == "yes", found
print(sorted({each for each in reached if not each.startswith("127.")}))
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[]"
    assert "LiteLLM" not in done.stderr


@needs_litellm
@pytest.mark.parametrize("model", ["openai/gpt-4o-mini", "anthropic/claude-haiku-4-5"])
@pytest.mark.parametrize("status", [429, 500, 503])
def test_nobody_retries_behind_our_back(model: str, status: int) -> None:
    (found,), server = ask(lambda _count, _body: Reply(status=status, body={"error": {"message": "no"}}), model=model)
    assert len(server.asked) == 1
    assert isinstance(found, NoAnswer)
    assert found.failure.passes


@needs_litellm
@pytest.mark.parametrize("model", ["openai/gpt-4o-mini", "anthropic/claude-haiku-4-5"])
@pytest.mark.parametrize("date", [False, True])
def test_retry_after_is_read_whoever_answers(model: str, date: bool) -> None:
    value = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True) if date else "3"
    reply = Reply(status=429, body={"error": {"message": f"slow down {KEY}", "type": "rate_limit_error"}}, headers={"Retry-After": value})
    (found,), _ = ask(lambda _count, _body: reply, model=model)
    assert isinstance(found, NoAnswer)
    assert (found.failure, found.status_code) == (Failure.RATE_LIMITED, 429)
    assert found.retry_after_s is not None
    assert (40 < found.retry_after_s <= 61) if date else (found.retry_after_s == 3)
    assert KEY not in found.message


@needs_litellm
def test_claude_is_read_like_the_others() -> None:
    (found,), server = ask(lambda _count, _body: Reply(body=CLAUDE), request(Parameters(max_tokens=9)), model="anthropic/claude-haiku-4-5")
    assert isinstance(found, Answer), found
    assert (found.output, found.status, found.finish_reason) == ("yes", AnswerStatus.ANSWERED, "end_turn")
    assert (found.usage.input_tokens, found.usage.cached_tokens, found.usage.output_tokens) == (100, 40, 7)
    assert found.cost_usd == pytest.approx((60 * 1.0 + 40 * 0.1 + 7 * 5.0) / 1e6)
    assert server.asked[0]["max_tokens"] == 9
    assert KEY in server.headers[0].get("x-api-key", "") + server.headers[0].get("authorization", "")


@needs_litellm
@pytest.mark.parametrize(
    ("reply", "failure"),
    [
        (Reply(status=401, body={"error": {"message": f"Incorrect API key provided: {KEY}"}}), Failure.AUTH),
        (Reply(status=402, body={"error": {"message": "pay"}}), Failure.QUOTA),
        (Reply(status=403, body={"error": {"message": "no"}}), Failure.AUTH),
        (Reply(status=404, body={"error": {"message": "The model `x` does not exist"}}), Failure.NOT_FOUND),
        (Reply(status=429, body={"error": {"message": "x", "code": "insufficient_quota"}}), Failure.QUOTA),
        (Reply(status=400, body={"error": {"message": "Your credit balance is too low"}}), Failure.QUOTA),
        (Reply(status=400, body={"error": {"message": "no"}}), Failure.BAD_REQUEST),
        (Reply(status=503, body={"error": {"message": "busy"}}), Failure.OVERLOADED),
        (Reply(body=b'{"choices": [{'), Failure.MALFORMED),
        (Reply(body=b"<html>hi</html>", headers={"Content-Type": "text/html"}), Failure.MALFORMED),
        (Reply(body={"choices": []}), Failure.MALFORMED),
        (Reply(reset=True), Failure.UNREACHABLE),
    ],
)
def test_faults_have_the_same_names_as_at_an_endpoint_of_ones_own(reply: Reply, failure: Failure) -> None:
    (found,), server = ask(lambda _count, _body: reply)
    assert isinstance(found, NoAnswer), found
    assert (found.failure, len(server.asked)) == (failure, 1), found
    assert len(found.message) <= 300
    assert KEY not in json.dumps(to_json(found))


@needs_litellm
def test_a_slow_server_is_a_timeout() -> None:
    (found,), _ = ask(lambda _count, _body: Reply(delay_s=1.0), timeout_s=0.2)
    assert isinstance(found, NoAnswer)
    assert found.failure is Failure.TIMEOUT


@needs_litellm
def test_a_filter_that_refuses_the_question_is_the_candidates_own_doing() -> None:
    told = {
        "error": {"code": "content_filter", "message": "The response was filtered due to the prompt triggering content management policy."}
    }
    (found,), _ = ask(lambda _count, _body: Reply(status=400, body=told))
    assert isinstance(found, Answer)
    assert (found.status, found.finish_reason) == (AnswerStatus.FILTERED, "content_filter")


@needs_litellm
@pytest.mark.parametrize(
    ("body", "status"),
    [
        (completion("half", finish="length"), AnswerStatus.TRUNCATED),
        (completion("", finish="content_filter"), AnswerStatus.FILTERED),
        (completion(None, refusal="I can't help with that."), AnswerStatus.REFUSED),
        (completion(""), AnswerStatus.EMPTY),
    ],
)
def test_how_an_answer_ended_is_its_status(body: dict[str, Any], status: AnswerStatus) -> None:
    (found,), _ = ask(lambda _count, _body: Reply(body=body))
    assert isinstance(found, Answer), found
    assert found.status is status


@needs_litellm
@pytest.mark.parametrize(
    "words",
    [
        "Unsupported value: 'temperature' does not support 0 with this model. Only the default (1) value is supported.",
        "`temperature` may only be set to 1 when thinking is enabled",
        "temperature is deprecated for this model",
    ],
)
def test_a_refused_temperature_is_left_out_once_and_for_all_and_told(words: str) -> None:
    def script(_count: int, body: dict[str, Any]) -> Reply:
        return Reply(status=400, body={"error": {"message": words}}) if "temperature" in body else Reply()

    found, server = ask(script, request(), request())
    assert all(isinstance(each, Answer) for each in found), found
    assert ["temperature" in each for each in server.asked] == [True, False, False]
    for each in found:
        assert each.effective_params == {"max_tokens": 9, "seed": 3, "not_sent": {"temperature": 0.0}}


@needs_litellm
def test_a_model_that_litellm_knows_to_refuse_temperature_is_asked_without() -> None:
    (found,), server = ask(lambda _count, _body: Reply(), request(Parameters(max_tokens=9)), model="openai/gpt-5-mini")
    assert isinstance(found, Answer), found
    assert ["temperature" in each for each in server.asked] == [False]
    assert found.effective_params == {"max_tokens": 9, "not_sent": {"temperature": 0.0}}


@needs_litellm
def test_a_temperature_that_is_only_out_of_range_is_no_refusal() -> None:
    told = {"error": {"message": "temperature must be between 0 and 1"}}
    (found,), server = ask(lambda _count, _body: Reply(status=400, body=told))
    assert isinstance(found, NoAnswer)
    assert (found.failure, len(server.asked)) == (Failure.BAD_REQUEST, 1)


@needs_litellm
def test_a_tuned_model_costs_what_tuned_ones_cost_although_the_reply_names_its_base() -> None:
    body = {**completion(), "model": "gpt-4o-mini-2024-07-18"}
    (found,), _ = ask(lambda _count, _body: Reply(body=body), model="openai/ft:gpt-4o-mini-2024-07-18:acme::abc")
    assert isinstance(found, Answer), found
    assert found.cost_usd == pytest.approx((60 * 0.30 + 40 * 0.15 + 7 * 1.20) / 1e6)
    assert found.served_model == "gpt-4o-mini-2024-07-18"


@needs_litellm
def test_a_model_on_no_price_list_has_an_unknown_cost_and_the_suites_price_wins() -> None:
    (found,), _ = ask(lambda _count, _body: Reply(), model="openai/our-own-model")
    assert isinstance(found, Answer), found
    assert found.cost_usd is None
    price = Price(input_usd_per_million=1.0, output_usd_per_million=0.0)
    (found,), _ = ask(lambda _count, _body: Reply(), price=price)
    assert isinstance(found, Answer)
    assert found.cost_usd == pytest.approx(100 / 1e6)


@needs_litellm
def test_another_providers_model_of_the_same_name_is_not_priced_by_it() -> None:
    for model in ("openrouter/gpt-4o", "together_ai/gpt-4o-mini", "groq/claude-haiku-4-5"):
        assert hosted(model, environment=dict.fromkeys(("OPENROUTER_API_KEY", "TOGETHERAI_API_KEY", "GROQ_API_KEY"), KEY)).price() is None


@needs_litellm
def test_the_key_is_in_the_call_alone() -> None:
    made = hosted(environment={"OPENAI_API_KEY": KEY})
    assert KEY not in json.dumps(to_json(made.wire(request())))
    found, server = ask(lambda _count, _body: Reply())
    assert KEY not in json.dumps(to_json(found[0]))
    assert KEY not in json.dumps(server.asked[0])
    code = (
        "import os, sys; sys.path[:0] = ['tests', 'tests/providers']; import test_providers_litellm_leash as t; "
        "t.ask(lambda count, body: t.Reply()); print(any(t.KEY in value for value in os.environ.values()))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.stdout.strip() == "False", done.stderr


@needs_litellm
def test_what_would_be_asked_is_known_without_loading_litellm() -> None:
    code = (
        "import sys; sys.path[:0] = ['tests', 'tests/providers']; import test_providers_litellm_leash as t; "
        "made = t.hosted(environment={'OPENAI_API_KEY': 'k'}); made.wire(t.request()); made.price(); print('litellm' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout.strip() == "False", done.stderr


def test_secrets_are_blotted_out_and_places_are_not() -> None:
    environment = {
        "AWS_ACCESS_KEY_ID": "AKIAX",
        "AWS_SECRET_ACCESS_KEY": " shhhh-very ",
        "AWS_REGION": "eu-west-1",
        "AWS_SESSION_TOKEN": "tok",
    }
    found, missing = credentials("bedrock", environment, api_key_env=None)
    assert missing is None
    assert secrets_of(found) == ("shhhh-very", "AKIAX", "tok")


def test_a_key_that_no_header_takes_is_told_without_showing_it() -> None:
    with pytest.raises(SetupError) as told:
        hosted(environment={"OPENAI_API_KEY": f"{KEY}\nx"})
    assert KEY not in str(told.value)
