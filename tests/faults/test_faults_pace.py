"""How fast, how many at once, and when to give up: by the clock, and by what the server says."""

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from faulty_server import FaultyServer, Say
from hypothesis import given, settings
from hypothesis import strategies as st
from suites_here import facts_of, rows_of, write_suite

from benchharness.pipeline.run import Options, Result, run
from benchharness.providers.own_endpoint import OwnEndpoint
from benchharness.records.comparison import Stopping
from benchharness.records.rate_limits import RateLimits
from benchharness.runner import breaker, lane, pace, retrying
from benchharness.runner.breaker import Breaker
from benchharness.runner.pace import Pace
from benchharness.runner.window import COOL_DOWN_S, Window


@settings(deadline=None, max_examples=60)
@given(
    requests=st.integers(1, 12),
    tokens=st.integers(100, 1000),
    asked=st.lists(st.tuples(st.floats(0, 30), st.floats(1, 300), st.floats(0, 1)), min_size=1, max_size=80),
)
def test_no_sixty_seconds_ever_hold_more_than_the_limits(requests: int, tokens: int, asked: list[tuple[float, float, float]]) -> None:
    kept, now, sent = Pace(requests_per_minute=requests, tokens_per_minute=tokens), 1000.0, list[tuple[float, float]]()
    for gap, size, share in asked:
        now += gap
        for _ in range(200):
            wait = kept.wait_s(size, now)
            if wait <= 0:
                break
            now += wait
        else:
            pytest.fail("it waits for ever")
        slot = kept.reserve(size, now)
        # Half of the answers are shorter than was reserved: what's left may be used by others.
        used = size * share if share < 0.5 else size
        kept.settle(slot, size, used, now)
        sent.append((now, used))
    for begin, _ in sent:
        within = [used for at, used in sent if begin <= at < begin + 60]
        assert len(within) <= requests
        assert sum(within) <= tokens + 1e-6 or len(within) == 1


def test_a_question_larger_than_a_whole_minute_goes_alone() -> None:
    kept = Pace(tokens_per_minute=100)
    assert kept.wait_s(500, 0.0) == 0
    kept.reserve(500, 0.0)
    assert 60 <= kept.wait_s(500, 0.0) <= 60.2
    assert kept.wait_s(500, 60.2) == 0


def test_a_window_doubles_while_it_is_full_and_nothing_is_refused() -> None:
    window = Window(64)
    widths = []
    for _ in range(8 + 16 + 32):
        window.answered(window.size, 0.0)
        widths.append(window.size)
    assert sorted(set(widths)) == [8, 16, 32, 64]


def test_an_idle_window_does_not_grow() -> None:
    window = Window(64)
    for _ in range(1000):
        window.answered(6, 0.0)
    assert window.size == 8


def test_a_window_is_cut_once_in_a_cool_down_and_then_grows_by_steps() -> None:
    window = Window(100, width=50.0)
    for _ in range(30):
        window.throttled(10.0)
    assert (window.size, window.cuts) == (40, 1)
    for _ in range(1000):
        window.answered(window.size, 10.0 + COOL_DOWN_S - 0.1)
    assert window.size == 40
    for _ in range(40):
        window.answered(window.size, 10.0 + COOL_DOWN_S)
    assert window.size == 42
    window.throttled(30.0)
    assert (window.size, window.cuts) == (33, 2)


def test_a_window_never_closes_and_trouble_cuts_nothing() -> None:
    window = Window(4)
    for at in range(50):
        window.throttled(at * COOL_DOWN_S)
    assert window.size == 1
    window = Window(8)
    window.troubled(0.0)
    assert (window.size, window.cuts) == (8, 0)


@pytest.mark.parametrize(("answered", "looks"), [(True, [5, 10, 20, 40]), (False, [5, 10])])
def test_a_breaker_opens_after_ten_looks_a_few_times_and_gives_up(answered: bool, looks: list[float]) -> None:
    found, now = Breaker(), 100.0
    if answered:
        found.succeeded()
    for _ in range(9):
        found.failed(now, looked=False)
    assert (found.open, found.wait_s(now)) == (False, 0.0)
    found.failed(now, looked=False)
    waits = []
    while not found.given_up:
        waits.append(found.wait_s(now))
        now += waits[-1]
        assert found.wait_s(now) == 0
        assert found.wait_s(now) > 0, "one at a time looks"
        found.failed(now, looked=True)
    assert waits == looks


def test_one_answer_closes_a_breaker() -> None:
    found = Breaker()
    for _ in range(10):
        found.failed(0.0, looked=False)
    assert found.wait_s(5.0) == 0
    found.succeeded()
    assert (found.open, found.given_up, found.wait_s(5.0)) == (False, False, 0.0)


def asked(folder: Path, **options: Any) -> Result:
    return run(Options(suite=folder / "suite.yaml", out=folder / "reports", stop=Stopping.NONE, **options))


def check_pace(server: FaultyServer, most: int, *, begin: int = 0) -> None:
    times = [each.began for each in server.log][begin:]
    # The server hears of a question a moment after it's sent.
    assert all(sum(at <= each < at + 0.9 for each in times) <= most for at in times)


def test_a_stated_limit_holds_for_the_probe_and_the_run_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(pace, "MINUTE_S", 1.0)
    with FaultyServer() as server:
        write_suite(tmp_path, server.url, 30, requests_per_minute=20)
        found = asked(tmp_path, latency_probe=10)
        assert len(server.log) >= 41
        check_pace(server, 20)
    assert facts_of(found.folder.path)["lanes"][0]["waited_s"]["pace"] > 0


@pytest.mark.slow
def test_a_limit_the_provider_tells_of_counts_what_was_sent_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(pace, "MINUTE_S", 1.0)
    monkeypatch.setattr(OwnEndpoint, "limits", lambda _self: RateLimits(limit_requests=16, limit_tokens=None))
    with FaultyServer(lambda *_: Say(delay_s=0.05)) as server:
        write_suite(tmp_path, server.url, 40)
        asked(tmp_path)
        check_pace(server, 16)
        assert len(server.log) == 40


def two_servers(folder: Path, first: FaultyServer, second: FaultyServer, questions: int, **limits: Any) -> None:
    path = write_suite(folder, first.url, questions, limits=limits)
    suite = json.loads(path.read_text())
    suite["candidates"].append({**suite["candidates"][0], "name": "theirs", "endpoint": second.url})
    path.write_text(json.dumps(suite))


def test_a_dead_provider_is_given_up_while_the_others_finish(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(breaker, "FIRST_LOOK_S", 0.05)
    monkeypatch.setattr(retrying, "FIRST_WAIT_S", 0.02)
    with FaultyServer(lambda *_: Say(cut="reset-first")) as dead, FaultyServer() as alive:
        two_servers(tmp_path, dead, alive, 100)
        found = asked(tmp_path)
        assert len(dead.log) < 40
    rows = rows_of(found.folder.path)
    assert all(row["status"] == "answered" for row in rows if row["candidate"] == "theirs")
    assert all(row["error"].startswith("unreachable") for row in rows if row["candidate"] == "ours")
    ended = {each["provider"]: each for each in facts_of(found.folder.path)["lanes"]}
    assert "stopped answering" in ended[f"127.0.0.1:{dead.port}"]["ended"]
    assert ended[f"127.0.0.1:{dead.port}"]["opened"] == 1


def test_a_server_that_dies_and_returns_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(breaker, "FIRST_LOOK_S", 0.15)
    with FaultyServer() as server:

        def script(question: str, nth: int, _body: Mapping[str, Any]) -> Say:
            if question == "question 50" and nth == 1:
                server._loop.call_soon(lambda: server._loop.create_task(server._die()))
                server._loop.call_later(0.7, lambda: server._loop.create_task(server._listen()))
            return Say(delay_s=0.01)

        server._script = script
        write_suite(tmp_path, server.url, 150)
        found = asked(tmp_path)
        assert {row["status"] for row in rows_of(found.folder.path)} == {"answered"}
        assert set(server.good().values()) == {1}
    assert facts_of(found.folder.path)["lanes"][0]["opened"] == 1


@pytest.mark.parametrize(
    ("say", "told"),
    [
        (Say(status=429, headers={"Retry-After": "3600"}, body=b"come back tomorrow"), "rate-limited 429: come back tomorrow"),
        (Say(status=503, headers={"Retry-After": "3600"}, body=b"closed for today"), "overloaded 503: closed for today"),
        (Say(status=401, body=b"who are you?"), "auth 401: who are you?"),
        (Say(status=429, body=b'{"code": "insufficient_quota"}'), 'quota 429: {"code": "insufficient_quota"}'),
    ],
)
def test_what_will_not_pass_ends_the_lane_at_once_with_its_reason(
    say: Say, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with FaultyServer(lambda *_: say) as ending, FaultyServer() as alive:
        two_servers(tmp_path, ending, alive, 60)
        began = time.monotonic()
        found = asked(tmp_path)
        assert time.monotonic() - began < 10
        assert len(ending.log) <= 8
    rows = rows_of(found.folder.path)
    assert {row["error"] for row in rows if row["candidate"] == "ours"} == {told}
    assert sum(row["status"] == "answered" for row in rows) == 60
    assert facts_of(found.folder.path)["lanes"][0]["ended"]


def test_a_provider_that_only_ever_refuses_for_speed_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(lane, "LONGEST_REFUSAL_S", 0.5)
    with FaultyServer(lambda *_: Say(status=429, headers={"Retry-After": "1"})) as server:
        write_suite(tmp_path, server.url, 200)
        began = time.monotonic()
        found = asked(tmp_path)
        assert time.monotonic() - began < 8
    assert {row["error"].split(":")[0].split()[0] for row in rows_of(found.folder.path)} == {"rate-limited"}
    assert "refused every question" in facts_of(found.folder.path)["lanes"][0]["ended"]
