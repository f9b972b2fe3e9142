"""Whatever people and models wrote, no command prints or writes what steers a terminal, a build server's log or a spreadsheet."""

import csv
import io
import json
import os
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml
from loopback_server import LoopbackServer, Reply, completion

from benchharness.cli.main import COMMANDS, main

# A link, a colour by ESC and by C1, a turned direction, and a command of a build server on a line of its own, in each way it's written.
EVIL = (
    "\x1b]8;;http://evil.example\x07link\x1b]8;;\x07\x1b[2J\x9b31m\u202eturned\u2066"
    "\n::error::owned\r\n  ::set-output name=a::b\n##[error]owned\u2028::x::"
)
# Names must be printable; these are.
NAMED = "=cmd|' /C calc'!A1 ::error::owned ##[error]owned"
COMMANDING = "::error::owned ##[group]x"
NAMES = {"ids": "=cmd|' /C calc'!A0 ", "label": "@SUM(1) "}
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
COMMAND_OF_A_LOG = re.compile(r"^\s*::|##\[", re.MULTILINE)
# What holds data for programs: looked into by no terminal, and packed.
PACKED = (".parquet", ".gz", ".sqlite", ".sqlite-wal", ".sqlite-shm", ".arrow")


def evil(kind: str, number: int | str = "") -> str:
    return f"{NAMES.get(kind, '')}{kind}{number} {EVIL}"


Run = Callable[..., tuple[int, str]]


@pytest.fixture
def bench(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return what runs the whole command in this process, and looks at every byte it printed and wrote."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("", encoding="utf-8")
    given = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}

    def run(*arguments: str, commands: bool = False) -> tuple[int, str]:
        for path in tmp_path.rglob("*"):
            if path.is_file():
                given.setdefault(path, path.read_bytes())
        monkeypatch.setattr(sys, "argv", ["bench", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = (each.decode("utf-8") for each in capfdbinary.readouterr())
        for name, text in (("stdout", out), ("stderr", err)):
            look_at(text, f"{name} of bench {arguments[0]}", commands=commands)
        for path in tmp_path.rglob("*"):
            if path.is_file() and not path.name.endswith(PACKED) and given.get(path) != path.read_bytes():
                look_at(path.read_text(encoding="utf-8"), f"{path.relative_to(tmp_path)} of bench {arguments[0]}", commands=False)
        code = ended.value.code
        assert isinstance(code, int)
        assert code != 1, err
        return code, out + err

    return run


def look_at(text: str, whose: str, *, commands: bool) -> None:
    found = FORBIDDEN.search(text)
    assert found is None, f"{whose}: {text[max(0, found.start() - 60) : found.end() + 20]!r}"
    if not commands:
        line = COMMAND_OF_A_LOG.search(text)
        assert line is None, f"{whose}: {text[max(0, line.start() - 60) : line.end() + 20]!r}"


def world(folder: Path, url: str, **changed: object) -> Path:
    golden = [
        {"id": evil("ids", at), "input": f"q {at} {EVIL}", "target": evil("label", at % 3), "metadata": {"lang": evil("slice", at % 2)}}
        for at in range(60)
    ]
    pool = [{"id": f"p{at}", "input": f"pool {at} {EVIL}", "target": evil("label", at % 3)} for at in range(30)]
    (folder / "golden.jsonl").write_text("".join(json.dumps(each) + "\n" for each in golden), encoding="utf-8")
    (folder / "pool.jsonl").write_text("".join(json.dumps(each) + "\n" for each in pool), encoding="utf-8")
    suite = {
        "name": "evil",
        "description": EVIL,
        "golden_set": {"path": "golden.jsonl"},
        "training_pool": {"path": "pool.jsonl"},
        "prompts": {COMMANDING: {"user": "{{ input }}"}},
        "candidates": [
            {"name": NAMED, "model": evil("model"), "endpoint": url, "prompts": [COMMANDING]},
            {"name": "plain", "model": "rehearsal/x", "prompts": [COMMANDING], "rehearsal": {"accuracy": 0.7}},
            {"name": "broken", "model": "m", "endpoint": f"{url}/broken", "prompts": [COMMANDING]},
            {"name": COMMANDING, "path": "classical", "model": "sklearn/tfidf-logreg"},
        ],
        "scorers": [{"type": "exact", "primary": True}],
        "slices": ["lang"],
        "decision": {"accuracy_target": 0.9},
        **changed,
    }
    path = folder / "suite.yaml"
    path.write_text(yaml.safe_dump(suite, allow_unicode=False), encoding="utf-8")
    return path


@pytest.fixture
def server() -> Iterator[LoopbackServer]:
    def script(count: int, body: dict[str, object]) -> Reply:
        if body["model"] == "m":
            return Reply(status=400, body={"error": {"message": EVIL, "code": EVIL}})
        return Reply(body={**completion(f"label{count % 3} {EVIL}" if count % 2 else evil("label", count % 3)), "model": f"served {EVIL}"})

    with LoopbackServer(script) as found:
        yield found


def test_no_command_lets_hostile_data_through(tmp_path: Path, bench: Run, server: LoopbackServer) -> None:
    world(tmp_path, server.url)
    called = {"run", "check"}

    def call(*arguments: str, commands: bool = False) -> tuple[int, str]:
        called.add(arguments[0])
        return bench(*arguments, commands=commands)

    code, told = call("check", "suite.yaml")
    assert code == 0, told
    assert call("doctor", "suite.yaml")[0] in (0, 2)
    for options in (("--dry-run",), ("--dry-run", "--json")):
        assert call("run", "suite.yaml", *options)[0] == 0
    code, told = call("run", "suite.yaml", "--stop", "none", "--yes", "--brief", "--explain")
    assert code == 0, told
    assert call("run", "suite.yaml", "--stop", "none", "--yes", "--json")[0] == 0
    run, other = (str(each) for each in sorted((tmp_path / "reports/evil").iterdir())[:2])
    for kind in ("text", "markdown", "json", "html", "csv"):
        for named in ((run,), (run, other)):
            code, told = call("compare", *named, "--format", kind)
            assert code == 0, told
        if kind == "csv":
            rows = list(csv.reader(io.StringIO(told)))
            assert len(rows) > 1
            assert not [
                cell for row in rows for at, cell in enumerate(row) if at in (0, 3) and cell.lstrip().startswith(("=", "@", "+", "-"))
            ]
    call("compare", run, "--against", evil("nobody"))
    for name in ("text.csv", "page.html"):
        call("compare", run, "--format", name.split(".")[1], "--out", name)
    ways: tuple[tuple[str, ...], ...] = ((), ("--no-text",), ("--redact",), ("--split-assets", "--out", "split.html"))
    for way in ways:
        call("report", run, *way)
    for example in (evil("ids", 3), evil("nobody")):
        call("show", run, "--example", example)
        call("show", run, "--example", example, "--json")
        call("cache", "explain", run, example)
    for arguments in (
        ("score", run, "--show", "5"),
        ("score", run, "--show", "5", "--json"),
        ("decide", "suite.yaml", "--results", run),
        ("decide", "suite.yaml", "--results", run, "--json"),
        ("cost", "suite.yaml", "--results", run),
        ("power", "suite.yaml", "--results", run),
        ("power", "suite.yaml", "--results", run, "--json"),
        ("history", "suite.yaml"),
        ("review",),
        ("review", "--json"),
        ("cache", "stats"),
        ("cache", "stats", "--json"),
        ("cache", "export", "out.jsonl.gz"),
        ("cache", "merge", "out.jsonl.gz"),
        ("cache", "prune", "--model", evil("model")),
        ("explain", "gap"),
        ("explain", evil("rule")),
        ("judge", "suite.yaml", "--draw", "3"),
        ("schema",),
        ("completion", "bash"),
        ("init", evil("name").replace("/", "")),
        ("propose", evil("id"), "--from", run),
        ("propose", "FT-0001", "--from", run),
        ("gate", "--json"),
        ("gate", "--comment", "comment.md", "--summary", "summary.md", "--junit", "junit.xml", "--sarif", "gate.sarif"),
        ("gate", "--format", "markdown"),
        ("gate", f"{EVIL}.yaml"),
        (evil("command"),),
        ("run", "suite.yaml", f"--{EVIL}"),
        ("check", f"{EVIL}.yaml"),
    ):
        call(*arguments)
    code, told = call("gate", "--format", "github", commands=True)
    assert all(re.match(r"::(error|warning|notice) ", line) for line in told.splitlines() if line.lstrip().startswith("::"))
    assert set(COMMANDS) <= called


@pytest.mark.parametrize(
    "changed",
    [
        {EVIL: 1},
        {"golden_set": {"path": f"nowhere {EVIL}.jsonl"}},
        {"candidates": [{"name": "a", "model": f"nobody/{EVIL}", "prompts": [COMMANDING]}]},
        {"candidates": [{"name": EVIL, "prompts": [EVIL]}]},
        {"prompts": {EVIL: {"user": "{{ " + "missing" + " }}"}, evil("prompt"): {"user": "{% " + EVIL}}},
        {"scorers": [{"type": EVIL}]},
        {"scorers": [{"type": "regex", "pattern": f"({EVIL}"}]},
        {"scorers": [{"type": "label", "primary": True, "labels": [EVIL]}]},
        {"slices": [EVIL]},
        {"decision": {"accuracy_target": EVIL}},
        {"judges": [{"name": EVIL, "model": EVIL}]},
    ],
)
def test_no_message_about_a_suite_lets_hostile_text_through(changed: dict[str, object], tmp_path: Path, bench: Run) -> None:
    world(tmp_path, "http://127.0.0.1:9/v1", **changed)
    for arguments in (
        ("check", "suite.yaml"),
        ("run", "suite.yaml", "--dry-run"),
        ("power", "suite.yaml"),
        ("doctor", "suite.yaml", "--offline"),
    ):
        bench(*arguments)


@pytest.mark.parametrize(
    "line",
    [
        '{"input": "a", "target": EVIL, EVIL: 1}',
        "{EVIL",
        '{"id": EVIL, "input": 1}',
        '{"id": EVIL, "input": "a"}\n{"id": EVIL, "input": "a"}',
    ],
)
def test_no_message_about_data_lets_hostile_text_through(line: str, tmp_path: Path, bench: Run) -> None:
    world(tmp_path, "http://127.0.0.1:9/v1")
    (tmp_path / "golden.jsonl").write_text(line.replace("EVIL", json.dumps(EVIL)), encoding="utf-8")
    assert bench("check", "suite.yaml")[0] == 2
    (tmp_path / "rows.jsonl").write_text(line.replace("EVIL", json.dumps(EVIL)), encoding="utf-8")
    assert bench("decide", "suite.yaml", "--results", "rows.jsonl")[0] == 2


@pytest.mark.skipif(os.name == "nt", reason="names of files that Windows doesn't take")
def test_names_of_files_are_shown_and_not_obeyed(tmp_path: Path, bench: Run) -> None:
    name = EVIL.replace("/", "")
    folder = tmp_path / name[:80]
    folder.mkdir()
    world(folder, "http://127.0.0.1:9/v1")
    for arguments in (
        ("check", f"{folder.name}/suite.yaml"),
        ("power", f"{folder.name}/suite.yaml"),
        ("schema", "--out", f"{folder.name}/x"),
    ):
        code, told = bench(*arguments)
        assert code == 0, told
