"""`bench score`: stored outputs scored again under an edited suite; nobody is asked, and the old run isn't touched."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from story.commanding import bench

from benchharness.interop.rows_reading import read_rows
from benchharness.pipeline.deciding import decide_table
from benchharness.pipeline.folder import RunFolder, read_record
from benchharness.records.json_form import dumps

SUITE = """\
name: adding
golden_set: {path: ../goldensets/golden.jsonl}
prompts: {plain: {user: "{{ input }}"}, said: {extends: plain, extract: {after: "is"}}}
candidates:
  - {name: good, model: rehearsal/a, prompts: [plain], rehearsal: {accuracy: 0.9}}
  - {name: wordy, model: recorded/recorded.jsonl, prompts: [plain, said]}
scorers:
  - {type: exact, name: strict, primary: true}
  - {type: latency, most_s: 5}
decision: {accuracy_target: 0.9}
"""
LENIENT = "  - {type: number, name: last-number, primary: true}\n  - {type: exact, name: strict}\n"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("score")
    (folder / "suites").mkdir()
    (folder / "goldensets").mkdir()
    golden = [{"id": f"q{at}", "input": f"{at} + 1?", "target": str(at + 1)} for at in range(40)]
    (folder / "goldensets/golden.jsonl").write_text("".join(json.dumps(each) + "\n" for each in golden))
    said = [
        {"candidate": "wordy", "prompt": prompt, "example_id": f"q{at}", "output": f"It is {at + 1}{'.00' if at % 2 else ''}"}
        for at in range(40)
        for prompt in ("plain", "said")
    ]
    (folder / "suites/recorded.jsonl").write_text("".join(json.dumps(each) + "\n" for each in said))
    (folder / "suites/suite.yaml").write_text(SUITE)
    (folder / "suites/lenient.yaml").write_text(SUITE.replace("  - {type: exact, name: strict, primary: true}\n", LENIENT))
    done = bench(folder, "run", "suites/suite.yaml", "--stop", "none")
    assert done.returncode == 0, done.stderr
    return folder


def the_run(folder: Path) -> Path:
    return sorted((folder / "reports/adding").iterdir())[0]


def scored(folder: Path, *arguments: str) -> Any:
    done = bench(folder, "score", str(the_run(folder)), "--json", *arguments)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def bytes_of(folder: Path) -> dict[str, str]:
    return {each.name: hashlib.sha256(each.read_bytes()).hexdigest() for each in sorted(folder.iterdir())}


def test_another_policy_scores_the_same_answers_and_the_verdict_is_exploratory(world: Path) -> None:
    run, before = the_run(world), bytes_of(the_run(world))
    found = scored(world, "--suite", "suites/lenient.yaml", "--out", "again")
    new = world / found["run"]
    assert bytes_of(run) == before
    rates = {f"{each['candidate']}/{each['prompt']}": each["matched"] for each in found["candidates"]}
    assert rates["wordy/plain"] == rates["wordy/said"] == 40
    verdict = json.loads((new / "verdict.json").read_text())
    assert "exploratory" in verdict["flags"]
    assert verdict["warnings"][0].startswith("Exploratory: scored again under another policy after the answers were known")
    for name in ("report.md", "report.html", "decision.md"):
        assert "scored again under another policy" in (new / name).read_text(encoding="utf-8"), name
    record = read_record(new / "run.json")
    assert record.facts["rescored"]["run"] == run.name
    assert record.facts["rescored"]["policy_hash"] == read_record(run / "run.json").policy_hash != record.policy_hash
    assert record.started_at == read_record(run / "run.json").started_at


def test_the_verdict_and_its_warnings_are_made_again_byte_for_byte(world: Path) -> None:
    for path in (the_run(world), world / scored(world, "--suite", "suites/lenient.yaml", "--out", "again")["run"]):
        folder = RunFolder(path)
        assert dumps(decide_table(folder.results, read_record(folder.run)).verdict) == folder.verdict.read_text(encoding="utf-8")
    moved = [each for each in json.loads(folder.verdict.read_text())["warnings"] if "The metric moves the number" in each]
    assert len(moved) == 1
    assert "wordy/plain 100.0%" in moved[0]


def test_the_same_suite_gives_the_same_marks_and_is_not_exploratory(world: Path) -> None:
    found = scored(world, "--out", "same")
    assert (found["changed"], found["scored"]) == (0, 120)
    assert "exploratory" not in found["flags"]
    mine, theirs = (
        [(row.status, row.scores, row.score, row.matched, row.parsed) for row in read_rows(RunFolder(each).results)]
        for each in (the_run(world), world / found["run"])
    )
    assert mine == theirs


def test_another_extraction_alone_makes_it_exploratory(world: Path) -> None:
    (world / "suites/edited.yaml").write_text(SUITE.replace('extract: {after: "is"}', 'extract: {regex: "(\\\\d+)"}'))
    found = scored(world, "--suite", "suites/edited.yaml", "--out", "edited")
    assert found["changed"] == 20
    assert "exploratory" in found["flags"]


def test_it_shows_what_was_found_and_how(world: Path) -> None:
    found = scored(world, "--suite", "suites/lenient.yaml", "--out", "shown", "--show", "3")
    assert [each["was"] for each in found["shown"]] == [False] * 3
    assert {each["matched"] for each in found["shown"]} == {True}
    screen = bench(world, "score", str(the_run(world)), "--out", "shown", "--show", "60")
    assert "nobody was asked" in screen.stdout
    assert "(after 'is')" in screen.stdout
    shown = bench(world, "show", str(the_run(world)), "--example", "q2")
    assert "-> 3 (after 'is')" in shown.stdout


def test_a_stored_answers_latency_is_not_scored(world: Path) -> None:
    assert bench(world, "run", "suites/suite.yaml", "--stop", "none", "--only", "good", "--out", "twice").returncode == 0
    (path,) = (world / "twice/adding").iterdir()
    rows = list(read_rows(path / "results.parquet"))
    assert all(row.cached and "latency" not in row.scores for row in rows)
    first = [row for row in read_rows(the_run(world) / "results.parquet") if row.candidate == "good"]
    assert all(row.scores["latency"] == 1.0 for row in first)


def test_a_function_of_ones_own_scores_and_a_mistake_in_it_is_one_message(world: Path) -> None:
    (world / "suites/checks.py").write_text("def grade(answer, example):\n    return example.target in answer\n")
    (world / "suites/own.yaml").write_text(
        SUITE.replace("{type: exact, name: strict, primary: true}", "{python: checks.py:grade, primary: true}")
    )
    found = scored(world, "--suite", "suites/own.yaml", "--out", "own")
    assert {each["matched"] for each in found["candidates"] if each["candidate"] == "wordy"} == {40}
    hashed = read_record(world / found["run"] / "run.json").facts["files"]
    assert set(hashed) == {"checks.py"}
    (world / "suites/checks.py").write_text("def grade(answer, example):\n    return answer.nothing\n")
    done = bench(world, "score", str(the_run(world)), "--suite", "suites/own.yaml")
    assert done.returncode == 2
    assert "checks.py:2: failed at the example" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("nowhere",), "is no finished run"),
        (("RUN", "--suite", "nowhere.yaml"), "nowhere.yaml"),
        (("RUN", "--suite", "suites/other.yaml"), "answers 40 examples that the suite's golden set hasn't: q0, q1"),
    ],
)
def test_what_cannot_be_scored_is_one_message(world: Path, arguments: tuple[str, ...], told: str) -> None:
    (world / "goldensets/other.jsonl").write_text('{"id": "z", "input": "?", "target": "1"}\n')
    (world / "suites/other.yaml").write_text(SUITE.replace("golden.jsonl", "other.jsonl"))
    done = bench(world, "score", *(str(the_run(world)) if each == "RUN" else each for each in arguments))
    assert done.returncode == 2
    assert told in done.stderr
