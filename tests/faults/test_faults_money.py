"""No run spends more than it may, by the server's own books, and what's left unasked is said and asked later."""

import json
import os
import pty
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from faulty_server import Exchange, FaultyServer, Say
from suites_here import bench, facts_of, newest, rows_of, start, write_suite

from benchharness.errors import UsageError
from benchharness.pipeline.run import Options, Result, run
from benchharness.records.comparison import Stopping
from benchharness.runner import retrying

PRICE = {"input_usd_per_million": 1000.0, "output_usd_per_million": 5000.0}
MOST = 16


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(retrying, "FIRST_WAIT_S", 0.01)
    monkeypatch.chdir(tmp_path)


def dearest(body: Mapping[str, Any]) -> tuple[int, int]:
    """Charge a token for each byte, and every token the answer may have."""
    return sum(len(each["content"].encode()) for each in body["messages"]), int(body["max_tokens"])


def charged(log: list[Exchange], price: Mapping[str, float] = PRICE) -> float:
    """Return the dollars a server takes that counts all it answered, heard or not, and all it was still working at."""
    worked = [dearest(each.body) for each in log if each.status in (0, 200)]
    return sum(into * price["input_usd_per_million"] + out * price["output_usd_per_million"] for into, out in worked) / 1e6


def asked(folder: Path, **budgets: float) -> Result:
    return run(Options(suite=folder / "suite.yaml", out=folder / "reports", stop=Stopping.NONE, budgets=budgets))


def check(result: Result, questions: int) -> Counter[str]:
    """Hold a run that was cut short against what it promises; return how its rows ended."""
    rows = rows_of(result.folder.path)
    assert len(rows) == questions
    for row in rows:
        assert (row["score"] is None) == (row["status"] == "error")
    ended = Counter("answered" if row["status"] == "answered" else row["error"].split(":")[0].split()[0] for row in rows)
    assert (result.cut_short is not None) == bool(ended["budget"])
    assert result.cut_short is None or result.cut_short.exit_code == 21
    assert {"verdict.json", "report.html", "report.md", "run.json"} <= {each.name for each in result.folder.path.iterdir()}
    return ended


@pytest.mark.parametrize("seed", [0, 1, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(2, 60))])
def test_the_servers_books_never_pass_the_budget(seed: int, tmp_path: Path) -> None:
    dice = random.Random(seed)
    price = {"input_usd_per_million": dice.choice([0.0, 1.0, 3000.0]), "output_usd_per_million": dice.choice([0.5, 60.0, 9000.0])}
    questions = dice.randint(20, 80)
    one = (13 * price["input_usd_per_million"] + MOST * price["output_usd_per_million"]) / 1e6
    budget = one * questions * dice.choice([0.02, 0.3, 0.7, 1.5, 4.0])

    def script(_question: str, _nth: int, _body: Mapping[str, Any]) -> Say:
        cut = dice.choice(["", "", "", "", "reset", "close", "reset-first", "silent"])
        return Say(cut=cut) if cut else Say(status=dice.choice([200] * 6 + [429, 500, 504]), delay_s=dice.random() * 0.02)

    with FaultyServer(script, charge=dearest) as server:
        limits = {"max_concurrent": dice.choice([1, 4, 32]), "timeout_s": 0.3, "attempts": 3}
        write_suite(tmp_path, server.url, questions, limits=limits, price=price)
        found = check(asked(tmp_path, **{"": budget}), questions)
        assert charged(server.log, price) <= budget + 1e-9
        assert sum(found.values()) == questions


def test_a_larger_budget_asks_only_the_rest(tmp_path: Path) -> None:
    with FaultyServer(charge=dearest) as server:
        write_suite(tmp_path, server.url, 60, price=PRICE)
        whole = charged([Exchange(question="", body=_body(at), headers={}, began=0, status=200) for at in range(60)])
        first = asked(tmp_path, **{"": whole / 2})
        found = check(first, 60)
        assert found["budget"] > 0
        assert found["answered"] == len(server.log)
        spent = facts_of(first.folder.path)["spent_usd"]
        assert spent == pytest.approx(charged(server.log))
        assert check(asked(tmp_path, **{"": whole * 10}), 60) == {"answered": 60}
        assert max(server.asked().values()) == 1


def _body(at: int) -> dict[str, Any]:
    return {"messages": [{"content": f"question {at}"}], "max_tokens": MOST}


def two_candidates(folder: Path, url: str, questions: int, *, limits: Mapping[str, Any] | None = None, own: float | None = None) -> None:
    path = write_suite(folder, url, questions, price=PRICE, limits=limits)
    suite = json.loads(path.read_text())
    suite["candidates"].append({**suite["candidates"][0], "name": "theirs", "model": "n"})
    if own is not None:
        suite["candidates"][0]["budget_usd"] = own
    path.write_text(json.dumps(suite))


@pytest.mark.parametrize("given", ["suite", "command"])
def test_a_candidates_own_budget_leaves_the_others_alone(given: str, tmp_path: Path) -> None:
    with FaultyServer(charge=dearest) as server:
        two_candidates(tmp_path, server.url, 50, own=1.0 if given == "suite" else None)
        result = asked(tmp_path, **({} if given == "suite" else {"ours": 1.0}))
        rows = rows_of(result.folder.path)
        ours = [each for each in server.log if each.body["model"] == "m"]
        assert 0.5 < charged(ours) <= 1.0
        assert all(row["status"] == "answered" for row in rows if row["candidate"] == "theirs")
        assert {row["error"] for row in rows if row["status"] == "error"} == {"budget: not asked: its budget of $1 is spent"}
        assert result.cut_short is not None


def test_a_budget_in_the_suite_and_an_unknown_price(tmp_path: Path) -> None:
    with FaultyServer(charge=dearest) as server:
        two_candidates(tmp_path, server.url, 50, limits={"budget_usd": 2.0})
        check(asked(tmp_path), 100)
        assert 1.0 < charged(server.log) <= 2.0
        before = len(server.log)
        write_suite(tmp_path, server.url, 50)
        with pytest.raises(UsageError, match="its price isn't known"):
            asked(tmp_path, **{"": 1.0})
        assert len(server.log) == before


@pytest.mark.slow
def test_the_command_exits_21_and_tells_what_was_left_out(tmp_path: Path) -> None:
    with FaultyServer(charge=dearest) as server:
        write_suite(tmp_path, server.url, 50, price=PRICE)
        code, out, err = bench(tmp_path, "run", "suite.yaml", "--budget", "1.5", "--yes")
        assert code == 21, err
        assert "VERDICT" in out
        assert "not asked" in err
        assert charged(server.log) <= 1.5


def test_a_latency_probe_is_paid_from_the_same_purse(tmp_path: Path) -> None:
    with FaultyServer(charge=dearest) as server:
        write_suite(tmp_path, server.url, 50, price=PRICE)
        options = Options(suite=tmp_path / "suite.yaml", out=tmp_path / "reports", latency_probe=8, budgets={"": 1.5})
        result = run(options)
        assert 1.0 < charged(server.log) <= 1.5
        assert facts_of(result.folder.path)["spent_usd"] <= 1.5
        assert result.cut_short is not None


@pytest.mark.slow
def test_before_more_than_the_suite_allows_a_terminal_is_asked(tmp_path: Path) -> None:
    with FaultyServer(charge=dearest) as server:
        write_suite(tmp_path, server.url, 50, price=PRICE, limits={"confirm_above_usd": 0.1})
        for answer, code, most in (("n", 130, 0), ("y", 0, 50)):
            mine, theirs = pty.openpty()
            os.write(mine, f"{answer}\n".encode())
            done = subprocess.run(
                [sys.executable, "-m", "benchharness", "run", "suite.yaml", "--stop", "none"],
                cwd=tmp_path, stdin=theirs, capture_output=True, text=True, check=False, timeout=60,
            )  # fmt: skip
            os.close(mine)
            os.close(theirs)
            assert (done.returncode, len(server.log)) == (code, most), done.stderr
            assert "may cost up to" in done.stderr


def test_a_time_limit_ends_the_asking_even_while_another_run_holds_the_questions(tmp_path: Path) -> None:
    with FaultyServer(lambda *_: Say(cut="silent")) as server:
        write_suite(tmp_path, server.url, 8, limits={"timeout_s": 60})
        other = start(tmp_path, "run", "suite.yaml", "--out", "other")
        until = time.monotonic() + 30
        while len(server.log) < 8:
            assert time.monotonic() < until
            time.sleep(0.01)
        write_suite(tmp_path, server.url, 20, limits={"timeout_s": 0.5, "run_timeout_s": 1.0, "attempts": 2})
        began = time.monotonic()
        result = asked(tmp_path)
        assert time.monotonic() - began < 6
        other.kill()
        other.communicate()
    ended = Counter(row["error"].split(":")[0] for row in rows_of(result.folder.path))
    assert sum(ended.values()) == 20
    assert ended["time-limit"] >= 8
    assert result.cut_short is not None
    assert newest(tmp_path) == result.folder.path
