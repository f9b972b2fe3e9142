"""What an adapter adds to a latency, and when the first words of a streamed answer came: own endpoints and hosted models alike."""

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import util

import pytest

from benchharness.interfaces import Provider, Streaming
from benchharness.providers.calibrating import adapter_s
from benchharness.providers.hosted_api import HostedApi
from benchharness.providers.own_endpoint import OwnEndpoint
from benchharness.records.request import Message, Request, Role
from benchharness.records.suite import CandidateEntry, Parameters

# litellm's own dataclasses warn when they are written out; not our business.
pytestmark = [pytest.mark.filterwarnings(f"ignore::{kind}") for kind in ("UserWarning", "DeprecationWarning", "FutureWarning")]
WITH_LITELLM = pytest.mark.skipif(util.find_spec("litellm") is None, reason="needs the extra `apis`")
REQUEST = Request(example_id="e", input="q", messages=(Message(role=Role.USER, content="q"),), parameters=Parameters())
HOSTED = CandidateEntry(name="c", model="openai/gpt-4o-mini", prompts=("p",))
PAUSE_S = 0.15


class Streamed(BaseHTTPRequestHandler):
    """Says nothing, then `yes`, then nothing, with a pause before each."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        try:
            for words in ("", "yes", ""):
                time.sleep(PAUSE_S)
                choice = {"index": 0, "delta": {"content": words}, "finish_reason": None}
                event = {"id": "x", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}
                self.wfile.write(b"data: " + json.dumps(event).encode() + b"\n\n")
                self.wfile.flush()
            self.wfile.write(b"data: [DONE]\n\n")
        except ConnectionError:
            # Who only wants the first words may hang up.
            pass

    def log_message(self, *_words: object) -> None: ...


@pytest.fixture
def url() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Streamed)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/v1"
    server.shutdown()
    server.server_close()


def provider(kind: str, url: str) -> Provider:
    if kind == "own":
        return OwnEndpoint(CandidateEntry(name="c", endpoint=url, model="m", prompts=("p",)), key=None, timeout_s=5)
    return HostedApi(HOSTED, "openai", {"api_key": "none", "api_base": url}, timeout_s=5, secrets=())


@pytest.mark.parametrize("kind", ["own", pytest.param("hosted", marks=WITH_LITELLM)])
def test_the_first_words_are_timed_and_not_the_empty_event_before_them_nor_the_end(kind: str, url: str) -> None:
    async def go() -> list[float | None]:
        made = provider(kind, url)
        assert isinstance(made, Streaming)
        try:
            # The first one loads litellm and opens the connection.
            return [await made.first_token_s(REQUEST) for _ in range(3)]
        finally:
            await made.close()

    *_, took = asyncio.run(go())
    assert took is not None
    assert 2 * PAUSE_S <= took < 3 * PAUSE_S


def test_an_endpoints_adapter_is_timed_against_loopback() -> None:
    took = asyncio.run(adapter_s(CandidateEntry(name="c", endpoint="http://192.0.2.1:9/v1", model="m", prompts=("p",))))
    assert took is not None
    assert 0 < took < 0.1


@WITH_LITELLM
def test_a_hosted_models_adapter_is_timed_without_its_key() -> None:
    took = asyncio.run(adapter_s(HOSTED))
    assert took is not None
    assert 0 < took < 0.5


def test_what_speaks_another_format_is_not_timed() -> None:
    assert asyncio.run(adapter_s(CandidateEntry(name="c", model="anthropic/claude", prompts=("p",)))) is None
