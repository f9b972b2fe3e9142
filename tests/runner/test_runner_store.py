"""The store is safe between processes and after a kill; a broken one is told."""

import asyncio
import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from benchharness.errors import SetupError
from benchharness.records.answer import Answer, AnswerStatus, LatencyKind, Usage
from benchharness.records.json_form import to_json
from benchharness.records.row import Row
from benchharness.runner.journal import Journal
from benchharness.runner.store import Origin, ResponseStore, Stored, request_key

ROOT = Path(__file__).parents[2]
START = "import sys; sys.path.insert(0, 'tests/runner'); import test_runner_store as t; "


def start(code: str, *arguments: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", START + code, *arguments], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def stored(text: str) -> Stored:
    return Stored(answer=Answer(output=text), asked_at="2026-11-21T07:00:00+00:00", attempts=1)


def write_many(path: str, who: str, count: int) -> None:
    """Keep `count` answers of one's own and as many that every writer keeps; run in processes of their own."""
    for at in range(count):
        # Opened anew each time: opening is where a lock is met most easily.
        with ResponseStore(Path(path)) as store:
            store.keep(request_key({"who": who, "at": at}, 0), stored(f"{who} {at}"))
            store.keep(request_key({"shared": at}, 0), stored(who))


def keep_for_ever(path: str) -> None:
    """Keep answers until killed, telling each one only after it is kept."""
    with ResponseStore(Path(path)) as store:
        for at in range(10**9):
            store.keep(request_key({"at": at}, 0), stored(f"answer {at}"))
            print(at, flush=True)  # noqa: T201 - how the test hears of it


def keep_soon_for_ever(path: str) -> None:
    """Keep answers fifty at a time until killed, telling each one only after it is on disk."""

    async def one(store: ResponseStore, at: int) -> None:
        await store.keep_soon(request_key({"at": at}, 0), stored(f"answer {at}"), origin(at))
        print(at, flush=True)  # noqa: T201 - how the test hears of it

    async def everything() -> None:
        with ResponseStore(Path(path)) as store:
            for at in range(0, 10**9, 50):
                await asyncio.gather(*(one(store, each) for each in range(at, at + 50)))

    asyncio.run(everything())


def keep_many_soon(path: str, who: str, count: int) -> None:
    """Keep `count` answers of one's own in one loop, twenty at a time; run in processes of their own."""

    async def everything() -> None:
        with ResponseStore(Path(path)) as store:
            for at in range(0, count, 20):
                keys = [request_key({"who": who, "at": each}, 0) for each in range(at, at + 20)]
                await asyncio.gather(*(store.keep_soon(key, stored(who), origin(at)) for key in keys))

    asyncio.run(everything())


def origin(at: int) -> Origin:
    return Origin(provider="openai", model="openai/x", request=f'{{"repeat":0,"wire":{{"at":{at}}}}}')


def test_several_processes_open_and_write_side_by_side_without_a_lock_error(tmp_path: Path) -> None:
    for turn in range(2):
        path = tmp_path / str(turn) / "store.sqlite"
        writers = [start(f"t.write_many(sys.argv[1], 'w{who}', 15)", str(path)) for who in range(4)]
        told = [writer.communicate(timeout=60) for writer in writers]
        assert [writer.returncode for writer in writers] == [0] * 4, told
        with ResponseStore(path) as store:
            assert len(store) == 4 * 15 + 15
            shared = store.find([request_key({"shared": 3}, 0)])
            assert next(iter(shared.values())).answer.output in {"w0", "w1", "w2", "w3"}


def test_a_kill_loses_nothing_that_was_kept(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    writer = start("t.keep_for_ever(sys.argv[1])", str(path))
    assert writer.stdout is not None
    last = -1
    while last < 200:
        last = int(writer.stdout.readline())
    os.kill(writer.pid, signal.SIGKILL)
    rest, _ = writer.communicate()
    last = max([last, *map(int, rest.split("\n")[:-1])])
    with ResponseStore(path) as store:
        found = store.find(request_key({"at": at}, 0) for at in range(last + 1))
        assert len(found) == last + 1


def test_an_answer_comes_back_as_it_was_kept(tmp_path: Path) -> None:
    answer = Answer(
        output='na\u00efve \u2603 \U0001f600 "quoted"\n\x00 end',
        status=AnswerStatus.TRUNCATED,
        finish_reason="length",
        usage=Usage(input_tokens=5, cached_tokens=None, output_tokens=0),
        cost_usd=1.25e-7,
        latency_s=0.1,
        latency_kind=LatencyKind.UNLOADED,
        served_model="m",
        effective_params={"temperature": 0.0, "stop": ["\n"]},
    )
    with ResponseStore(tmp_path / "s.sqlite") as store:
        store.keep("k", Stored(answer=answer, asked_at="t", attempts=3))
        assert store.find(["k"]) == {"k": Stored(answer=answer, asked_at="t", attempts=3)}


def test_more_keys_than_one_statement_takes_are_found(tmp_path: Path) -> None:
    with ResponseStore(tmp_path / "s.sqlite") as store:
        for at in range(2000):
            store.keep(str(at), stored(str(at)))
        assert len(store.find(str(at) for at in range(3000))) == 2000


def test_a_damaged_answer_is_told_and_not_taken_for_an_answer(tmp_path: Path) -> None:
    path = tmp_path / "s.sqlite"
    with ResponseStore(path) as store:
        store.keep("k", stored("x"))
        with sqlite3.connect(path) as other:
            other.execute("UPDATE answers SET answer = ?", (b"no zlib",))
        other.close()
        with pytest.raises(SetupError, match="damaged"):
            store.find(["k"])


def test_a_store_that_can_not_be_written_is_told_with_its_file(tmp_path: Path) -> None:
    path = tmp_path / "s.sqlite"
    with ResponseStore(path) as store:
        with sqlite3.connect(path) as other:
            other.execute("DROP TABLE answers")
        other.close()
        with pytest.raises(SetupError, match="store") as told:
            store.keep("k", stored("x"))
    assert told.value.file == str(path)


def test_the_journal_is_on_disk_row_by_row(tmp_path: Path) -> None:
    with Journal(tmp_path / "rows.jsonl") as journal:
        for at in range(3):
            journal.write(Row(candidate="c", example_id=f"e{at}", output="a\u2028b\nc"))
            lines = journal.path.read_text(encoding="utf-8").split("\n")
            assert [json.loads(line)["example_id"] for line in lines[:-1]] == [f"e{each}" for each in range(at + 1)]


def test_a_fresh_file_is_opened_by_many_at_the_same_moment(tmp_path: Path) -> None:
    for turn in range(25):
        gate = threading.Barrier(8)

        def come_in(path: Path = tmp_path / f"{turn}.sqlite", gate: threading.Barrier = gate) -> None:
            gate.wait()
            with ResponseStore(path):
                pass

        with ThreadPoolExecutor(8) as threads:
            for each in [threads.submit(come_in) for _ in range(8)]:
                each.result()


def test_opening_waits_for_another_process_that_is_writing(tmp_path: Path) -> None:
    path = tmp_path / "s.sqlite"
    holder = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    holder.execute("BEGIN EXCLUSIVE")
    threading.Timer(0.15, lambda: holder.execute("COMMIT")).start()
    began = time.monotonic()
    with ResponseStore(path) as store:
        assert len(store) == 0
    assert time.monotonic() - began >= 0.1
    holder.close()


def test_answers_of_one_turn_are_one_commit_and_there_when_the_wait_ends(tmp_path: Path) -> None:
    path = tmp_path / "s.sqlite"

    async def keep(store: ResponseStore, at: int) -> int:
        await store.keep_soon(str(at), stored(str(at)), origin(at))
        with sqlite3.connect(path) as other:
            there = other.execute("SELECT count(*) FROM answers WHERE key = ?", (str(at),)).fetchone()[0]
        other.close()
        return int(there)

    async def everything(store: ResponseStore) -> list[int]:
        return await asyncio.gather(*(keep(store, at) for at in range(100)))

    with ResponseStore(path) as store:
        assert asyncio.run(everything(store)) == [1] * 100
        with sqlite3.connect(path) as other:
            # Requests of one commit lie in one row.
            assert other.execute("SELECT count(*) FROM requests").fetchone() == (1,)
        other.close()
        assert len(store.find(str(at) for at in range(100))) == 100


def test_a_write_that_fails_fails_everybody_who_waits_for_it_and_nobody_after(tmp_path: Path) -> None:
    path = tmp_path / "s.sqlite"

    def run(statement: str) -> None:
        with sqlite3.connect(path) as other:
            other.execute(statement)
        other.close()

    async def everything(store: ResponseStore) -> list[BaseException | None]:
        run("ALTER TABLE answers RENAME TO gone")
        failed = await asyncio.gather(*(store.keep_soon(str(at), stored("x")) for at in range(5)), return_exceptions=True)
        run("ALTER TABLE gone RENAME TO answers")
        await store.keep_soon("9", stored("x"))
        return failed

    with ResponseStore(path) as store:
        failed = asyncio.run(everything(store))
        assert all(isinstance(each, SetupError) and each.file == str(path) for each in failed)
        assert len({id(each) for each in failed}) == 5
        assert list(store.find([*"01234", "9"])) == ["9"]


def test_a_full_disk_is_told_to_whoever_waits(tmp_path: Path) -> None:
    async def everything(store: ResponseStore) -> None:
        await store.keep_soon("k", Stored(answer=Answer(output=os.urandom(100_000).hex()), asked_at="t", attempts=1))

    with ResponseStore(tmp_path / "s.sqlite") as store:
        # SQLite says of a file that may not grow what it says of a disk that's full.
        store._writer.execute("PRAGMA max_page_count=8")
        with pytest.raises(SetupError, match="can't be written: database or disk is full"):
            asyncio.run(everything(store))
        assert not store.find(["k"])


def test_a_locked_file_holds_up_the_answer_and_not_the_loop(tmp_path: Path) -> None:
    path = tmp_path / "s.sqlite"

    async def everything(store: ResponseStore) -> float:
        holder = sqlite3.connect(path, isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        landed = store.keep_soon("k", stored("x"))
        longest, last = 0.0, time.monotonic()
        for _ in range(15):
            await asyncio.sleep(0.01)
            longest, last = max(longest, time.monotonic() - last), time.monotonic()
            store.find(["k"])
        assert not landed.done()
        holder.execute("COMMIT")
        holder.close()
        await landed
        return longest

    with ResponseStore(path) as store:
        assert asyncio.run(everything(store)) < 0.1
        assert list(store.find(["k"])) == ["k"]


def test_an_answer_nobody_waits_for_any_more_is_kept_all_the_same(tmp_path: Path) -> None:
    async def called_off(store: ResponseStore, key: str, turns: int) -> None:
        store.keep_soon(key, stored("paid")).cancel()
        for _ in range(turns):
            await asyncio.sleep(0)

    path = tmp_path / "s.sqlite"
    with ResponseStore(path) as store:
        # The first loop ends before its answer is sent to be written, the second while it's written; a third uses the store on.
        for turns in range(3):
            asyncio.run(called_off(store, str(turns), turns))
    with ResponseStore(path) as store:
        assert sorted(store.find("012")) == ["0", "1", "2"]


def test_a_kill_loses_nothing_that_was_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    writer = start("t.keep_soon_for_ever(sys.argv[1])", str(path))
    assert writer.stdout is not None
    told = [int(writer.stdout.readline()) for _ in range(1500)]
    os.kill(writer.pid, signal.SIGKILL)
    rest, _ = writer.communicate()
    told += map(int, rest.split("\n")[:-1])
    with ResponseStore(path) as store:
        assert len(store.find(request_key({"at": at}, 0) for at in told)) == len(told)
        store.keep("after", stored("it goes on"))
    with sqlite3.connect(path) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    database.close()


def test_two_processes_commit_in_groups_side_by_side(tmp_path: Path) -> None:
    path = tmp_path / "s.sqlite"
    writers = [start(f"t.keep_many_soon(sys.argv[1], 'w{who}', 2000)", str(path)) for who in range(2)]
    told = [writer.communicate(timeout=60) for writer in writers]
    assert [writer.returncode for writer in writers] == [0] * 2, told
    with ResponseStore(path) as store:
        assert len(store) == 4000


def test_a_store_of_the_first_version_is_read_and_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "s.sqlite"
    answer = Answer(output="old", usage=Usage(input_tokens=3), cost_usd=0.5)
    with sqlite3.connect(path) as old:
        old.execute(
            "CREATE TABLE answers (key TEXT PRIMARY KEY, asked_at TEXT NOT NULL, attempts INTEGER NOT NULL, answer BLOB NOT NULL)"
            " WITHOUT ROWID"
        )
        old.execute("INSERT INTO answers VALUES ('o', 't', 2, ?)", (zlib.compress(json.dumps(to_json(answer)).encode(), 1),))
    old.close()
    for _ in range(2):
        with ResponseStore(path) as store:
            store.keep("n", stored("new"), origin(1))
            assert store.find(["o", "n"])["o"] == Stored(answer=answer, asked_at="t", attempts=2)


def test_a_store_of_a_later_version_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "s.sqlite"
    with sqlite3.connect(path) as later:
        later.execute("PRAGMA user_version=99")
    later.close()
    with pytest.raises(SetupError, match="later version") as told:
        ResponseStore(path)
    assert "update" in told.value.hint


def test_finding_and_keeping_an_answer_costs_little(tmp_path: Path) -> None:
    count = 3000
    answer = Answer(output="refund", usage=Usage(input_tokens=512, output_tokens=7), cost_usd=1e-5, effective_params={"max_tokens": 64})

    async def work(store: ResponseStore, at: int) -> None:
        for each in range(at, count, 100):
            key = request_key({"at": each}, 0)
            assert not store.find([key])
            await store.keep_soon(key, Stored(answer=answer, asked_at="t", attempts=1), origin(each))

    async def everything(store: ResponseStore) -> None:
        await asyncio.gather(*(work(store, at) for at in range(100)))

    with ResponseStore(tmp_path / "s.sqlite") as store:
        before = time.process_time()
        asyncio.run(everything(store))
        # 40 us on an idle machine; a commit per answer took 150.
        assert (time.process_time() - before) / count < 120e-6
        before = time.process_time()
        assert len(store.find(request_key({"at": at}, 0) for at in range(count))) == count
        assert (time.process_time() - before) / count < 75e-6
