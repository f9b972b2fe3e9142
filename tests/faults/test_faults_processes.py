"""The real command killed at random moments, stopped by signals, and run beside itself: nothing is lost, nothing is paid twice."""

import json
import random
import signal
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from faulty_server import FaultyServer, Say
from suites_here import bench, facts_of, newest, record_of, rows_of, start, write_suite

AT_ONCE = 16


def run_to_the_end(folder: Path, server: FaultyServer, examples: int, *options: str) -> None:
    code, _, err = bench(folder, "run", "suite.yaml", "--stop", "none", *options)
    assert code == 0, err
    rows = rows_of(newest(folder))
    assert len(rows) == examples
    assert all(row["matched"] for row in rows)
    assert set(server.good()) == {f"question {at}" for at in range(examples)}


@pytest.mark.parametrize(("kills", "examples"), [(3, 300), pytest.param(20, 2000, marks=pytest.mark.slow)])
def test_killed_at_random_moments_it_asks_again_only_what_was_in_flight(kills: int, examples: int, tmp_path: Path) -> None:
    dice = random.Random(f"{kills} {examples}")
    share, died = examples / (kills + 2), list[float]()
    with FaultyServer(lambda *_: Say(delay_s=0.02 + dice.random() * 0.03)) as server:
        write_suite(tmp_path, server.url, examples, limits={"max_concurrent": AT_ONCE})
        for at in range(kills):
            resumed = ["--resume"] if at and dice.random() < 0.5 else []
            process = start(tmp_path, "run", "suite.yaml", "--stop", "none", *resumed)
            server.wait_for(len(server.good()) + int(share * dice.random()))
            time.sleep(dice.random() * 0.1)
            process.kill()
            died.append(time.monotonic())
            out, err = process.communicate()
            assert not out, "it ended before it was killed"
            assert "rror" not in err
        run_to_the_end(tmp_path, server, examples, "--resume")
        twice = [question for question, count in server.good().items() if count > 1]
        assert len(twice) <= kills * AT_ONCE
        for question in twice:
            *thrown_away, _kept = (each.ended for each in server.log if each.question == question and each.good)
            # On their way, or not yet on disk: answered at most a moment before a kill.
            assert all(any(-0.05 < moment - answered < 0.5 for moment in died) for answered in thrown_away)
    assert not list((tmp_path / ".bench").glob("run-*.lock")), "a dead run's lock is taken away by the next"


def side_by_side(folder: Path, count: int) -> list[Any]:
    return [start(folder, "run", "suite.yaml", "--stop", "none", "--out", f"out{at}", "--json") for at in range(count)]


@pytest.mark.parametrize("count", [2, pytest.param(3, marks=pytest.mark.slow)])
def test_runs_side_by_side_share_the_questions_and_agree(count: int, tmp_path: Path) -> None:
    with FaultyServer(lambda *_: Say(delay_s=0.05)) as server:
        write_suite(tmp_path, server.url, 300, limits={"max_concurrent": AT_ONCE})
        processes = side_by_side(tmp_path, count)
        told = []
        for each in processes:
            out, err = each.communicate(timeout=120)
            assert each.returncode == 0, err
            assert "locked" not in err
            told.append(json.loads(out))
    assert server.asked() == Counter(f"question {at}" for at in range(300))
    assert all(each["verdict"] == told[0]["verdict"] and each["findings"][0] == told[0]["findings"][0] for each in told)
    runs = [next((tmp_path / f"out{at}").glob("*/*")) for at in range(count)]
    marks = [sorted((row["example_id"], row["output"], row["matched"]) for row in rows_of(run)) for run in runs]
    assert all(each == marks[0] for each in marks)
    assert sum(lane["tries"] for run in runs for lane in facts_of(run)["lanes"]) == 300


def test_what_a_killed_run_had_claimed_is_asked_by_the_other(tmp_path: Path) -> None:
    with FaultyServer(lambda *_: Say(delay_s=0.1)) as server:
        write_suite(tmp_path, server.url, 300, limits={"max_concurrent": AT_ONCE})
        doomed, other = side_by_side(tmp_path, 2)
        server.wait_for(100)
        doomed.kill()
        doomed.communicate()
        _, err = other.communicate(timeout=120)
        assert other.returncode == 0, err
    assert set(server.good()) == {f"question {at}" for at in range(300)}
    assert sum(server.good().values()) <= 300 + AT_ONCE
    assert len(rows_of(next((tmp_path / "out1").glob("*/*")))) == 300


def stop(folder: Path, server: FaultyServer, number: signal.Signals, *options: str, answers: int, times: int = 1) -> tuple[float, str, int]:
    process = start(folder, "run", "suite.yaml", "--stop", "none", *options)
    server.wait_for(answers)
    time.sleep(0.1)
    began = time.monotonic()
    for _ in range(times):
        process.send_signal(number)
        time.sleep(0.1)
    out, err = process.communicate(timeout=60)
    assert not out
    assert "Traceback" not in err
    return time.monotonic() - began, err, process.returncode


@pytest.mark.parametrize(("number", "code"), [pytest.param(signal.SIGINT, 130, marks=pytest.mark.slow), (signal.SIGTERM, 143)])
def test_a_signal_within_a_pause_ends_it_and_resume_goes_on_in_the_same_place(number: signal.Signals, code: int, tmp_path: Path) -> None:
    def script(question: str, nth: int, _body: object) -> Say:
        return Say(status=429, headers={"Retry-After": "60"}) if question == "question 7" and nth == 1 else Say(delay_s=0.01)

    with FaultyServer(script) as server:
        write_suite(tmp_path, server.url, 60)
        process = start(tmp_path, "run", "suite.yaml", "--stop", "none")
        until = time.monotonic() + 60
        while not server.asked()["question 7"]:
            assert time.monotonic() < until
            time.sleep(0.01)
        time.sleep(0.3)
        began = time.monotonic()
        process.send_signal(number)
        _, err = process.communicate(timeout=60)
        assert (process.returncode, "nothing is lost" in err) == (code, True), err
        assert time.monotonic() - began < 5
        stopped = newest(tmp_path)
        assert record_of(stopped)["complete"] is False
        run_to_the_end(tmp_path, server, 60, "--resume")
        assert newest(tmp_path) == stopped
        assert record_of(stopped)["complete"] is True
        assert max(server.good().values()) == 1


def test_a_second_signal_ends_at_once_though_the_server_is_silent(tmp_path: Path) -> None:
    with FaultyServer(lambda question, *_: Say(cut="silent") if question.endswith("5") else Say()) as server:
        write_suite(tmp_path, server.url, 60, limits={"timeout_s": 60})
        took, err, code = stop(tmp_path, server, signal.SIGINT, answers=10, times=2)
        assert (code, took < 5) == (130, True), err
        assert "nothing is lost" in err


@pytest.mark.parametrize(("number", "code"), [pytest.param(signal.SIGINT, 130, marks=pytest.mark.slow), (signal.SIGTERM, 143)])
def test_a_signal_within_a_latency_probe_ends_it(number: signal.Signals, code: int, tmp_path: Path) -> None:
    with FaultyServer(lambda *_: Say(delay_s=0.2)) as server:
        write_suite(tmp_path, server.url, 60)
        took, err, found = stop(tmp_path, server, number, "--latency-probe", "50", answers=2)
        assert (found, took < 3) == (code, True), err
        assert "nothing is lost" in err
        assert server.most_in_flight == 1


@pytest.mark.slow
def test_resume_is_refused_while_the_run_goes_on_and_after_the_suite_changed(tmp_path: Path) -> None:
    with FaultyServer(lambda *_: Say(delay_s=0.1)) as server:
        suite = write_suite(tmp_path, server.url, 200, limits={"max_concurrent": 4})
        process = start(tmp_path, "run", "suite.yaml", "--stop", "none")
        server.wait_for(5)
        code, _, err = bench(tmp_path, "run", "suite.yaml", "--resume")
        assert (code, "still going on" in err) == (2, True), err
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)
        asked = len(server.log)
        text = suite.read_text()
        suite.write_text(text.replace("0.7", "0.8"))
        code, _, err = bench(tmp_path, "run", "suite.yaml", "--resume")
        assert (code, "has changed" in err) == (2, True), err
        assert len(server.log) == asked


@pytest.mark.slow
def test_retry_errors_asks_only_the_errors_and_no_other_suite(tmp_path: Path) -> None:
    bad = {f"question {at}" for at in range(0, 40, 8)}
    with FaultyServer(lambda question, nth, _: Say(status=400) if question in bad and nth == 1 else Say()) as server:
        suite = write_suite(tmp_path, server.url, 40)
        code, _, err = bench(tmp_path, "run", "suite.yaml", "--stop", "none")
        assert code == 0, err
        first = newest(tmp_path)
        assert sum(row["status"] == "error" for row in rows_of(first)) == len(bad)
        run_to_the_end(tmp_path, server, 40, "--retry-errors")
        assert server.asked() == Counter({f"question {at}": 2 if f"question {at}" in bad else 1 for at in range(40)})
        assert newest(tmp_path) != first
        suite.write_text(suite.read_text().replace("0.7", "0.8"))
        code, _, err = bench(tmp_path, "run", "suite.yaml", "--retry-errors")
        assert (code, "has changed" in err) == (2, True), err
