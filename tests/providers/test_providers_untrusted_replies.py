"""A server may say anything: it is named, it can be stored, and it brings neither a run nor a key into danger."""

import asyncio
import json
import threading
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from loopback_server import LoopbackServer, Reply, completion

from benchharness.errors import SetupError
from benchharness.providers import make_provider
from benchharness.providers.blotting import Secrets
from benchharness.providers.chat_format import read_completion, shorten
from benchharness.providers.context import ProviderContext
from benchharness.providers.environment import read_environment
from benchharness.providers.faults import failure_of, retry_after_s
from benchharness.providers.own_endpoint import FAILURES, OwnEndpoint
from benchharness.providers.pricing import cost_usd
from benchharness.records.answer import Answer, AnswerStatus, Failure, LatencyKind, NoAnswer, Usage
from benchharness.records.json_form import to_json
from benchharness.records.request import Message, Request, Role
from benchharness.records.suite import CandidateEntry, Parameters, Price

pytestmark = pytest.mark.usefixtures("transport")

KEY = "planted-key-7f3a9c"
PRICE = Price(input_usd_per_million=10.0, output_usd_per_million=20.0)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()) | st.sampled_from(["choices", "message", "error"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=8,
)


def request(text: str = "q") -> Request:
    return Request(example_id="e", input=text, messages=(Message(role=Role.USER, content=text),), parameters=Parameters())


def endpoint(url: str, *, key: str = KEY, timeout_s: float = 5.0) -> OwnEndpoint:
    entry = CandidateEntry(name="ours", model="m", endpoint=url, prompts=("p",), api_key_env="OUR_KEY", price=PRICE)
    made = make_provider(entry, ProviderContext(folder=Path(), seed=7, timeout_s=timeout_s, environment={"OUR_KEY": key}))
    assert isinstance(made, OwnEndpoint)
    return made


def ask(url: str, *, count: int = 1, **options: Any) -> list[Answer | NoAnswer]:
    async def go() -> list[Answer | NoAnswer]:
        made = endpoint(url, **options)
        try:
            return await asyncio.gather(*[made.answer(request(f"q{at}")) for at in range(count)])
        finally:
            await made.close()

    return asyncio.run(go())


def with_reply(reply: Reply, **options: Any) -> Answer | NoAnswer:
    with LoopbackServer(lambda _count, _body: reply) as server:
        return ask(server.url, **options)[0]


def read(reply: Any) -> Answer | NoAnswer:
    return read_completion(reply, sent={"temperature": 0.0}, price=PRICE, latency_s=0.1, latency_kind=LatencyKind.LOADED)


def storable(found: Answer | NoAnswer) -> bytes:
    """Write it as the store and the journal do; what can't be written raises."""
    return json.dumps(to_json(found), ensure_ascii=False, allow_nan=False).encode()


@given(reply=JSON, message=JSON, finish=JSON, usage=JSON)
def test_whatever_json_comes_is_an_answer_or_none_and_can_be_stored(reply: Any, message: Any, finish: Any, usage: Any) -> None:
    for each in (
        reply,
        {"choices": [reply]},
        {"choices": [{"message": message, "finish_reason": finish}], "usage": usage, "model": reply},
        {"choices": [{"message": {"content": message, "refusal": finish}}], "usage": {"prompt_tokens": reply, "completion_tokens": usage}},
    ):
        assert storable(read(each))


def test_half_a_character_does_not_end_the_run() -> None:
    found = with_reply(Reply(body=b'{"choices": [{"message": {"content": "a \\ud83d b"}, "finish_reason": "stop"}]}'))
    assert isinstance(found, Answer)
    assert found.output == "a \ufffd b"
    assert storable(found)


@pytest.mark.parametrize("body", [b"[" * 200_000, b'{"a":' * 100_000, b"\xff\xfe\x00", b"9" * 10_000, b"", b"NaN"])
def test_a_body_that_breaks_readers_is_malformed(body: bytes) -> None:
    found = with_reply(Reply(body=body))
    assert isinstance(found, NoAnswer)
    assert found.failure is Failure.MALFORMED
    assert storable(found)


def test_a_body_too_large_is_said_to_be_too_large() -> None:
    found = with_reply(Reply(body=b'{"x": "' + b"a" * 20_000_000 + b'"}'))
    assert isinstance(found, NoAnswer)
    assert "larger than 10 MB" in found.message


@pytest.mark.parametrize("count", [-1, 2**70, 1.5, "7", True, None])
def test_a_token_count_that_is_none_is_left_out_and_costs_nothing_known(count: Any) -> None:
    found = read({**completion(), "usage": {"prompt_tokens": count, "completion_tokens": 3}})
    assert isinstance(found, Answer)
    assert (found.usage.input_tokens, found.usage.output_tokens, found.cost_usd) == (None, 3, None)


PRICES = st.floats(0, 1e4)


@given(tokens=st.tuples(*[st.none() | st.integers(0, 10**9)] * 3), prices=st.tuples(PRICES, PRICES, st.none() | PRICES))
def test_a_cost_is_never_negative_and_unknown_when_a_count_is(
    tokens: tuple[int | None, int | None, int | None], prices: tuple[float, float, float | None]
) -> None:
    usage = Usage(input_tokens=tokens[0], cached_tokens=tokens[1], output_tokens=tokens[2])
    price = Price(input_usd_per_million=prices[0], output_usd_per_million=prices[1], cached_usd_per_million=prices[2])
    cost = cost_usd(usage, price)
    if tokens[0] is None or tokens[2] is None or (tokens[1] or 0) > tokens[0]:
        assert cost is None
    else:
        assert cost is not None
        assert cost >= 0
    assert cost_usd(usage, None) is None


def test_a_body_that_drips_is_a_timeout_however_alive_it_looks() -> None:
    began = time.monotonic()
    found = with_reply(Reply(drip_s=0.02), timeout_s=0.2)
    assert isinstance(found, NoAnswer)
    assert found.failure is Failure.TIMEOUT
    assert time.monotonic() - began < 2


def test_thirty_questions_are_in_flight_at_once_when_thirty_are_asked() -> None:
    # The server answers nobody before all thirty are there: with one pool of eight connections they never would be,
    # and the wait for a free one would look like the server's latency.
    together = threading.Barrier(30, timeout=10)

    def script(_count: int, _body: dict[str, Any]) -> Reply:
        together.wait()
        return Reply()

    with LoopbackServer(script) as server:
        found = ask(server.url, count=30, timeout_s=20)
    assert all(isinstance(each, Answer) for each in found)


def test_connections_are_used_again() -> None:
    async def go(url: str) -> None:
        made = endpoint(url)
        for at in range(20):
            await made.answer(request(f"q{at}"))
        await made.close()

    with LoopbackServer(lambda _count, _body: Reply()) as server:
        asyncio.run(go(server.url))
        assert len(server.connections) == 1


@pytest.mark.parametrize(
    ("status", "body", "failure"),
    [
        (400, {"error": {"message": "Your credit balance is too low to access the API."}}, Failure.QUOTA),
        (403, {"error": {"code": "insufficient_quota"}}, Failure.QUOTA),
        (429, {"error": {"details": {"error_code": "enforced_spend_limit_reached"}}}, Failure.QUOTA),
        (301, {}, Failure.NOT_FOUND),
        (302, {}, Failure.NOT_FOUND),
        (408, {}, Failure.TIMEOUT),
        (413, {}, Failure.BAD_REQUEST),
        (502, {}, Failure.SERVER_ERROR),
        (504, {}, Failure.SERVER_ERROR),
    ],
)
def test_money_and_wrong_addresses_end_the_provider_and_the_rest_passes_or_not(status: int, body: Any, failure: Failure) -> None:
    found = with_reply(Reply(status=status, body=body))
    assert isinstance(found, NoAnswer)
    assert (found.failure, found.status_code) == (failure, status)


@pytest.mark.parametrize("code", ["content_filter", "content_policy_violation", "ResponsibleAIPolicyViolation"])
def test_a_filter_that_refuses_the_question_is_an_answer_filtered_and_counts(code: str) -> None:
    found = with_reply(Reply(status=400, body={"error": {"code": code, "message": "The prompt was filtered."}}))
    assert isinstance(found, Answer)
    assert (found.status, found.output, found.finish_reason) == (AnswerStatus.FILTERED, "", "content_filter")


def test_an_answer_broken_off_by_an_error_is_no_answer() -> None:
    found = with_reply(Reply(body=completion("half", finish="error")))
    assert isinstance(found, NoAnswer)
    assert found.failure is Failure.SERVER_ERROR


@given(st.text(max_size=60) | st.from_regex(r"(Mon|Sun), \d\d (Jan|Feb) \d{1,22} \d\d:\d\d:\d\d( GMT| -0000| \+\d{4,12})?", fullmatch=True))
def test_a_retry_after_is_seconds_from_now_or_nothing(value: str) -> None:
    found = retry_after_s(value)
    assert found is None or found >= 0


@given(status=st.integers(100, 999), body=st.text())
def test_every_status_has_a_failure(status: int, body: str) -> None:
    assert failure_of(status, body) in Failure


def test_no_exception_class_of_httpx_is_without_a_partner_however_deep() -> None:
    def below(kind: type[BaseException]) -> set[type[BaseException]]:
        # Other libraries derive their own; those never come out of a client of ours.
        own = [each for each in kind.__subclasses__() if each.__module__.startswith("httpx")]
        return {kind, *(deeper for each in own for deeper in below(each))}

    found = below(httpx.HTTPError) | below(httpx.InvalidURL) | below(httpx.CookieConflict) | below(httpx.StreamError)
    abstract = {httpx.HTTPError}
    assert len(found) >= 25
    assert not {each for each in found - abstract if not any(base in FAILURES for base in each.__mro__)}


@pytest.mark.parametrize("key", [f"{KEY}\nX-Other: 1", f"{KEY}\u00e9", f"{KEY}\x00"])
def test_a_key_that_no_header_takes_is_told_without_showing_it(key: str) -> None:
    with pytest.raises(SetupError) as told:
        endpoint("http://127.0.0.1:9/v1", key=key)
    assert "OUR_KEY" in str(told.value)
    assert KEY not in str(told.value)


def test_blanks_around_a_key_are_no_part_of_it() -> None:
    with LoopbackServer(lambda _count, _body: Reply()) as server:
        ask(server.url, key=f" {KEY}\n")
        assert server.headers[0]["authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize(
    "url", ["localhost:8000/v1", "http://[::1", "http://host:port/v1", "ftp://host/v1", "http://", "/v1", "http://u:s3cretpw@h:x/"]
)
def test_an_endpoint_that_is_no_url_is_told_without_showing_it(url: str) -> None:
    with pytest.raises(SetupError, match="ours: the endpoint is no URL") as told:
        endpoint(url)
    assert "s3cretpw" not in str(told.value)


def test_a_password_in_the_url_is_sent_but_stands_in_no_name_and_no_message() -> None:
    with LoopbackServer(lambda _count, _body: Reply(status=500, body={"error": "for user:s3cretpw"})) as server:
        url = server.url.replace("//", "//user:s3cretpw@")
        made = endpoint(url)
        assert made.name == server.url.split("/")[2]
        (found,) = ask(url)
    assert isinstance(found, NoAnswer)
    assert "s3cretpw" not in found.message


@given(text=st.text(), key=st.text("abc123-_", min_size=8))
def test_a_message_is_one_short_line_without_the_key(text: str, key: str) -> None:
    found = shorten(f"{text}{key}\n{text}", Secrets((key,)))
    assert key not in found
    assert "\n" not in found
    assert len(found) <= 300


def test_a_dotenv_keeps_a_hash_inside_a_value_and_drops_a_comment(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("T_A=one#two\nT_B=three # four\nT_C= # five\nT_D='six # seven' # eight\nT_E=nine ten\r\nT_F=\n")
    found = {name: value for name, value in read_environment(tmp_path).values.items() if name.startswith("T_")}
    assert found == {"T_A": "one#two", "T_B": "three", "T_D": "six # seven", "T_E": "nine ten"}
