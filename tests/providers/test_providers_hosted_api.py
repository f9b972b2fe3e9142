"""litellm on its leash, asked for real against a loopback server."""

import asyncio
from importlib import util
from pathlib import Path
from typing import Any, ClassVar

import pytest
from loopback_server import LoopbackServer, Reply

from benchharness.errors import SetupError
from benchharness.providers import make_provider
from benchharness.providers.context import ProviderContext
from benchharness.providers.hosted_api import HostedApi
from benchharness.providers.keys import HOSTED, credentials
from benchharness.records.answer import Answer, Failure, NoAnswer
from benchharness.records.request import Message, Request, Role
from benchharness.records.run import Skipped
from benchharness.records.suite import CandidateEntry, Parameters

KEY = "planted-key-51c0ffee"
REQUEST = Request(
    example_id="e",
    input="q",
    messages=(Message(role=Role.USER, content="q"),),
    parameters=Parameters(temperature=0.0, max_tokens=9, seed=3),
)


def context(**environment: str) -> ProviderContext:
    return ProviderContext(folder=Path(), seed=7, timeout_s=20, environment=environment)


def hosted(model: str, **environment: str) -> Any:
    return make_provider(CandidateEntry(name="gpt", model=model, prompts=("p",)), context(**environment))


def test_a_missing_key_skips_and_names_the_variable() -> None:
    found = hosted("openai/gpt-6-luna")
    assert isinstance(found, Skipped)
    assert found.reason == "OPENAI_API_KEY is not set"
    found = hosted("gemini/gemini-3.5-flash")
    assert "GEMINI_API_KEY or GOOGLE_API_KEY" in found.reason


@pytest.mark.parametrize("prefix", HOSTED)
def test_every_provider_says_what_it_needs(prefix: str) -> None:
    found, missing = credentials(prefix, {}, api_key_env=None)
    assert not found
    assert missing


def test_a_provider_nobody_knows_is_a_mistake_of_the_suite() -> None:
    for model in ("gpt-6-luna", "opnai/gpt-6-luna"):
        with pytest.raises(SetupError, match="no provider known"):
            hosted(model, OPENAI_API_KEY=KEY)


# litellm's own dataclasses warn when they are written out: not our business. A connection left open is.
LITELLM_WARNS = [pytest.mark.filterwarnings(f"ignore::{kind}") for kind in ("UserWarning", "DeprecationWarning", "FutureWarning")]


class TestAskedForReal:
    """Needs the extra `apis`."""

    pytestmark: ClassVar = [*LITELLM_WARNS, pytest.mark.skipif(util.find_spec("litellm") is None, reason="needs the extra `apis`")]

    def ask(self, server: LoopbackServer, model: str = "openai/gpt-4o-mini") -> tuple[Answer | NoAnswer, HostedApi]:
        made = hosted(model, OPENAI_API_KEY=KEY, OPENAI_BASE_URL=server.url)
        assert isinstance(made, HostedApi)

        async def once() -> Answer | NoAnswer:
            try:
                return await made.answer(REQUEST)
            finally:
                await made.close()

        return asyncio.run(once()), made

    def test_an_answer_costs_what_the_requested_model_costs_and_the_key_goes_with_the_call(self) -> None:
        with LoopbackServer(lambda _count, _body: Reply()) as server:
            found, made = self.ask(server)
            assert isinstance(found, Answer), found
            assert server.headers[0]["authorization"] == f"Bearer {KEY}"
        price = made.price()
        assert price is not None
        assert price.input_usd_per_million == pytest.approx(0.15)
        assert found.cost_usd == pytest.approx((60 * 0.15 + 40 * 0.075 + 7 * 0.6) / 1e6)
        assert found.effective_params["temperature"] == 0.0
        assert KEY not in str(found)

    def test_a_429_reaches_us_once_with_its_retry_after(self) -> None:
        with LoopbackServer(
            lambda _count, _body: Reply(status=429, body={"error": {"message": f"slow {KEY}"}}, headers={"Retry-After": "3"})
        ) as server:
            found, _ = self.ask(server)
            assert len(server.asked) == 1, "somebody retried behind our back"
        assert isinstance(found, NoAnswer)
        assert (found.failure, found.status_code, found.retry_after_s) == (Failure.RATE_LIMITED, 429, 3.0)
        assert KEY not in found.message

    @pytest.mark.parametrize(
        ("reply", "failure"),
        [
            (Reply(status=401, body={"error": {"message": "bad key"}}), Failure.AUTH),
            (Reply(status=429, body={"error": {"message": "x", "code": "insufficient_quota"}}), Failure.QUOTA),
            (Reply(status=400, body={"error": {"message": "no"}}), Failure.BAD_REQUEST),
            (Reply(status=500, body={"error": {"message": "no"}}), Failure.SERVER_ERROR),
        ],
    )
    def test_faults_have_the_same_names_as_everywhere(self, reply: Reply, failure: Failure) -> None:
        with LoopbackServer(lambda _count, _body: reply) as server:
            found, _ = self.ask(server)
            assert len(server.asked) == 1
        assert isinstance(found, NoAnswer)
        assert found.failure is failure

    def test_a_refused_temperature_is_left_out_and_the_row_says_so(self) -> None:
        refusal = {"error": {"message": "Unsupported value: 'temperature' does not support 0 with this model.", "param": "temperature"}}

        def script(_count: int, body: dict[str, Any]) -> Reply:
            return Reply(status=400, body=refusal) if "temperature" in body else Reply()

        with LoopbackServer(script) as server:
            found, _ = self.ask(server)
        assert isinstance(found, Answer), found
        assert "temperature" not in found.effective_params
        assert found.effective_params["seed"] == 3
