"""What a user does with the stored answers: look, export, replay without a key, merge, prune."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from loopback_server import LoopbackServer, Reply, completion
from pyarrow import parquet
from story.commanding import bench

from benchharness.cli.main import main
from benchharness.runner.store_care import StoreCare

KEY = "k3y-never-to-be-seen-0123456789"
FAILING = "question 4"


Command = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Run `bench` in a folder, in this process: a new one takes half a second to start."""

    def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
        monkeypatch.chdir(folder)
        monkeypatch.setattr(sys, "argv", ["bench", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        return subprocess.CompletedProcess(arguments, int(str(ended.value.code or 0)), out, err)

    return run


def answers(_number: int, body: dict[str, Any]) -> Reply:
    question = body["messages"][-1]["content"]
    return Reply(status=400, body={"error": "no"}) if question == FAILING else Reply(body=completion("yes"))


@pytest.fixture
def server() -> Iterator[LoopbackServer]:
    with LoopbackServer(answers) as made:
        yield made


def write_suite(folder: Path, url: str, *, examples: int = 30, user: str = "{{ input }}") -> None:
    folder.mkdir(exist_ok=True)
    rows = [{"id": f"g{at}", "input": f"question {at}", "target": "yes" if at % 3 else "no"} for at in range(examples)]
    (folder / "golden.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (folder / "suite.yaml").write_text(
        f"""\
name: endpoint
golden_set: {{path: golden.jsonl}}
prompts: {{zero: {{user: "{user}"}}}}
candidates:
  - name: ours
    path: fine-tuned
    model: m
    endpoint: "{url}"
    api_key_env: OUR_KEY
    prompts: [zero]
    price: {{input_usd_per_million: 1, output_usd_per_million: 1}}
  - {{name: pretend, path: api, model: rehearsal/x, prompts: [zero], rehearsal: {{accuracy: 0.9, latency_s: 0.001}}}}
  - {{name: gpt, model: openai/gpt-6-luna, prompts: [zero]}}
scorers: [{{type: exact}}]
decision: {{accuracy_target: 0.7}}
"""
    )


def run_folders(folder: Path) -> list[Path]:
    # By the clock of the file system: two runs may begin within one second, and the name tells no more.
    return sorted((folder / "reports").glob("*/*"), key=lambda each: (each / "run.json").stat().st_mtime_ns)


def but_latency(path: Path) -> dict[str, Any]:
    verdict = json.loads(path.read_text())
    kept = {name: [each for each in verdict[name] if "latency" not in str(each)[:40]] for name in ("findings", "not_tested", "warnings")}
    return {**verdict, **kept}


def test_a_run_is_exported_and_replayed_on_a_machine_without_its_key(
    tmp_path: Path, server: LoopbackServer, monkeypatch: pytest.MonkeyPatch, command: Command
) -> None:
    home, fork = tmp_path / "home", tmp_path / "fork"
    write_suite(home, server.url)
    monkeypatch.setenv("OUR_KEY", KEY)
    for _ in range(2):
        assert command(home, "run", "suite.yaml").returncode == 0
    first, again = run_folders(home)
    monkeypatch.delenv("OUR_KEY")
    done = command(home, "cache", "export", "answers.jsonl.gz", "--run", str(again.relative_to(home)), "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)["exported"]
    assert (told["answers"], told["failed"], told["missing"]) == (59, 1, 0)
    assert all(KEY.encode() not in each.read_bytes() for each in (home / ".bench").iterdir())

    # The fork: no key, no store, and nobody to ask.
    asked = len(server.asked)
    write_suite(fork, server.url)
    (fork / "answers.jsonl.gz").write_bytes((home / "answers.jsonl.gz").read_bytes())
    done = bench(fork, "run", "suite.yaml", "--replay", "answers.jsonl.gz")
    assert done.returncode == 0, done.stderr
    assert "skipped gpt: OPENAI_API_KEY is not set" in done.stderr
    assert "skipped ours" not in done.stderr
    assert len(server.asked) == asked
    (replayed,) = run_folders(fork)
    assert (replayed / "verdict.json").read_bytes() == (again / "verdict.json").read_bytes()
    assert but_latency(replayed / "verdict.json") == but_latency(first / "verdict.json")
    rows = parquet.read_table(replayed / "results.parquet").to_pylist()
    answered = [row for row in rows if row["status"] != "error"]
    assert len(answered) == 59
    assert all(row["cached"] and row["latency_kind"] == "none" and row["latency_s"] is None for row in answered)
    assert "bad-request" in next(row["error"] for row in rows if row["status"] == "error")

    # A changed prompt has no answers: one message, no run left behind.
    write_suite(fork, server.url, user="Yes or no? {{ input }}")
    done = command(fork, "run", "suite.yaml", "--replay", "answers.jsonl.gz")
    assert done.returncode == 2
    assert "answers.jsonl.gz: 60 questions of this run have no answer in it" in done.stderr
    assert 'messages[0]: "question ' in done.stderr
    assert "and 57 more" in done.stderr
    assert run_folders(fork) == [replayed]
    done = command(fork, "run", "suite.yaml", "--replay", "answers.jsonl.gz", "--dry-run")
    assert "0 stored, 60 to send" in done.stdout


def test_what_is_stored_is_shown_explained_merged_and_pruned(
    tmp_path: Path, server: LoopbackServer, monkeypatch: pytest.MonkeyPatch, command: Command
) -> None:
    write_suite(tmp_path, server.url, examples=12)
    monkeypatch.setenv("OUR_KEY", KEY)
    assert command(tmp_path, "run", "suite.yaml", "--only", "pretend").returncode == 0
    run = str(run_folders(tmp_path)[0].relative_to(tmp_path))
    done = command(tmp_path, "cache", "stats")
    assert "12 answers" in done.stdout, done.stderr

    done = command(tmp_path, "cache", "explain", run, "g3", "--json")
    (answer,) = json.loads(done.stdout)["answers"]
    assert answer["request"]["wire"]["messages"] == [{"role": "user", "content": "question 3"}]
    assert answer["answer"]["output"]
    done = command(tmp_path, "cache", "explain", answer["key"][:12])
    assert answer["key"] in done.stdout
    assert '"output"' in done.stdout

    exported = command(tmp_path, "cache", "export", "all.jsonl.gz")
    assert "all.jsonl.gz: 12 answers" in exported.stdout
    done = command(tmp_path, "cache", "merge", "all.jsonl.gz", "--store", "other.sqlite")
    assert "12 answers, 12 new" in done.stdout
    done = command(tmp_path, "cache", "prune", "--older-than", "0", "--store", "other.sqlite")
    assert "12 of 12 answers would be removed" in done.stdout
    assert "Nothing was removed" in done.stdout
    done = command(tmp_path, "cache", "prune", "--unused", "--store", "other.sqlite", "--yes", "--json")
    assert json.loads(done.stdout)["pruned"]["answers"] == 0
    done = command(tmp_path, "cache", "prune", "--older-than", "0", "--store", "other.sqlite", "--yes")
    assert "12 of 12 answers removed" in done.stdout
    assert "0 answers" in command(tmp_path, "cache", "stats", "--store", "other.sqlite").stdout
    done = command(tmp_path, "cache", "explain", run, "g3", "--store", "other.sqlite")
    assert "pretend · zero, example g3" in done.stdout
    assert "not in the store: no request is stored to compare it with" in done.stdout

    # With the suite's own export the requests come along: what differs can be told.
    command(tmp_path, "cache", "export", "suite.jsonl.gz", "--suite", "suite.yaml")
    command(tmp_path, "cache", "merge", "suite.jsonl.gz", "--store", "other.sqlite")
    assert "rehearsal/x" in command(tmp_path, "cache", "stats", "--store", "other.sqlite").stdout
    (key,) = [each["key"] for each in json.loads(command(tmp_path, "cache", "explain", run, "g3", "--json").stdout)["answers"]]
    with StoreCare(tmp_path / "other.sqlite") as care:
        care.remove([key])
    done = command(tmp_path, "cache", "explain", run, "g3", "--store", "other.sqlite")
    assert 'messages[0]: "question' in done.stdout
    done = command(tmp_path, "cache", "explain", run, "nobody")
    assert "no example 'nobody' was asked" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["cache", "stats"], "there is no response store"),
        (["cache", "stats", "--store", "text"], "is no response store"),
        (["cache", "explain", "abcdef0123"], "there is no response store"),
        (["cache", "prune"], "say which answers may go"),
        (["cache", "merge", "text"], "neither an export"),
        (["run", "suite.yaml", "--replay", "text"], "neither an export"),
        (["run", "suite.yaml", "--replay", "missing.gz"], "can't be read"),
    ],
)
def test_a_mistake_is_one_message(tmp_path: Path, command: Command, arguments: list[str], told: str) -> None:
    write_suite(tmp_path, "http://127.0.0.1:9/v1")
    (tmp_path / "text").write_text("hello")
    done = command(tmp_path, *arguments)
    assert done.returncode == 2
    assert told in done.stderr
    assert done.stderr.count("error:") == 1


def test_two_runs_of_one_suite_share_one_store_at_the_same_time(
    tmp_path: Path, server: LoopbackServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_suite(tmp_path, server.url, examples=90)
    monkeypatch.setenv("OUR_KEY", KEY)
    runs = [
        subprocess.Popen(
            [sys.executable, "-m", "benchharness", "run", "suite.yaml", "--stop", "none", "--out", f"reports{at}"],
            cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for at in range(2)
    ]  # fmt: skip
    told = [each.communicate(timeout=60) for each in runs]
    assert [each.returncode for each in runs] == [0, 0], told
    assert not any("locked" in err for _, err in told)
    rows = [parquet.read_table(next(tmp_path.glob(f"reports{at}/*/*/results.parquet"))).num_rows for at in range(2)]
    assert rows == [180, 180]
