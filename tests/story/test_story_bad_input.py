"""Wrong input, on purpose: one clear message, exit 2, no traceback, nothing half-written."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

GOOD = """\
name: small
golden_set: {path: golden.jsonl}
training_pool: {path: pool.jsonl}
prompts:
  zero: {user: "{{ input }}"}
candidates:
  - {name: pretend, model: rehearsal/perfect, prompts: [zero]}
scorers: [{type: label}]
decision: {accuracy_target: 0.9, gap_rule: 44 of 50}
"""
ROWS = [{"id": f"g{at}", "input": f"question {at}", "target": "yes" if at % 2 else "no"} for at in range(10)]
POOL = [{"id": f"p{at}", "input": f"solved {at}", "target": "yes" if at % 2 else "no"} for at in range(10)]


def lines(rows: Sequence[Mapping[str, object]]) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


def write(folder: Path, suite: str | bytes = GOOD, golden: str | bytes | None = None) -> Path:
    path = folder / "suite.yaml"
    path.write_bytes(suite.encode() if isinstance(suite, str) else suite)
    rows = lines(ROWS) if golden is None else golden
    (folder / "golden.jsonl").write_bytes(rows.encode() if isinstance(rows, str) else rows)
    (folder / "pool.jsonl").write_text(lines(POOL))
    return path


def bench(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **variables}
    return subprocess.run(
        [sys.executable, "-m", "benchharness", *arguments],
        check=False,
        cwd=folder,
        capture_output=True,
        text=True,
        env=environment,
        timeout=120,
    )


def refuses(folder: Path, done: subprocess.CompletedProcess[str], code: int, *words: str) -> None:
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr + done.stdout
    assert not done.stdout
    for word in words:
        assert word in done.stderr, done.stderr
    assert not (folder / "reports").exists(), "a run directory was left behind"


SUITES: dict[str, tuple[str | bytes, list[str]]] = {
    "a list for a suite": ("- name: a\n", ["suite.yaml:1:1", "expected a mapping", "a list"]),
    "an empty file": ("", ["suite.yaml", "the file is empty", "bench init"]),
    "a tab for indentation": ("name: a\ndecision:\n\taccuracy_target: 1\n", ["suite.yaml:3:1", "spaces"]),
    "a duplicate key": (GOOD + "name: again\n", ["suite.yaml:10:1", "'name' stands twice", "line 1"]),
    "an unknown key": (GOOD + "golden: x\n", ["suite.yaml:10:1", "unknown key 'golden'", "golden_set"]),
    "an unknown prompt": (GOOD.replace("[zero]", "[zeroo]"), ["suite.yaml:7", "unknown prompt 'zeroo'", "did you mean 'zero'"]),
    "an unknown scorer": (
        GOOD.replace("type: label", "type: lable"),
        ["suite.yaml:8:18", "unknown scorer 'lable'", "did you mean 'label'"],
    ),
    "60 of 50": (GOOD.replace("44 of 50", "60 of 50"), ["decision.gap_rule", "60 of 50 can't be"]),
    "a target of 1.9": (GOOD.replace("0.9,", "1.9,"), ["decision.accuracy_target", "at most 1", "1.9"]),
    "a missing golden set": (GOOD.replace("golden.jsonl", "gone.jsonl"), ["gone.jsonl", "no such golden set file"]),
    "a folder as golden set": (GOOD.replace("golden.jsonl", "."), ["folder"]),
    "not UTF-8": (GOOD.encode() + b"# \xff\n", ["not UTF-8"]),
    "a template that reaches for __class__": (
        GOOD.replace("{{ input }}", "{{ input.__class__.__mro__ }}"),
        ["prompts.zero.user", "__class__"],
    ),
    "a template variable the data lacks": (GOOD.replace("{{ input }}", "{{ inptu }}"), ["'inptu'", "did you mean 'input'"]),
    "a broken template": (GOOD.replace("{{ input }}", "{{ input "), ["prompts.zero.user"]),
    "more shots than the pool has": (GOOD.replace('input }}"}', 'input }}", shots: 11}'), ["11 shots", "10 examples"]),
    "an adapter that isn't there": (
        GOOD.replace("model: rehearsal/perfect", "model: embedded/smollm2-135m, adapter: gone.gguf"),
        ["gone.gguf", "adapter"],
    ),
    "an unknown embedded model": (GOOD.replace("rehearsal/perfect", "embedded/huge"), ["embedded/huge", "smollm2-135m"]),
    "an unknown hosted provider": (GOOD.replace("rehearsal/perfect", "opnai/gpt"), ["opnai/gpt", "openai"]),
    "a key in the file": (
        GOOD.replace("model: rehearsal/perfect", "model: openai/x, api_key_env: sk-abcdefgh1jklmn0pqrstuvwx"),
        ["looks like an API key"],
    ),
}


@pytest.mark.parametrize("case", SUITES)
def test_a_wrong_suite_gets_its_place_and_a_way_out(case: str, tmp_path: Path) -> None:
    suite, words = SUITES[case]
    write(tmp_path, suite)
    done = bench(tmp_path, "run", "suite.yaml")
    refuses(tmp_path, done, 2, "error:", *words)
    assert "sk-abcdefgh" not in done.stderr


DATA: dict[str, tuple[str | bytes, list[str]]] = {
    "an empty golden set": ("", ["golden.jsonl", "holds no examples"]),
    "a duplicate id": (lines([*ROWS, ROWS[3]]), ["golden.jsonl:11", "the same id as line 4"]),
    "broken JSON": (lines(ROWS) + '{"id": "x", "input": \n', ["golden.jsonl:11:", "not JSON"]),
    "a missing column": (lines([{"id": "a", "txt": "b", "target": "no"}]), ["no column for the input", "txt"]),
    "bytes that are not UTF-8": (b'{"id": "a", "input": "\xff", "target": "no"}\n', ["golden.jsonl:1", "not UTF-8"]),
    "an empty input": (lines([{"id": "a", "input": "", "target": "no"}]), ["golden.jsonl:1", "input is empty"]),
    "a golden example in the pool": (lines([*ROWS, {"id": "leak", "input": "SOLVED  3!", "target": "no"}]), ["1 golden example", "leak"]),
}


@pytest.mark.parametrize("case", DATA)
def test_wrong_data_gets_its_file_and_line(case: str, tmp_path: Path) -> None:
    golden, words = DATA[case]
    write(tmp_path, golden=golden)
    refuses(tmp_path, bench(tmp_path, "run", "suite.yaml"), 2, *words)
    refuses(tmp_path, bench(tmp_path, "check", "suite.yaml"), 2, *words)


def test_every_mistake_of_a_file_is_told_at_once(tmp_path: Path) -> None:
    write(tmp_path, GOOD.replace("0.9,", "1.9,").replace("44 of 50", "60 of 50").replace("[zero]", "[zeroo]") + "nmae: x\n")
    done = bench(tmp_path, "check", "suite.yaml")
    assert done.returncode == 2
    assert done.stderr.count("error:") == 4
    assert "4 mistakes" in done.stderr


def test_a_missing_suite_and_a_folder_are_named(tmp_path: Path) -> None:
    refuses(tmp_path, bench(tmp_path, "run", "gone.yaml"), 2, "gone.yaml", "no such file")
    refuses(tmp_path, bench(tmp_path, "run", "."), 2, "folder")


def test_an_adapter_that_is_none_is_refused_before_anything_is_asked(tmp_path: Path) -> None:
    write(tmp_path, GOOD.replace("model: rehearsal/perfect", "model: embedded/smollm2-135m, adapter: notes.gguf"))
    (tmp_path / "notes.gguf").write_text("this is no adapter")
    refuses(tmp_path, bench(tmp_path, "run", "suite.yaml"), 2, "notes.gguf", "not a GGUF file")


def test_a_refused_port_could_not_be_measured_and_is_never_scored(tmp_path: Path) -> None:
    suite = GOOD.replace("model: rehearsal/perfect", 'model: m, endpoint: "http://127.0.0.1:9/v1"') + "limits: {attempts: 1}\n"
    write(tmp_path, suite)
    done = bench(tmp_path, "run", "suite.yaml", "--json")
    assert done.returncode == 20, done.stderr
    assert "Traceback" not in done.stderr
    assert "unreachable" in done.stderr
    told = json.loads(done.stdout)
    assert told["verdict"] == "more-evidence"
    assert told["coverage"]["measured"] == 0
    assert told["candidates"][0]["rate"] is None


def test_a_wrong_option_is_told_with_the_usage(tmp_path: Path) -> None:
    write(tmp_path)
    refuses(tmp_path, bench(tmp_path, "run", "suite.yaml", "--limit", "none"), 2, "limit")
    refuses(tmp_path, bench(tmp_path, "run", "suite.yaml", "--only", "nobody"), 2, "nobody", "pretend")
    refuses(tmp_path, bench(tmp_path, "rnu"), 2, "rnu")


def test_a_candidate_without_its_key_is_skipped_with_one_line_and_named_in_the_verdict(tmp_path: Path) -> None:
    both = GOOD.replace("scorers:", "  - {name: hosted, model: openai/gpt-6-luna, prompts: [zero]}\nscorers:")
    write(tmp_path, both)
    done = bench(tmp_path, "run", "suite.yaml", "--json")
    assert done.returncode == 0, done.stderr
    assert "skipped hosted: OPENAI_API_KEY is not set" in done.stderr
    assert any("OPENAI_API_KEY" in each for each in json.loads(done.stdout)["not_tested"])
    strict = bench(tmp_path, "run", "suite.yaml", "--require-all")
    assert strict.returncode == 2
    assert "OPENAI_API_KEY" in strict.stderr
