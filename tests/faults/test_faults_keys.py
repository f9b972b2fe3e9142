"""No key stands in any file that a run leaves, in any form, whatever the server repeats."""

import base64
import gzip
import io
import json
import os
import signal
import sqlite3
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import quote

import pytest
from faulty_server import FaultyServer, Say, completion_of
from suites_here import FREE, newest, start, write_suite

KEY = "kJ8x/Qz+41wVtR7pLm29Yb5sNd63HcFa"
OTHERS = {
    "OPENAI_API_KEY": "openai-Zu7Qm3Xr9Lk2Wv8Ty5Hb",
    "AWS_ACCESS_KEY_ID": "AKIAQ7ZM3XR9LK2WV8TY",
    "AWS_SECRET_ACCESS_KEY": "awsGh4Jd8Ks2Lp6Wq9Zx3Cv7Bn",
    "HF_TOKEN": "hfTn5Rb8Vd2Xs6Ka9Qw3",
}
IN_FILE = "dotenvPm4Kd8Ws2Zq6Xc9Vb3"
# What's shorter gives nobody a key back.
PART = 12


def forms_of(key: str) -> set[bytes]:
    """Return every run of twelve signs of a key, as it is, in a URL, in hex, and within base64."""
    whole = [key, quote(key, safe=""), key.encode().hex(), json.dumps(key)[1:-1], key.replace("/", "\\/")]
    for before in range(3):
        coded = base64.b64encode(b"\0" * before + key.encode()).decode()
        whole += [coded[4:-4], coded[4:-4].replace("+", "-").replace("/", "_")]
    return {each[at : at + PART].encode() for each in whole for at in range(len(each) - PART + 1)}


def insides(path: Path) -> Iterator[bytes]:
    """Yield a file as it is, and all that's packed in it."""
    data = path.read_bytes()
    yield data
    if data[:2] == b"\x1f\x8b":
        yield gzip.decompress(data)
    if data[:6] == b"SQLite":
        with sqlite3.connect(path) as database:
            for (table,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
                for row in database.execute(f"SELECT * FROM {table}"):  # noqa: S608 - its own name
                    yield from (inflated(each) for each in row if isinstance(each, bytes))
        database.close()
    if path.suffix == ".parquet":
        from pyarrow import parquet

        yield str(parquet.read_table(io.BytesIO(data)).to_pylist()).encode()


def inflated(blob: bytes) -> bytes:
    for start_at in (0, 1):
        try:
            return zlib.decompress(blob[start_at:])
        except zlib.error:
            continue
    return blob


def echoing(question: str, nth: int, _body: Mapping[str, object]) -> Say:
    """Repeat the key in everything a client may write down."""
    number = int(question.rsplit(maxsplit=1)[-1])
    half = len(KEY) // 2
    bearer = f"Bearer {KEY}"
    told = [
        {"error": f"Incorrect API key provided: {KEY}"},
        {"error": {"begins": KEY[:half], "ends": KEY[half:]}},
        {"error": base64.b64encode(bearer.encode()).decode()},
        {"error": base64.b64encode(f"x:{KEY}".encode()).decode()},
        {"error": quote(bearer, safe="")},
        {"error": KEY.encode().hex()},
        {"error": f"{'x' * 280} {KEY}"},
        {"error": " ".join([KEY] * 40)},
        {"choices": [], "for": bearer},
        {"choices": [{"message": KEY}]},
        {"choices": [{"finish_reason": "error", "message": {"content": KEY}}]},
    ]
    echo = {"X-Echo": bearer, "Retry-After": KEY, "Set-Cookie": f"key={KEY}"}
    if nth > 1:
        return Say(headers=echo)
    if number % 3 == 0:
        return Say(status=(400, 500, 422)[number % 9 // 3], body=json.dumps(told[number % len(told)]).encode(), headers=echo)
    if number % 3 == 1:
        return Say(status=200, body=json.dumps(told[number % len(told)]).encode(), headers=echo)
    if number % 2:
        return Say(body=f"<html>{bearer}".encode(), headers=echo)
    text = f"yes {KEY} {base64.b64encode(bearer.encode()).decode()}"
    whole = completion_of({"model": KEY}, text=text, input_tokens=1, output_tokens=1)
    return Say(body=whole.replace(b'"stop"', json.dumps(KEY).encode()), headers=echo)


@pytest.mark.parametrize("everything", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_no_key_stands_in_any_file_a_run_leaves(everything: bool, tmp_path: Path) -> None:
    environment = {**OTHERS, "OUR_KEY": KEY}
    (tmp_path / ".env").write_text(f"ANTHROPIC_API_KEY={IN_FILE}\n")
    wanted = set[bytes]().union(*(forms_of(key) for key in (KEY, IN_FILE, *OTHERS.values())))
    said: list[str] = []

    def bench(*arguments: str) -> int:
        process = start(tmp_path, "--debug", *arguments, environment=environment)
        said.extend(process.communicate(timeout=120))
        return int(process.returncode)

    with FaultyServer(echoing) as server:
        write_suite(tmp_path, server.url, 66, limits={"attempts": 1}, api_key_env="OUR_KEY", price=FREE)
        killed = start(tmp_path, "run", "suite.yaml", "--stop", "none", environment=environment)
        server.wait_for(0)
        while len(server.log) < 30:
            os.sched_yield()
        killed.send_signal(signal.SIGKILL)
        said.extend(killed.communicate())
        left = {path.name for path in tmp_path.rglob("*")}
        assert {"rows.jsonl", "run.json", "responses.sqlite"} <= left
        assert all(each.headers["authorization"] == f"Bearer {KEY}" for each in server.log)
        found = look(tmp_path, wanted)
        assert bench("run", "suite.yaml", "--stop", "none", "--explain", "--brief") == 0
        if everything:
            assert bench("run", "suite.yaml", "--retry-errors", "--latency-probe", "3", "--json") == 0
    run = str(newest(tmp_path).relative_to(tmp_path))
    assert bench("cache", "export", "answers.gz") == 0
    if everything:
        assert bench("report", run, "--out", "again.html") == 0
        assert bench("show", run, "--example", "g5") == 0
        bench("doctor", "suite.yaml")
    (tmp_path / "said.txt").write_text("".join(said))
    found |= look(tmp_path, wanted)
    assert not found
    files = {path.name for path in tmp_path.rglob("*")}
    assert {"answers.gz", "report.html", "report.md", "decision.md", "verdict.json", "results.parquet", "asked.parquet"} <= files


def look(folder: Path, wanted: set[bytes]) -> dict[str, bytes]:
    """Return the files below a folder that hold one of these, each with what was found."""
    found = {}
    for path in folder.rglob("*"):
        if path.is_file() and path.name != ".env":
            for inside in insides(path):
                hit = next((inside[at : at + PART] for at in range(len(inside) - PART + 1) if inside[at : at + PART] in wanted), None)
                if hit is not None:
                    found[path.name] = hit
    return found


def test_the_search_finds_a_planted_key_in_every_form(tmp_path: Path) -> None:
    wanted = forms_of(KEY)
    plants = {
        "plain": KEY.encode(),
        "gz": gzip.compress(f"x{KEY}".encode()),
        "base64": base64.b64encode(f"Bearer {KEY}".encode()),
        "url": quote(KEY, safe="").encode(),
        "half": KEY[:16].encode(),
    }
    for name, data in plants.items():
        (tmp_path / name).write_bytes(data)
    with sqlite3.connect(tmp_path / "store") as database:
        database.execute("CREATE TABLE t (blob)")
        database.execute("INSERT INTO t VALUES (?)", (b"z" + zlib.compress(KEY.encode()),))
    database.close()
    assert set(look(tmp_path, wanted)) == {*plants, "store"}
