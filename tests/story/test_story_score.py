"""`bench score`: stored outputs scored again under an edited suite; nobody is asked, and the old run isn't touched."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from story.commanding import bench

from benchharness.errors import BenchError, SetupError
from benchharness.pipeline.deciding.verdict import decide_table
from benchharness.pipeline.loading.run_folder import RunFolder, read_record
from benchharness.pipeline.score import Rescored, ScoreOptions, score_again
from benchharness.pipeline.show import found_answers
from benchharness.records.json_form import dumps
from benchharness.results.reading import read_rows

SUITE = """\
name: adding
golden_set: {path: ../goldensets/golden.jsonl}
prompts: {plain: {user: "{{ input }}"}, said: {extends: plain, extract: {after: "is"}}}
candidates:
  - {name: good, model: rehearsal/a, prompts: [plain], rehearsal: {accuracy: 0.9}}
  - {name: wordy, model: recorded/recorded.jsonl, prompts: [plain]}
  - {name: teller, model: recorded/recorded.jsonl, prompts: [said]}
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
        {"candidate": name, "prompt": prompt, "example_id": f"q{at}", "output": f"It is {at + 1}{'.00' if at % 2 else ''}"}
        for at in range(40)
        for name, prompt in (("wordy", "plain"), ("teller", "said"))
    ]
    (folder / "suites/recorded.jsonl").write_text("".join(json.dumps(each) + "\n" for each in said))
    (folder / "suites/suite.yaml").write_text(SUITE)
    (folder / "suites/lenient.yaml").write_text(SUITE.replace("  - {type: exact, name: strict, primary: true}\n", LENIENT))
    done = bench(folder, "run", "suites/suite.yaml", "--stop", "none")
    assert done.returncode == 0, done.stderr
    return folder


def the_run(folder: Path) -> Path:
    return min((folder / "reports/adding").iterdir())


def printed(folder: Path, *arguments: str) -> Any:
    done = bench(folder, "score", str(the_run(folder)), "--json", *arguments)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def scored(folder: Path, suite: str, text: str = "") -> Rescored:
    """Score in this process, which the command does as well."""
    if text:
        (folder / "suites" / suite).write_text(text)
    return score_again(ScoreOptions(run=the_run(folder), suite=folder / "suites" / suite, out=folder / "again"))


def bytes_of(folder: Path) -> dict[str, str]:
    return {each.name: hashlib.sha256(each.read_bytes()).hexdigest() for each in sorted(folder.iterdir())}


def test_another_policy_scores_the_same_answers_and_the_verdict_is_exploratory(world: Path) -> None:
    run, before = the_run(world), bytes_of(the_run(world))
    found = printed(world, "--suite", "suites/lenient.yaml", "--out", "again")
    new = world / found["run"]
    assert bytes_of(run) == before
    rates = {f"{each['candidate']}/{each['prompt']}": each["matched"] for each in found["candidates"]}
    assert rates["wordy/plain"] == rates["teller/said"] == 40
    verdict = json.loads((new / "verdict.json").read_text())
    assert "exploratory" in verdict["flags"]
    assert verdict["warnings"][0].startswith("Exploratory: scored again under another policy after the answers were known")
    for name in ("report.md", "report.html", "decision.md"):
        assert "scored again under another policy" in (new / name).read_text(encoding="utf-8"), name
    record = read_record(new / "run.json")
    assert record.facts.rescored is not None
    assert record.facts.rescored.run == run.name
    assert record.facts.rescored.policy_hash == read_record(run / "run.json").policy_hash != record.policy_hash
    assert record.started_at == read_record(run / "run.json").started_at


def test_the_verdict_and_its_warnings_are_made_again_byte_for_byte(world: Path) -> None:
    for folder in (RunFolder(the_run(world)), scored(world, "lenient.yaml").folder):
        assert dumps(decide_table(folder.results, read_record(folder.run)).verdict) == folder.verdict.read_text(encoding="utf-8")
    moved = [each for each in json.loads(folder.verdict.read_text())["warnings"] if "The metric moves the number" in each]
    assert len(moved) == 1
    assert "wordy/plain 100.0%" in moved[0]


def test_the_same_suite_gives_the_same_marks_and_is_not_exploratory(world: Path) -> None:
    found = scored(world, "suite.yaml")
    assert (found.changed, found.scored) == (0, 120)
    assert "exploratory" not in found.decided.verdict.flags
    mine, theirs = (
        [(row.status, row.scores, row.score, row.matched, row.parsed) for row in read_rows(RunFolder(each).results)]
        for each in (the_run(world), found.folder.path)
    )
    assert mine == theirs


def test_another_extraction_alone_makes_it_exploratory(world: Path) -> None:
    found = scored(world, "edited.yaml", SUITE.replace('extract: {after: "is"}', 'extract: {regex: "is (\\\\d+)"}'))
    assert found.changed == 20
    assert "exploratory" in found.decided.verdict.flags


def test_it_shows_what_was_found_and_how(world: Path) -> None:
    folder = scored(world, "lenient.yaml").folder.path
    found = found_answers(folder, before=the_run(world), most=4)
    assert [(each.candidate, each.was, each.matched) for each in found] == [("wordy/plain", False, True), ("teller/said", False, True)] * 2
    screen = bench(world, "score", str(the_run(world)), "--out", "shown", "--show", "3")
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
    own = SUITE.replace("{type: exact, name: strict, primary: true}", "{python: checks.py:grade, primary: true}")
    found = scored(world, "own.yaml", own)
    assert {each.matched for each in found.decided.comparison.candidates if each.candidate != "good"} == {40}
    assert set(found.record.facts.files) == {"checks.py"}
    (world / "suites/checks.py").write_text("def grade(answer, example):\n    return answer.nothing\n")
    with pytest.raises(SetupError, match="failed at the example") as caught:
        scored(world, "own.yaml")
    assert str(caught.value).startswith("checks.py:2: ")


@pytest.mark.parametrize(
    ("run", "suite", "told"),
    [
        ("nowhere", "suite.yaml", "is no finished run"),
        ("", "nowhere.yaml", "nowhere.yaml"),
        ("", "other.yaml", "answers 40 examples that the suite's golden set hasn't: q0, q1"),
    ],
)
def test_what_cannot_be_scored_is_one_message(world: Path, run: str, suite: str, told: str) -> None:
    (world / "goldensets/other.jsonl").write_text('{"id": "z", "input": "?", "target": "1"}\n')
    (world / "suites/other.yaml").write_text(SUITE.replace("golden.jsonl", "other.jsonl"))
    with pytest.raises(BenchError) as caught:
        score_again(ScoreOptions(run=world / run if run else the_run(world), suite=world / "suites" / suite))
    assert told in str(caught.value)
