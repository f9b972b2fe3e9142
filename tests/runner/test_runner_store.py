"""The store is safe between processes and after a kill; a broken one is told."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from benchharness.errors import SetupError
from benchharness.records.answer import Answer, AnswerStatus, LatencyKind, Usage
from benchharness.records.row import Row
from benchharness.runner.journal import Journal
from benchharness.runner.store import ResponseStore, Stored, request_key

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
