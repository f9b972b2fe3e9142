"""An endpoint of one's own, asked over a real socket; every fault is named by what happened."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import respx
from loopback_server import LoopbackServer, Reply, completion

from benchharness.providers import make_provider, own_endpoint
from benchharness.providers.context import ProviderContext
from benchharness.providers.own_endpoint import FAILURES, OwnEndpoint
from benchharness.providers.pooled_transport import PooledTransport
from benchharness.records.answer import Answer, AnswerStatus, Failure, NoAnswer
from benchharness.records.rate_limits import RateLimits
from benchharness.records.request import Message, Request, Role
from benchharness.records.run import Skipped
from benchharness.records.suite import CandidateEntry, Parameters, Price

pytestmark = pytest.mark.usefixtures("transport")

KEY = "planted-key-7f3a9c"
REQUEST = Request(
    example_id="e",
    input="q",
    messages=(Message(role=Role.SYSTEM, content="s"), Message(role=Role.USER, content="q")),
    parameters=Parameters(temperature=0.0, max_tokens=9, seed=3),
    response_schema={"type": "object"},
)


def provider(url: str, *, key: bool = True, timeout_s: float = 5.0) -> OwnEndpoint:
    entry = CandidateEntry(
        name="ours",
        model="m",
        endpoint=url,
        prompts=("p",),
        api_key_env="OUR_VLLM" if key else None,
        price=Price(input_usd_per_million=10.0, output_usd_per_million=20.0, cached_usd_per_million=1.0),
    )
    made = make_provider(entry, ProviderContext(folder=Path(), seed=7, timeout_s=timeout_s, environment={"OUR_VLLM": KEY}))
    assert isinstance(made, OwnEndpoint)
    return made


def ask(url: str, *, timeout_s: float = 5.0) -> Answer | NoAnswer:
    async def once() -> Answer | NoAnswer:
        made = provider(url, timeout_s=timeout_s)
        try:
            return await made.answer(REQUEST)
        finally:
            await made.close()

    return asyncio.run(once())


def with_reply(reply: Reply, **options: Any) -> Answer | NoAnswer:
    with LoopbackServer(lambda _count, _body: reply) as server:
        return ask(server.url, **options)


def test_an_answer_comes_with_usage_cost_latency_and_what_was_sent() -> None:
    with LoopbackServer(lambda _count, _body: Reply(delay_s=0.05)) as server:
        found = ask(server.url)
        assert isinstance(found, Answer)
        assert server.headers[0]["authorization"] == f"Bearer {KEY}"
        assert server.asked[0]["messages"] == [{"role": "system", "content": "s"}, {"role": "user", "content": "q"}]
        assert server.asked[0]["response_format"]["type"] == "json_schema"
    assert (found.output, found.status, found.finish_reason, found.served_model) == ("yes", AnswerStatus.ANSWERED, "stop", "served-model")
    assert (found.usage.input_tokens, found.usage.cached_tokens, found.usage.output_tokens, found.usage.reasoning_tokens) == (100, 40, 7, 3)
    assert found.cost_usd == pytest.approx((60 * 10 + 40 * 1 + 7 * 20) / 1e6)
    assert found.latency_s is not None
    assert 0.05 <= found.latency_s < 1
    assert found.effective_params == {"max_tokens": 9, "temperature": 0.0, "seed": 3, "response_format": "json_schema"}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (completion("half an ans", finish="length"), AnswerStatus.TRUNCATED),
        (completion("", finish="content_filter"), AnswerStatus.FILTERED),
        (completion(None, refusal="I can't help with that."), AnswerStatus.REFUSED),
        (completion(""), AnswerStatus.EMPTY),
    ],
)
def test_how_an_answer_ended_is_its_status(body: dict[str, Any], status: AnswerStatus) -> None:
    found = with_reply(Reply(body=body))
    assert isinstance(found, Answer)
    assert found.status is status


FAULTS: dict[str, tuple[Reply, Failure]] = {
    "a refused key": (Reply(status=401, body={"error": {"message": f"bad key {KEY}"}}), Failure.AUTH),
    "no right to it": (Reply(status=403, body={}), Failure.AUTH),
    "no money": (Reply(status=402, body={}), Failure.QUOTA),
    "a spent quota": (Reply(status=429, body={"error": {"code": "insufficient_quota"}}), Failure.QUOTA),
    "too fast": (Reply(status=429, body={}), Failure.RATE_LIMITED),
    "no such model": (Reply(status=404, body={}), Failure.NOT_FOUND),
    "a bad request": (Reply(status=400, body={}), Failure.BAD_REQUEST),
    "unprocessable": (Reply(status=422, body={}), Failure.BAD_REQUEST),
    "a server error": (Reply(status=500, body=b"<html>oops</html>"), Failure.SERVER_ERROR),
    "overload": (Reply(status=503, body={}), Failure.OVERLOADED),
    "Anthropic's overload": (Reply(status=529, body={}), Failure.OVERLOADED),
    "broken JSON": (Reply(body=b'{"choices": [{'), Failure.MALFORMED),
    "HTML with status 200": (Reply(body=b"<html>hi</html>", headers={"Content-Type": "text/html"}), Failure.MALFORMED),
    "no choices": (Reply(body={"choices": []}), Failure.MALFORMED),
    "a list": (Reply(body=[1, 2]), Failure.MALFORMED),
    "no message": (Reply(body={"choices": [{"finish_reason": "stop"}]}), Failure.MALFORMED),
    "20 MB": (Reply(body=b'{"x": "' + b"a" * 20_000_000 + b'"}'), Failure.MALFORMED),
    "a reset in mid-body": (Reply(reset=True), Failure.UNREACHABLE),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_named_and_is_no_answer(fault: str) -> None:
    reply, failure = FAULTS[fault]
    found = with_reply(reply)
    assert isinstance(found, NoAnswer)
    assert found.failure is failure
    assert len(found.message) <= 300
    assert KEY not in found.message


def test_a_slow_server_is_a_timeout() -> None:
    found = with_reply(Reply(delay_s=0.5), timeout_s=0.1)
    assert isinstance(found, NoAnswer)
    assert found.failure is Failure.TIMEOUT


def test_a_port_where_nobody_listens_is_unreachable() -> None:
    found = ask("http://127.0.0.1:9/v1")
    assert isinstance(found, NoAnswer)
    assert found.failure is Failure.UNREACHABLE


@pytest.mark.parametrize(
    ("value", "low", "high"),
    [
        ("7", 7.0, 7.0),
        ("0.5", 0.5, 0.5),
        (lambda: format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True), 50.0, 61.0),
        (lambda: format_datetime(datetime.now(UTC) - timedelta(seconds=60), usegmt=True), 0.0, 0.0),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(value: str | Callable[[], str], low: float, high: float) -> None:
    header = value if isinstance(value, str) else value()
    found = with_reply(Reply(status=429, body={}, headers={"Retry-After": header}))
    assert isinstance(found, NoAnswer)
    assert found.retry_after_s is not None
    assert low <= found.retry_after_s <= high


def test_no_failure_of_httpx_is_without_a_partner() -> None:
    raised = [each for each in vars(httpx).values() if isinstance(each, type) and issubclass(each, Exception)]
    missing = [each.__name__ for each in raised if not any(base in FAILURES for base in each.__mro__) and each is not httpx.HTTPError]
    assert len(raised) > 20
    assert not missing


def test_without_its_key_a_candidate_is_skipped_with_the_variables_name() -> None:
    entry = CandidateEntry(name="ours", model="m", endpoint="http://127.0.0.1:9/v1", api_key_env="OUR_VLLM")
    made = make_provider(entry, ProviderContext(folder=Path(), seed=7, timeout_s=1, environment={}))
    assert isinstance(made, Skipped)
    assert made.reason == "OUR_VLLM is not set"


def test_the_wire_names_address_and_body_and_no_key() -> None:
    wire = provider("http://127.0.0.1:9/v1").wire(REQUEST)
    assert wire["url"] == "http://127.0.0.1:9/v1/chat/completions"
    assert KEY not in str(wire)


@respx.mock
def test_respx_still_sees_our_httpx(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_endpoint, "make_transport", PooledTransport)
    route = respx.post("http://127.0.0.1:9/v1/chat/completions").mock(return_value=httpx.Response(200, json=completion("seen")))
    found = ask("http://127.0.0.1:9/v1")
    assert route.called
    assert isinstance(found, Answer)
    assert found.output == "seen"


def test_a_server_that_takes_no_schema_is_asked_in_a_looser_way_and_the_row_says_so() -> None:
    def script(_count: int, body: dict[str, Any]) -> Reply:
        if body.get("response_format", {}).get("type") == "json_schema":
            return Reply(status=400, body={"error": {"message": "response_format json_schema is not supported"}})
        if "seed" in body:
            return Reply(status=422, body={"error": {"message": "Unsupported parameter: seed"}})
        return Reply(body=completion('{"label": "yes"}'))

    with LoopbackServer(script) as server:

        async def twice() -> list[Answer | NoAnswer]:
            made = provider(server.url)
            try:
                return [await made.answer(REQUEST), await made.answer(REQUEST)]
            finally:
                await made.close()

        first, second = asyncio.run(twice())
        asked = len(server.asked)
    assert isinstance(first, Answer)
    assert isinstance(second, Answer)
    assert first.effective_params["response_format"] == "json_object"
    assert first.effective_params["not_sent"] == {"seed": 3, "response_format": "json_schema"}
    # What was learnt isn't asked again.
    assert asked == 4


def test_what_a_server_tells_of_its_limits_is_heard() -> None:
    headers = {"x-ratelimit-limit-requests": "60", "x-ratelimit-remaining-requests": "59", "x-ratelimit-limit-tokens": "9000"}
    with LoopbackServer(lambda _count, _body: Reply(headers=headers)) as server:

        async def once() -> RateLimits | None:
            made = provider(server.url)
            await made.answer(REQUEST)
            await made.close()
            return made.limits()

        told = asyncio.run(once())
    assert told is not None
    assert (told.limit_requests, told.remaining_requests, told.limit_tokens) == (60, 59, 9000)
