"""Every question ends as exactly one row; what is paid is kept; what fails is not scored."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from benchharness.errors import SetupError
from benchharness.records.answer import Answer, AnswerStatus, Failure, NoAnswer
from benchharness.records.example import Example
from benchharness.records.rate_limits import RateLimits
from benchharness.records.request import Request
from benchharness.records.row import Row
from benchharness.records.score import Mark
from benchharness.records.suite import Parameters, Price
from benchharness.runner.asking import Asking
from benchharness.runner.engine import LocalEngine
from benchharness.runner.job import Job, Progress
from benchharness.runner.planning import plan
from benchharness.runner.retrying import with_retries
from benchharness.runner.store import ResponseStore, Stored, request_key


class Scripted:
    """Answers from a script: a list of results for each question, the last one for ever."""

    max_concurrent: int | None = None

    def __init__(self, script: Mapping[str, list[Answer | NoAnswer]] | None = None, *, lane: str = "one", delay_s: float = 0.0) -> None:
        self.name = "scripted"
        self.lane = lane
        self.asked: list[str] = []
        self.busy: list[tuple[float, float]] = []
        self._script = script or {}
        self._delay_s = delay_s

    def price(self) -> Price | None:
        return Price(input_usd_per_million=1.0, output_usd_per_million=2.0)

    def wire(self, request: Request) -> Mapping[str, Any]:
        return {"input": request.input}

    async def answer(self, request: Request) -> Answer | NoAnswer:
        began = time.monotonic()
        self.asked.append(request.input)
        await asyncio.sleep(self._delay_s)
        self.busy.append((began, time.monotonic()))
        results = self._script.get(request.input) or self._script.get("*") or [Answer(output="yes")]
        return results.pop(0) if len(results) > 1 else results[0]

    def limits(self) -> RateLimits | None:
        return None

    async def close(self) -> None: ...


def examples(count: int) -> list[Example]:
    return [Example(id=f"e{at}", input=f"q{at}", target="yes") for at in range(count)]


def job(provider: Scripted, questions: list[Example], **options: Any) -> Job:
    def build(example: Example, repeat: int) -> Request:
        return Request(example_id=example.id, input=example.text, messages=(), parameters=Parameters(max_tokens=10), repeat=repeat)

    def mark(example: Example, answer: Answer) -> Mark:
        right = answer.output == example.target
        return Mark(status=answer.status, score=float(right), matched=right, parsed=answer.output)

    return Job(
        candidate=options.pop("candidate", "c"), prompt="p", path="api", model="m", provider=provider, examples=questions,
        build=build, mark=mark, **options,
    )  # fmt: skip


def ask(jobs: list[Job], folder: Path, *, stop_after: int | None = None) -> tuple[list[Row], bool, list[Progress]]:
    rows: list[Row] = []
    heard: list[Progress] = []

    async def run(store: ResponseStore) -> bool:
        stop = asyncio.Event()

        def write(row: Row) -> None:
            rows.append(row)
            if stop_after is not None and len(rows) >= stop_after:
                stop.set()

        return await LocalEngine().ask_all(jobs, Asking(store=store, write=write, seed=7, stop=stop, tell=heard.append))

    with ResponseStore(folder / "store.sqlite") as store:
        complete = asyncio.run(run(store))
    return rows, complete, heard


def test_every_question_ends_as_exactly_one_row(tmp_path: Path) -> None:
    script: dict[str, list[Answer | NoAnswer]] = {
        f"q{at}": [NoAnswer(failure=Failure.BAD_REQUEST, message="no", status_code=400)] for at in range(0, 50, 7)
    }
    rows, complete, heard = ask([job(Scripted(script), examples(50), repeat=2)], tmp_path)
    assert complete
    assert Counter((row.example_id, row.repeat) for row in rows) == Counter(
        {(f"e{at}", repeat): 1 for at in range(50) for repeat in (0, 1)}
    )
    lost = [row for row in rows if row.status is AnswerStatus.ERROR]
    assert len(lost) == 16
    assert all(row.score is None and row.matched is None and row.error == "bad-request 400: no" for row in lost)
    assert heard[-1].done == 100
    assert heard[-1].missing == 16


def test_what_is_stored_is_not_asked_again(tmp_path: Path) -> None:
    first, second = Scripted(), Scripted()
    ask([job(first, examples(20))], tmp_path)
    rows, _, _ = ask([job(second, examples(25))], tmp_path)
    assert len(first.asked) == 20
    assert sorted(second.asked) == sorted(f"q{at}" for at in range(20, 25))
    assert sum(row.cached for row in rows) == 20


def test_a_failure_is_not_stored_and_is_asked_again(tmp_path: Path) -> None:
    ask([job(Scripted({"*": [NoAnswer(failure=Failure.BAD_REQUEST, message="no")]}), examples(3))], tmp_path)
    rows, _, _ = ask([job(Scripted(), examples(3))], tmp_path)
    assert all(row.matched for row in rows)


def test_the_same_words_twice_are_asked_once(tmp_path: Path) -> None:
    provider = Scripted(delay_s=0.01)
    twins = [Example(id=f"e{at}", input="the same", target="yes") for at in range(8)]
    rows, _, _ = ask([job(provider, twins)], tmp_path)
    assert len(rows) == 8
    assert len(provider.asked) == 1


def test_repeats_are_questions_of_their_own(tmp_path: Path) -> None:
    provider = Scripted()
    ask([job(provider, examples(3), repeat=4)], tmp_path)
    assert len(provider.asked) == 12


def test_a_refused_key_ends_the_provider_and_the_rest_is_not_measured(tmp_path: Path) -> None:
    provider = Scripted({"*": [NoAnswer(failure=Failure.AUTH, message="bad key", status_code=401)]}, delay_s=0.001)
    rows, _, _ = ask([job(provider, examples(100), max_concurrent=4)], tmp_path)
    assert len(rows) == 100
    assert len(provider.asked) <= 8
    assert all(row.status is AnswerStatus.ERROR and row.score is None for row in rows)


def test_a_failure_that_passes_is_tried_again_and_no_more_often_than_allowed(tmp_path: Path) -> None:
    limited = NoAnswer(failure=Failure.RATE_LIMITED, message="slow", status_code=429, retry_after_s=0.01)
    provider = Scripted({"q0": [limited, limited, Answer(output="yes")], "q1": [limited]})
    rows, _, _ = ask([job(provider, examples(2), attempts=3)], tmp_path)
    found = {row.example_id: row for row in rows}
    assert (found["e0"].matched, found["e0"].attempts) == (True, 3)
    assert (found["e1"].status, found["e1"].attempts) == (AnswerStatus.ERROR, 3)
    assert len(provider.asked) == 6


def test_a_wait_that_nobody_would_sit_through_is_not_waited_for() -> None:
    provider = Scripted({"*": [NoAnswer(failure=Failure.RATE_LIMITED, message="tomorrow", retry_after_s=86_400)]})

    async def once() -> int:
        request = Request(example_id="e", input="q", messages=(), parameters=Parameters())
        await with_retries(lambda: provider.answer(request), attempts=5, jitter=random.Random(1), over=lambda: False)
        return len(provider.asked)

    assert asyncio.run(once()) == 1


def test_retry_after_is_waited_for(tmp_path: Path) -> None:
    provider = Scripted({"*": [NoAnswer(failure=Failure.RATE_LIMITED, message="wait", retry_after_s=0.15), Answer(output="yes")]})
    began = time.monotonic()
    (row,), _, _ = ask([job(provider, examples(1))], tmp_path)
    assert (row.matched, row.attempts) == (True, 2)
    assert time.monotonic() - began >= 0.15


def test_stopping_keeps_what_is_in_flight_and_asks_nothing_new(tmp_path: Path) -> None:
    provider = Scripted(delay_s=0.01)
    rows, complete, _ = ask([job(provider, examples(100), max_concurrent=4)], tmp_path, stop_after=10)
    assert not complete
    assert len(rows) == len(provider.asked) <= 14
    with ResponseStore(tmp_path / "store.sqlite") as store:
        assert len(store) == len(rows)


def test_one_lane_is_asked_one_after_another_and_two_lanes_side_by_side(tmp_path: Path) -> None:
    first, second, other = Scripted(delay_s=0.01), Scripted(delay_s=0.01), Scripted(delay_s=0.01, lane="two")
    ask(
        [
            job(first, examples(5), candidate="a"),
            job(second, examples(10)[5:], candidate="b"),
            job(other, examples(15)[10:], candidate="c"),
        ],
        tmp_path / "x",
    )
    assert max(end for _, end in first.busy) <= min(begin for begin, _ in second.busy)
    assert min(begin for begin, _ in other.busy) < max(end for _, end in first.busy)


def test_a_setup_error_of_a_provider_reaches_the_user_as_it_is(tmp_path: Path) -> None:
    class Broken(Scripted):
        async def answer(self, request: Request) -> Answer | NoAnswer:
            raise SetupError(f"the adapter is none, {request.example_id}")

    with pytest.raises(SetupError, match="the adapter is none"):
        ask([job(Broken(), examples(5))], tmp_path)


def test_a_plan_asks_nobody_and_knows_what_is_stored(tmp_path: Path) -> None:
    provider = Scripted()
    ask([job(provider, examples(4))], tmp_path)
    asked = len(provider.asked)
    with ResponseStore(tmp_path / "store.sqlite") as store:
        (found,) = plan([job(provider, examples(10))], store)
    assert (found.calls, found.stored, found.output_tokens_high) == (6, 4, 60)
    assert found.usd_high == pytest.approx(60 * 2 / 1e6)
    assert len(provider.asked) == asked


def test_the_store_keeps_the_first_answer_and_knows_the_repeat(tmp_path: Path) -> None:
    key = request_key({"a": 1, "b": 2}, 0)
    assert key == request_key({"b": 2, "a": 1}, 0)
    assert key != request_key({"a": 1, "b": 2}, 1)
    with ResponseStore(tmp_path / "s.sqlite") as store, ResponseStore(tmp_path / "s.sqlite") as other:
        store.keep(key, Stored(answer=Answer(output="first"), asked_at="t", attempts=1))
        other.keep(key, Stored(answer=Answer(output="second"), asked_at="t", attempts=1))
        assert other.find([key, "unknown"])[key].answer.output == "first"


def test_a_store_that_is_none_is_told(tmp_path: Path) -> None:
    (tmp_path / "s.sqlite").write_text("no database, but some other file that somebody put there")
    with pytest.raises(SetupError, match="can't be opened"):
        ResponseStore(tmp_path / "s.sqlite")


def test_the_same_question_over_two_keys_at_once_is_paid_once(tmp_path: Path) -> None:
    first, second = Scripted(delay_s=0.01), Scripted(lane="two", delay_s=0.01)
    rows, _, _ = ask([job(first, examples(30), candidate="a"), job(second, examples(30), candidate="b")], tmp_path)
    assert len(rows) == 60
    assert sorted(first.asked + second.asked) == sorted(f"q{at}" for at in range(30))


def test_a_broken_provider_costs_no_answer_that_was_on_its_way(tmp_path: Path) -> None:
    class Broken(Scripted):
        async def answer(self, request: Request) -> Answer | NoAnswer:
            await asyncio.sleep(0.05)
            raise SetupError(f"the adapter is none, {request.example_id}")

    other = Scripted(lane="two", delay_s=0.1)
    with pytest.raises(SetupError, match="the adapter is none"):
        ask([job(Broken(), examples(60)[50:]), job(other, examples(20), candidate="b")], tmp_path)
    with ResponseStore(tmp_path / "store.sqlite") as store:
        assert len(store) == len(other.asked) > 0
