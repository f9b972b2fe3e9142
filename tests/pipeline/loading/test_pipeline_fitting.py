"""What can't be measured is told by `bench check` and `bench run`, before a question is paid for."""

import json
from pathlib import Path
from typing import Any

import pytest
from story.commanding import bench

from benchharness.errors import MistakesError
from benchharness.pipeline.loading.suite import load
from benchharness.pipeline.show import found_by, rows_of
from benchharness.report.show import render

SUITE = """\
name: small
golden_set: {path: golden.jsonl}
prompts:
  p: {user: "{{ input }}"}
candidates:
  - {name: m, model: rehearsal/perfect, prompts: [p]}
scorers: [{type: exact}]
decision: {accuracy_target: 0.9}
"""
ROWS = [{"id": f"g{at}", "input": f"question {at}", "target": "yes" if at % 2 else "no"} for at in range(4)]


def write(folder: Path, rows: list[dict[str, Any]], suite: str = SUITE) -> Path:
    (folder / "suite.yaml").write_text(suite)
    (folder / "golden.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return folder / "suite.yaml"


def without(name: str) -> list[dict[str, Any]]:
    return [{key: value for key, value in row.items() if key != name} for row in ROWS]


CASES: dict[str, tuple[list[dict[str, Any]], str, list[str]]] = {
    "no column for the target": (
        [{**row, "category": "x"} for row in without("target")],
        SUITE,
        ["no column for the target", "category", "columns: {target: category}"],
    ),
    "a column without a target in it": ([{**row, "target": None} for row in ROWS], SUITE, ["no example has a target"]),
    "a prompt that uses nothing": (
        ROWS,
        SUITE.replace("{{ input }}", "Answer yes or no."),
        ["prompts.p", "the same question", "{{ input }}"],
    ),
    "words as targets of json": (
        ROWS,
        SUITE.replace("exact", "json"),
        ["golden.jsonl:1", "`json` compares JSON", "'no' is none", "golden.jsonl:4"],
    ),
    "words as targets of spans": (ROWS, SUITE.replace("exact", "spans"), ["golden.jsonl:1", "`spans` compares JSON", "['no']"]),
    "numbers as targets of spans": (
        [{**row, "target": [1]} for row in ROWS],
        SUITE.replace("exact", "spans"),
        ["golden.jsonl:2", "1 is no span"],
    ),
    "a span's key that nobody knows": (
        [{**row, "target": [{"text": "a", "sort": "PER"}]} for row in ROWS],
        SUITE.replace("exact", "spans"),
        ["'sort'", "label, type, entity_group, entity"],
    ),
    "targets that look like thoughts": (
        [{**ROWS[0], "target": "<think>a</think>b"}],
        SUITE,
        ["prompts.p", "<think>", "extract: {reasoning: keep}"],
    ),
    "a field of the metadata": (
        [{**row, "subject": "x"} for row in ROWS],
        SUITE.replace("{{ input }}", "{{ subject }} {{ input }}"),
        ["no 'subject'", "write {{ metadata.subject }}"],
    ),
    "a field of an input that is a text": (
        [{**row, "subject": "x"} for row in ROWS],
        SUITE.replace("{{ input }}", "{{ input.subject }}"),
        ["the input is a text and has no 'subject'", "write {{ metadata.subject }}"],
    ),
    "a field that the metadata lacks": (
        ROWS,
        SUITE.replace("{{ input }}", "{{ input }} {{ metadata.team }}"),
        ["the metadata has no 'team'"],
    ),
    "ragas": (
        [{"question": "q", "contexts": ["c"], "answer": "a", "ground_truth": "g"}],
        SUITE,
        ["could both be the target", "columns: {target: ground_truth}"],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_it_is_refused_with_what_to_do(case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows, suite, words = CASES[case]
    monkeypatch.chdir(tmp_path)
    with pytest.raises(MistakesError) as caught:
        load(write(tmp_path, rows, suite))
    said = "\n".join(f"{each} {each.hint}" for each in caught.value.mistakes)
    for word in words:
        assert word in said


def test_check_and_run_say_the_same_and_nobody_is_asked(tmp_path: Path) -> None:
    write(tmp_path, without("target"))
    checked, ran = bench(tmp_path, "check", "suite.yaml"), bench(tmp_path, "run", "suite.yaml", "--yes")
    assert (checked.returncode, ran.returncode) == (2, 2)
    assert "no column for the target" in checked.stderr
    assert checked.stderr == ran.stderr
    assert not (tmp_path / "reports").exists()


@pytest.mark.parametrize(
    "scorer", ["{type: length, most: 9}", "{type: refusal}", "{type: form, pattern: .+}", '{type: regex, pattern: "yes|no"}']
)
def test_scorers_that_need_no_target_get_none(scorer: str, tmp_path: Path) -> None:
    assert load(write(tmp_path, without("target"), SUITE.replace("{type: exact}", scorer))).golden_facts.examples == len(ROWS)


def test_what_can_be_scored_and_is_odd_is_a_warning(tmp_path: Path) -> None:
    loaded = load(write(tmp_path, [{**ROWS[0], "target": ""}, {**ROWS[1], "target": ["", "a"]}, ROWS[2]]))
    assert "2 golden examples have an empty target (g0): nothing but an empty answer matches it." in loaded.warnings
    lists = [{"id": "a", "input": "q", "target": cell} for cell in ('["Rome", "Roma"]',)] + [{"id": "b", "input": "p", "target": "[x]"}]
    (told,) = load(write(tmp_path, lists)).warnings
    assert told.startswith("1 target is a text that a list is written in (a): the scorer `exact` compares the whole text.")
    number = [{"id": "a", "input": "q", "target": {"tax": "1070750"}}]
    (told,) = load(write(tmp_path, number, SUITE.replace("exact", "json"))).warnings
    assert "`strict_types: true` tells them apart" in told
    assert load(write(tmp_path, number, SUITE.replace("exact", "json, strict_types: true"))).warnings == ()


def test_a_recorded_answer_is_shown_with_its_thought_and_an_empty_one_is_a_miss(tmp_path: Path) -> None:
    outputs = ["<think>yes? no.</think>no", "<think>yes", "", None]
    rows = [{"candidate": "m", "example_id": f"g{at}", "output": output} for at, output in enumerate(outputs)]
    (tmp_path / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    write(tmp_path, ROWS, SUITE.replace("rehearsal/perfect", "recorded/rows.jsonl"))
    found = json.loads(bench(tmp_path, "run", "suite.yaml", "--yes", "--stop", "none", "--json").stdout)
    assert [(each["matched"], each["n"]) for each in found["candidates"]] == [(1, 3)]
    run = tmp_path / found["run"]
    shown = {name: rows_of(run, name) for name in ("g0", "g1", "g2")}
    said = {name: render(each, found_by(run, each)) for name, each in shown.items()}
    assert "<think>yes? no.</think>no" in said["g0"]
    assert "-> no (what follows the reasoning)" in said["g0"]
    assert "the reasoning never ended, so there is no answer" in said["g1"]
    assert "miss, empty" in said["g2"]
