"""A provider that takes many questions at once: the same rows, the same books, nothing lost and nothing paid twice."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from benchharness.errors import SetupError
from benchharness.interfaces import BatchProvider
from benchharness.records.answer import Answer, AnswerStatus, Failure, NoAnswer, Usage
from benchharness.records.example import Example
from benchharness.records.rate_limits import RateLimits
from benchharness.records.request import Request
from benchharness.records.row import Row
from benchharness.records.score import Mark
from benchharness.records.suite import Parameters, Price
from benchharness.runner.asking import Asking
from benchharness.runner.budget import Ledger
from benchharness.runner.engine import engine_of
from benchharness.runner.job import Job
from benchharness.runner.store import ResponseStore

USD = 0.01


class ByLots:
    """Answers lots, the last question first; what a question says decides what becomes of it."""

    name = "by lots"
    lane = "lots"
    max_concurrent: int | None = None
    most_at_once = 20

    def __init__(self) -> None:
        self.lots: list[list[str]] = []
        self.tries: Counter[str] = Counter()

    def price(self) -> Price | None:
        return Price(input_usd_per_million=0.0, output_usd_per_million=1000.0)

    def wire(self, request: Request) -> Mapping[str, Any]:
        return {"input": request.input}

    async def answer(self, request: Request) -> Answer | NoAnswer:
        raise AssertionError(f"{request.input} was asked alone")

    async def answer_many(self, requests: Sequence[Request]) -> AsyncIterator[tuple[int, Answer | NoAnswer]]:
        self.lots.append([each.input for each in requests])
        for at in reversed(range(len(requests))):
            await asyncio.sleep(0)
            text = requests[at].input
            self.tries[text] += 1
            if "expires once" in text and self.tries[text] == 1:
                yield at, NoAnswer(failure=Failure.TIMEOUT, message="expired", status_code=408)
            elif "bad" in text:
                yield at, NoAnswer(failure=Failure.BAD_REQUEST, message="no", status_code=400)
            elif "breaks" in text:
                raise SetupError("the batch file was rejected")
            elif "unheard" not in text:
                yield at, Answer(output="yes", usage=Usage(input_tokens=1, output_tokens=10), cost_usd=USD)

    def limits(self) -> RateLimits | None:
        return None

    async def close(self) -> None: ...


def job(provider: ByLots, texts: Sequence[str], **options: Any) -> Job:
    def build(example: Example, repeat: int) -> Request:
        return Request(example_id=example.id, input=example.text, messages=(), parameters=Parameters(max_tokens=10), repeat=repeat)

    def mark(_example: Example, answer: Answer) -> Mark:
        return Mark(status=answer.status, score=1.0, matched=True, parsed=answer.output)

    examples = [Example(id=f"e{at}", input=text, target="yes") for at, text in enumerate(texts)]
    return Job(candidate="c", prompt="p", path="api", model="m", provider=provider, examples=examples, build=build, mark=mark, **options)


def ask(job: Job, folder: Path, *, ledger: Ledger | None = None) -> list[Row]:
    rows: list[Row] = []

    async def run(store: ResponseStore) -> None:
        asking = Asking(store=store, write=rows.append, seed=7, stop=asyncio.Event(), ledger=ledger or Ledger())
        await engine_of("local").ask_all([job], asking)

    with ResponseStore(folder / "store.sqlite") as store:
        asyncio.run(run(store))
    return rows


def stored(folder: Path) -> int:
    with ResponseStore(folder / "store.sqlite") as store:
        return len(store)


def test_questions_go_in_full_lots_and_each_has_its_row(tmp_path: Path) -> None:
    provider = ByLots()
    assert isinstance(provider, BatchProvider)
    rows = ask(job(provider, [f"q{at}" for at in range(50)], repeat=2), tmp_path)
    assert Counter((row.example_id, row.repeat) for row in rows) == {(f"e{at}", repeat): 1 for at in range(50) for repeat in (0, 1)}
    assert [len(each) for each in provider.lots] == [20] * 5
    assert all(row.attempts == 1 and row.cost_usd == USD and not row.cached for row in rows)


def test_single_states_of_a_lot_are_those_of_single_rows(tmp_path: Path) -> None:
    texts = [*(f"q{at}" for at in range(10)), "bad", "expires once", "unheard of", "q1"]
    provider = ByLots()
    rows = {row.example_id: row for row in ask(job(provider, texts, attempts=2), tmp_path)}
    assert len(rows) == len(texts)
    assert (rows["e10"].status, rows["e10"].error) == (AnswerStatus.ERROR, "bad-request 400: no")
    assert (rows["e11"].status, rows["e11"].attempts) == (AnswerStatus.ANSWERED, 2)
    assert rows["e12"].error == "malformed: the lot ended without a result for it"
    assert rows["e13"].cached, "the same words twice are asked once"
    assert sorted(provider.lots[0]) == sorted(texts[:-1])
    assert all(set(lot) <= {"expires once", "unheard of"} for lot in provider.lots[1:]), "only what may pass is tried again"


def test_what_came_before_a_lot_broke_is_kept_and_the_next_run_asks_the_rest_alone(tmp_path: Path) -> None:
    texts = [*(f"q{at}" for at in range(6)), "breaks", *(f"q{at}" for at in range(6, 10))]
    with pytest.raises(SetupError, match="the batch file was rejected"):
        ask(job(ByLots(), texts), tmp_path)
    assert stored(tmp_path) == 4, "those behind it had come: the last question is answered first"
    again = ByLots()
    rows = ask(job(again, [each for each in texts if each != "breaks"]), tmp_path)
    assert len(rows) == 10
    assert sorted(again.lots[0]) == [f"q{at}" for at in range(6)]


def test_a_budget_holds_over_a_lot(tmp_path: Path) -> None:
    provider, ledger = ByLots(), Ledger(limit_usd=USD * 7.5)
    rows = ask(job(provider, [f"q{at}" for at in range(30)]), tmp_path, ledger=ledger)
    assert len(rows) == 30
    assert sum(provider.tries.values()) == sum(row.status is AnswerStatus.ANSWERED for row in rows) == 7
    assert ledger.total() == pytest.approx(7 * USD)
    assert {row.error for row in rows if row.error} == {"budget: not asked: the budget of $0.075 is spent"}
