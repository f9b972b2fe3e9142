"""A latency that's printed was measured one question at a time, on fresh answers, and is the server's own."""

import json
import random
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from faulty_server import FaultyServer, Say
from suites_here import record_of, write_suite

from benchharness.comparison.quantiles import quantile
from benchharness.pipeline.run import Options, Result, run
from benchharness.providers import own_endpoint
from benchharness.providers.pooled_transport import PooledTransport
from benchharness.providers.reqwest_transport import ReqwestTransport
from benchharness.records.comparison import Stopping

STREAM = {"Content-Type": "text/event-stream"}


def event(**delta: str) -> bytes:
    return b"data: " + json.dumps({"choices": [{"delta": delta}]}).encode() + b"\n\n"


def streamed(parts: list[bytes]) -> bytes:
    """Return a body whose quarters are these parts: the server sends a quarter at a time."""
    size = max(len(each) for each in parts)
    return b"".join(b":" + b" " * (size - len(each)) + b"\n" + each for each in parts)


def asked(folder: Path, **options: Any) -> Result:
    return run(Options(suite=folder / "suite.yaml", out=folder / "reports", stop=Stopping.NONE, **options))


@pytest.mark.parametrize(
    ("transport", "questions"),
    [(ReqwestTransport, 10), *(pytest.param(each, 100, marks=pytest.mark.slow) for each in (ReqwestTransport, PooledTransport))],
)
def test_a_probe_finds_the_servers_own_latency(transport: type, questions: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(own_endpoint, "make_transport", transport)
    dice = random.Random(7)
    first_words = 0.15

    def script(_question: str, _nth: int, body: Mapping[str, Any]) -> Say:
        if body.get("stream"):
            parts = [event(role="assistant"), event(content="y"), event(content="es"), b"data: [DONE]\n\n"]
            return Say(body=streamed(parts), headers=STREAM, delay_s=first_words - 0.05, drip_s=0.05)
        return Say(delay_s=0.5 if len(server.log) == 1 else 0.2 + 0.02 * dice.random() if probing else 0.0)

    probing = False
    with FaultyServer(script) as server:
        write_suite(tmp_path, server.url, questions + 30)
        # The store knows every answer: a probe asks all the same, as a stored answer measures nothing.
        asked(tmp_path)
        server.log.clear()
        probing = True
        found = asked(tmp_path, latency_probe=questions)
        assert server.most_in_flight > 1
        alone = sorted(server.log, key=lambda each: each.began)
        assert all(before.ended <= after.began + 0.002 for before, after in pairwise(alone))
    plain = [each for each in server.log if not each.body.get("stream")]
    assert len({each.question for each in server.log}) == len(server.log), "a prompt cache would answer the same words sooner"
    assert len(plain) == questions + 1
    theirs = sorted(each.ended - each.began for each in plain[1:])
    (totals,) = found.record.totals
    assert totals.timed == questions
    assert totals.p50_s == pytest.approx(quantile(theirs, 0.5), rel=0.03)
    assert questions < 20 or totals.p95_s == pytest.approx(quantile(theirs, 0.95), rel=0.03)
    assert totals.probed is not None
    assert totals.probed.cold_s is not None
    assert totals.probed.cold_s > 0.45
    assert totals.probed.first_token_s == pytest.approx(first_words, rel=0.1)
    (kept,) = record_of(found.folder.path)["facts"]["latency_probe"]
    assert kept["failed"] == 0


def test_a_probe_gives_up_on_a_server_that_only_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with FaultyServer(lambda *_: Say(status=400)) as server:
        write_suite(tmp_path, server.url, 30)
        found = asked(tmp_path, latency_probe=20)
        assert len(server.log) == 3 + 30
    assert found.record.totals[0].p50_s is None
