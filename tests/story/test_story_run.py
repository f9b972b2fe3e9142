"""What a user does with `bench`, start to end, with the real command."""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from pyarrow import parquet

from benchharness.pipeline.deciding.verdict import decide_table
from benchharness.records.json_form import dumps, from_json
from benchharness.records.run import RunRecord
from benchharness.results.reading import read_table


def start(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "benchharness", *arguments], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def bench(folder: Path, *arguments: str) -> tuple[int, str, str]:
    process = start(folder, *arguments)
    out, err = process.communicate(timeout=300)
    assert "Traceback" not in out + err, err
    return process.returncode, out, err


def run_folder(folder: Path) -> Path:
    return max((folder / "reports").glob("*/*"))


class Server:
    """A loopback chat-completions server that remembers every question it answered."""

    def __init__(self, delay_s: float) -> None:
        self.answered: list[str] = []
        owner = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                time.sleep(delay_s)
                question = body["messages"][-1]["content"]
                owner.answered.append(question)
                reply = {
                    "model": "loopback",
                    "choices": [{"message": {"role": "assistant", "content": "yes"}, "finish_reason": "stop"}],
                    "usage": {"prompt_tokens": 5, "completion_tokens": 1},
                }
                data = json.dumps(reply).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/v1"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server(delay_s=0.02)
    yield made
    made.close()


def endpoint_suite(folder: Path, url: str, examples: int) -> None:
    rows = [{"id": f"g{at}", "input": f"question {at}", "target": "yes" if at % 3 else "no"} for at in range(examples)]
    (folder / "golden.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (folder / "suite.yaml").write_text(
        f"""\
name: endpoint
golden_set: {{path: golden.jsonl}}
prompts: {{zero: {{user: "{{{{ input }}}}"}}}}
candidates: [{{name: ours, model: m, endpoint: "{url}", prompts: [zero], max_concurrent: 4}}]
scorers: [{{type: exact}}]
decision: {{accuracy_target: 0.7}}
"""
    )


def test_a_new_suite_runs_as_it_is_written(tmp_path: Path) -> None:
    assert bench(tmp_path, "init", "tickets")[0] == 0
    code, out, _ = bench(tmp_path, "check", "suites/tickets.yaml")
    assert code == 0
    assert "No mistakes." in out
    code, out, err = bench(tmp_path, "run", "suites/tickets.yaml", "--only", "tfidf")
    assert code == 0, err
    assert "VERDICT" in out
    folder = run_folder(tmp_path)
    assert {each.name for each in folder.iterdir()} == {
        "run.json",
        "results.parquet",
        "verdict.json",
        "report.md",
        "report.html",
        "asked.parquet",
        "decision.json",
        "decision.md",
    }
    code, _, err = bench(tmp_path, "init", "tickets")
    assert code == 2
    assert "there already" in err


def test_json_is_one_object_and_all_else_is_on_stderr(tmp_path: Path) -> None:
    bench(tmp_path, "init", "tickets")
    _, out, err = bench(tmp_path, "run", "suites/tickets.yaml", "--only", "tfidf", "--json")
    told = json.loads(out)
    assert told["verdict"] in {"improve-prompt", "more-evidence", "ship-classical"}
    assert told["candidates"][0]["candidate"] == "tfidf"
    assert told == {
        **told,
        **{key: json.loads((run_folder(tmp_path) / "verdict.json").read_text())[key] for key in ("headline", "findings")},
    }
    assert "done 12/12" in err


def test_a_dry_run_sends_nothing_and_knows_what_is_stored(tmp_path: Path, server: Server) -> None:
    endpoint_suite(tmp_path, server.url, 10)
    code, out, _ = bench(tmp_path, "run", "suite.yaml", "--dry-run")
    assert code == 0
    assert "10 to send" in out
    assert "Nothing was sent." in out
    assert not server.answered
    assert not (tmp_path / "reports").exists()
    bench(tmp_path, "run", "suite.yaml")
    assert "10 stored, 0 to send" in bench(tmp_path, "run", "suite.yaml", "--dry-run")[1]


def but_latency(verdict: dict[str, list[dict[str, str]]]) -> dict[str, object]:
    """Leave out what a stored answer can't tell: how long it took is no measurement of today."""
    findings = [each for each in verdict["findings"] if each["rule"] != "latency"]
    warnings = [each for each in verdict["warnings"] if "the latency of" not in str(each)]
    return {
        **verdict,
        "findings": findings,
        "warnings": warnings,
        "not_tested": [each for each in verdict["not_tested"] if not str(each).startswith("latency")],
    }


def test_the_same_command_again_asks_nobody_and_decides_the_same(tmp_path: Path, server: Server) -> None:
    endpoint_suite(tmp_path, server.url, 30)
    bench(tmp_path, "run", "suite.yaml")
    first = json.loads((run_folder(tmp_path) / "verdict.json").read_text())
    asked = len(server.answered)
    assert asked == 30
    time.sleep(1.1)
    bench(tmp_path, "run", "suite.yaml")
    assert len(server.answered) == asked
    second = run_folder(tmp_path)
    assert but_latency(json.loads((second / "verdict.json").read_text())) == but_latency(first)
    table = parquet.read_table(second / "results.parquet")
    assert all(table["cached"].to_pylist())
    assert json.loads((second / "run.json").read_text())["totals"][0]["p50_s"] is None


@pytest.mark.parametrize("after_s", [0.9, 1.3])
def test_a_killed_run_asks_nothing_again_that_was_answered(tmp_path: Path, server: Server, after_s: float) -> None:
    endpoint_suite(tmp_path, server.url, 200)
    process = start(tmp_path, "run", "suite.yaml")
    deadline = time.monotonic() + 20
    while len(server.answered) < 20 and time.monotonic() < deadline:
        time.sleep(0.01)
    time.sleep(after_s / 10)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    before = len(server.answered)
    assert 20 <= before < 200
    code, _, err = bench(tmp_path, "run", "suite.yaml")
    assert code == 0, err
    twice = [question for question, count in Counter(server.answered).items() if count > 1]
    assert len(twice) <= 4, "only what was in flight may be asked again"
    assert len(set(server.answered)) == 200


def test_ctrl_c_keeps_what_is_in_flight_and_says_how_to_go_on(tmp_path: Path, server: Server) -> None:
    endpoint_suite(tmp_path, server.url, 200)
    process = start(tmp_path, "run", "suite.yaml")
    deadline = time.monotonic() + 20
    while len(server.answered) < 20 and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 130, err
    assert "Traceback" not in err
    assert "nothing is lost" in err
    assert "the same command goes on" in err
    assert not out
    code, _, err = bench(tmp_path, "run", "suite.yaml")
    assert code == 0, err
    assert max(Counter(server.answered).values()) == 1, "an answer in flight was thrown away"


def test_the_verdict_is_recomputed_byte_for_byte_from_the_run_directory(tmp_path: Path) -> None:
    bench(tmp_path, "init", "tickets")
    bench(tmp_path, "run", "suites/tickets.yaml", "--only", "tfidf")
    folder = run_folder(tmp_path)
    elsewhere = tmp_path / "elsewhere"
    shutil.copytree(folder, elsewhere)
    record = from_json(RunRecord, json.loads((elsewhere / "run.json").read_text()))
    assert dumps(decide_table(elsewhere / "results.parquet", record).verdict) == (folder / "verdict.json").read_text()


def test_rows_have_the_columns_others_build_on(tmp_path: Path) -> None:
    bench(tmp_path, "init", "tickets")
    bench(tmp_path, "run", "suites/tickets.yaml", "--only", "tfidf")
    table = parquet.read_table(run_folder(tmp_path) / "results.parquet")
    expected = (
        "candidate prompt path provider model served_model example_id cluster repeat output parsed target status scores score matched",
        "error finish_reason input_tokens cached_tokens cache_write_tokens output_tokens reasoning_tokens cost_usd latency_s latency_kind",
        "attempts effective_params cached started_at",
    )
    assert table.column_names == " ".join(expected).split()
    assert len(read_table(run_folder(tmp_path) / "results.parquet")) == 12


def test_a_limited_run_says_that_it_was_limited(tmp_path: Path) -> None:
    bench(tmp_path, "init", "tickets")
    _, out, _ = bench(tmp_path, "run", "suites/tickets.yaml", "--only", "tfidf", "--limit", "5")
    assert "Only 5 of 12 golden examples were asked" in out


def test_a_narrow_or_ascii_terminal_gets_no_traceback_and_no_control_codes(tmp_path: Path) -> None:
    bench(tmp_path, "init", "tickets")
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "TERM": "dumb", "COLUMNS": "60", "NO_COLOR": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "benchharness", "run", "suites/tickets.yaml", "--only", "tfidf"],
        check=False, cwd=tmp_path, capture_output=True, env=environment, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert b"\x1b" not in done.stdout + done.stderr
    assert all(len(line) <= 80 for line in done.stdout.decode("ascii").splitlines())
