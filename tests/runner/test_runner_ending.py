"""How a run ends: by itself, by a stop, by a refused key, by a kill; and that no key outlives it."""

import asyncio
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from loopback_server import LoopbackServer, Reply, completion

from benchharness.providers import make_provider
from benchharness.providers.context import ProviderContext
from benchharness.providers.own_endpoint import OwnEndpoint
from benchharness.records.answer import Answer, AnswerStatus, Failure, NoAnswer
from benchharness.records.example import Example
from benchharness.records.rate_limits import RateLimits
from benchharness.records.request import Message, Request, Role
from benchharness.records.row import Row
from benchharness.records.score import Mark
from benchharness.records.suite import CandidateEntry, Parameters, Price
from benchharness.runner import breaker, job_run, retrying
from benchharness.runner.asking import Asking
from benchharness.runner.engine import LocalEngine
from benchharness.runner.job import Job
from benchharness.runner.journal import Journal
from benchharness.runner.planning import plan
from benchharness.runner.retrying import Outcome, with_retries
from benchharness.runner.store import ResponseStore, Stored, request_key

ROOT = Path(__file__).parents[2]
KEY = "planted-key-0dd5eed5"
LIMITED = NoAnswer(failure=Failure.RATE_LIMITED, message="slow down", status_code=429)
REQUEST = Request(example_id="e", input="q", messages=(), parameters=Parameters())


class Told:
    """Answers what it's told to, by the question's words."""

    name = "told"

    def __init__(
        self, say: Mapping[str, Answer | NoAnswer] | None = None, *, at_once: int | None = None, lane: str = "one key and endpoint"
    ) -> None:
        self.lane = lane
        self.max_concurrent = at_once
        self.asked: list[str] = []
        self._say = say or {}

    def price(self) -> Price | None:
        return None

    def wire(self, request: Request) -> Mapping[str, Any]:
        return {"lane": self.lane, "input": request.input}

    async def answer(self, request: Request) -> Answer | NoAnswer:
        self.asked.append(request.input)
        await asyncio.sleep(0)
        return self._say.get(request.input, Answer(output="yes"))

    def limits(self) -> RateLimits | None:
        return None

    async def close(self) -> None: ...


def job(provider: Told | OwnEndpoint, examples: list[Example], *, prompt: str = "p", **options: Any) -> Job:
    def build(example: Example, repeat: int) -> Request:
        messages = (Message(role=Role.USER, content=example.text),)
        return Request(example_id=example.id, input=f"{example.text}", messages=messages, parameters=Parameters(), repeat=repeat)

    def mark(example: Example, answer: Answer) -> Mark:
        right = answer.output == example.target
        return Mark(status=answer.status, score=float(right), matched=right)

    return Job(
        candidate="c", prompt=prompt, path="api", model="m", provider=provider, examples=examples, build=build, mark=mark, **options
    )  # fmt: skip


def numbered(count: int) -> list[Example]:
    return [Example(id=f"e{at}", input=f"q{at}", target="yes") for at in range(count)]


def run(jobs: list[Job], folder: Path) -> list[Row]:
    folder.mkdir(parents=True, exist_ok=True)
    rows: list[Row] = []

    async def go(store: ResponseStore, journal: Journal) -> None:
        def write(row: Row) -> None:
            rows.append(row)
            journal.write(row)

        try:
            await LocalEngine().ask_all(jobs, Asking(store=store, write=write, seed=7, stop=asyncio.Event()))
        finally:
            for each in jobs:
                await each.provider.close()

    with ResponseStore(folder / "store.sqlite") as store, Journal(folder / "rows.jsonl") as journal:
        asyncio.run(go(store, journal))
    return rows


def endpoint(url: str) -> OwnEndpoint:
    entry = CandidateEntry(name="ours", model="m", endpoint=url, prompts=("p",), api_key_env="OUR_KEY")
    made = make_provider(entry, ProviderContext(folder=Path(), seed=7, timeout_s=5, environment={"OUR_KEY": KEY}))
    assert isinstance(made, OwnEndpoint)
    return made


def test_a_refused_key_ends_the_providers_other_prompts_as_well(tmp_path: Path) -> None:
    refused = NoAnswer(failure=Failure.AUTH, message="bad key", status_code=401)
    provider = Told({f"q{at}": refused for at in range(40)}, at_once=3)
    other = Told(lane="another")
    jobs = [job(provider, numbered(40), prompt="a"), job(provider, numbered(40), prompt="b"), job(other, numbered(45)[40:], prompt="c")]
    rows = run(jobs, tmp_path)
    assert len(provider.asked) <= 3
    assert len(other.asked) == 5
    assert Counter(row.prompt for row in rows) == {"a": 40, "b": 40, "c": 5}
    lost = [row for row in rows if row.prompt in "ab"]
    assert all(row.status is AnswerStatus.ERROR and row.score is None and row.matched is None for row in lost)
    assert all(row.error == "auth 401: bad key" for row in lost)


@pytest.mark.parametrize("at_once", [1, 8])
def test_the_same_words_far_apart_are_asked_once(at_once: int, tmp_path: Path) -> None:
    provider = Told(at_once=at_once)
    twins = [Example(id=f"e{at}", input=f"q{at % 5}", target="yes") for at in range(60)]
    jobs = [job(provider, twins, max_concurrent=at_once)]
    with ResponseStore(tmp_path / "store.sqlite") as store:
        (found,) = plan(jobs, store)
    rows = run(jobs, tmp_path)
    assert Counter(provider.asked) == {f"q{at}": 1 for at in range(5)}
    assert found.calls == 5
    assert Counter(row.cached for row in rows) == {False: 5, True: 55}
    assert all(row.matched for row in rows)


def test_what_another_process_answered_meanwhile_is_not_asked(tmp_path: Path) -> None:
    kept = Stored(answer=Answer(output="yes"), asked_at="t", attempts=1)

    class Sharing(Told):
        async def answer(self, request: Request) -> Answer | NoAnswer:
            with ResponseStore(tmp_path / "store.sqlite") as other:
                for at in range(10, 20):
                    other.keep(request_key(self.wire(replace_input(f"q{at}")), 0), kept)
            return await super().answer(request)

    def replace_input(text: str) -> Request:
        return Request(example_id="e", input=text, messages=(), parameters=Parameters())

    provider = Sharing(at_once=1)
    assert len(run([job(provider, numbered(20))], tmp_path)) == 20
    assert provider.asked == [f"q{at}" for at in range(10)]


@settings(deadline=None, max_examples=40)
@given(
    failures=st.lists(st.sampled_from([None, *Failure]), max_size=25),
    twins=st.integers(1, 4),
    repeat=st.integers(1, 3),
    at_once=st.integers(1, 9),
)
def test_whatever_fails_every_question_ends_as_one_row_and_no_failure_is_scored(
    failures: list[Failure | None], twins: int, repeat: int, at_once: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    say = {f"q{at}": NoAnswer(failure=each, message="no") for at, each in enumerate(failures) if each is not None}
    examples = [Example(id=f"e{at}", input=f"q{at // twins}", target="yes") for at in range(len(failures) * twins)]
    with mock.patch.object(breaker, "FAILURES_IN_A_ROW", 1000):
        rows = run([job(Told(say), examples, attempts=1, repeat=repeat, max_concurrent=at_once)], tmp_path_factory.mktemp("run"))
    assert sorted((row.example_id, row.repeat) for row in rows) == sorted((each.id, at) for each in examples for at in range(repeat))
    for row in rows:
        assert (row.score is None) == (row.status is AnswerStatus.ERROR) == (row.output is None) == (row.error is not None)
    if not any(each is not None and each.ends_provider for each in failures):
        assert sum(row.status is AnswerStatus.ERROR for row in rows) == len(say) * twins * repeat


def retry(provider: Told, *, attempts: int) -> tuple[Outcome, int, float]:
    async def go() -> tuple[Outcome, int, float]:
        began = time.monotonic()
        asked = len(provider.asked)
        result, _ = await with_retries(lambda: provider.answer(REQUEST), attempts=attempts, jitter=random.Random(1), over=lambda: False)
        return result, len(provider.asked) - asked, time.monotonic() - began

    return asyncio.run(go())


def test_a_stop_during_a_wait_ends_the_wait_and_no_other_try_follows(tmp_path: Path) -> None:
    provider = Told({"q0": NoAnswer(failure=Failure.RATE_LIMITED, message="wait", retry_after_s=60.0)})

    async def go(store: ResponseStore) -> bool:
        stop = asyncio.Event()
        asyncio.get_running_loop().call_later(0.05, stop.set)
        jobs = [job(provider, numbered(1), attempts=5)]
        return await LocalEngine().ask_all(jobs, Asking(store=store, write=lambda _row: None, seed=7, stop=stop))

    began = time.monotonic()
    with ResponseStore(tmp_path / "store.sqlite") as store:
        assert not asyncio.run(go(store))
    assert len(provider.asked) == 1
    assert time.monotonic() - began < 1


def test_tries_are_bounded_and_what_does_not_pass_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retrying, "FIRST_WAIT_S", 0.001)
    for failure in Failure:
        provider = Told({"q": NoAnswer(failure=failure, message="no")})
        result, tries, _ = retry(provider, attempts=3)
        assert isinstance(result, NoAnswer)
        assert tries == len(provider.asked) == (3 if failure.passes else 1)


def test_waits_grow_and_are_capped(monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []

    async def note(seconds: float, _over: Callable[[], bool]) -> None:
        waits.append(seconds)

    monkeypatch.setattr(retrying, "pause", note)
    retry(Told({"q": LIMITED}), attempts=12)
    assert len(waits) == 11
    assert all(0.25 * 2**at <= wait <= 0.5 * 2**at for at, wait in enumerate(waits[:6]))
    assert all(15 <= wait <= 30 for wait in waits[6:])


def test_a_provider_that_never_answers_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job_run, "GRACE_S", 0.0)

    class Silent(Told):
        async def answer(self, request: Request) -> Answer | NoAnswer:
            await asyncio.Event().wait()
            return await super().answer(request)

    began = time.monotonic()
    (row,) = run([job(Silent(), numbered(1), attempts=1, timeout_s=0.1)], tmp_path)
    assert (row.status, row.error, row.attempts) == (AnswerStatus.ERROR, "timeout: no answer within 0.1 s", 1)
    assert time.monotonic() - began < 1


def ask_for_ever(url: str, folder: str) -> None:
    """Ask 300 questions; run in a process that is killed."""
    run([job(endpoint(url), numbered(300), max_concurrent=4)], Path(folder))


def test_a_kill_in_the_middle_of_a_run_loses_nothing_already_answered(tmp_path: Path) -> None:
    with LoopbackServer(lambda _count, _body: Reply(body=completion("yes"), delay_s=0.005)) as server:
        code = "import sys; sys.path[:0] = ['tests', 'tests/runner']; import test_runner_ending as t; t.ask_for_ever(*sys.argv[1:])"
        killed = subprocess.Popen([sys.executable, "-c", code, server.url, str(tmp_path)], cwd=ROOT)
        until = time.monotonic() + 30
        while len(server.asked) < 60 and time.monotonic() < until:
            time.sleep(0.01)
        os.kill(killed.pid, signal.SIGKILL)
        killed.wait()
        before = Counter(each["messages"][0]["content"] for each in server.asked)
        assert 60 <= len(before) < 300
        rows = run([job(endpoint(server.url), numbered(300), max_concurrent=4)], tmp_path)
        after = Counter(each["messages"][0]["content"] for each in server.asked)
    assert len(rows) == 300
    assert all(row.matched for row in rows)
    assert len(after) == 300
    # Only the four in flight at the kill may be asked a second time.
    assert sum(after.values()) - 300 <= 4
    assert max(after.values()) <= 2


def test_a_key_stands_in_no_row_no_store_and_no_journal(tmp_path: Path) -> None:
    def script(count: int, _body: dict[str, Any]) -> Reply:
        told = {"error": {"message": f"Incorrect API key provided: {KEY}. Header was 'Bearer {KEY}'"}}
        return Reply(body=completion("yes")) if count % 2 else Reply(status=400, body=told, headers={"X-Echo": KEY})

    with LoopbackServer(script) as server:
        rows = run([job(endpoint(server.url), numbered(20), max_concurrent=2)], tmp_path)
        assert all(headers["authorization"] == f"Bearer {KEY}" for headers in server.headers)
    assert {row.status for row in rows} == {AnswerStatus.ANSWERED, AnswerStatus.ERROR}
    assert KEY not in str(rows)
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) >= 2
    assert not [path for path in files if KEY.encode() in path.read_bytes()]
    with ResponseStore(tmp_path / "store.sqlite") as store:
        kept = store.find(request_key(endpoint(server.url).wire(job(Told(), [each]).build(each, 0)), 0) for each in numbered(20))
    assert kept
    assert KEY not in str(kept)
