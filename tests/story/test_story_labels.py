"""Labels and numbers that don't fit are told by `check`, with their place and what to do, before a question is asked; tables agree."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from story.commanding import bench

SUITE = """\
name: small
golden_set: {path: golden.jsonl}
POOL
prompts: {zero: {user: "{{ input }}"}}
candidates:
  - {name: m, path: api, model: recorded/rows.jsonl, prompts: [zero]}
scorers: [SCORER]
decision: {accuracy_target: 0.9}
"""


def write(
    folder: Path, targets: Sequence[Any], answers: Sequence[str] = (), *, scorer: str = "{type: label}", pool: Sequence[Any] = ()
) -> None:
    (folder / "suite.yaml").write_text(
        SUITE.replace("SCORER", scorer).replace("POOL", "training_pool: {path: pool.jsonl}" if pool else "seed: 7")
    )
    for name, values in (("golden", targets), ("pool", pool)):
        rows = [{"id": f"{name[0]}{at}", "input": f"{name} question {at}", "target": value} for at, value in enumerate(values)]
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    said = [
        {"candidate": "m", "path": "api", "example_id": f"g{at}", "output": text, "score": 0}
        for at, text in enumerate(answers or [str(each) for each in targets])
    ]
    (folder / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in said))


@pytest.mark.parametrize(
    ("targets", "options", "told"),
    [
        (["invoice ", "INVOICE"], {}, ["golden.jsonl", "golden example g0", "golden example g1", "aliases: {INVOICE: ['invoice ']}"]),
        (["caf\u00e9", "cafe\u0301"], {}, ["golden.jsonl", "no answer tells which"]),
        (["a", ""], {}, ["golden.jsonl", "1 golden example has (g1) an empty target", "fill it in"]),
        (["", "Paris"], {"scorer": "{type: contains}"}, ["an empty target", "`contains` can't score by it"]),
        ([["", "Paris"], "x"], {"scorer": "{type: starts-with}"}, ["an empty target"]),
        (["a", "c"], {"scorer": "{type: label, labels: [a, b]}"}, ["suite.yaml:7:", "scorers[0].labels", "'c' (g1)", "add them"]),
        (
            ["a", "b"],
            {"scorer": "{type: label, labels: [a, b], aliases: {aa: [x]}}"},
            ["suite.yaml:7:", "scorers[0].aliases", "'aa' is none"],
        ),
        (["a", "b"], {"scorer": "{type: label, aliases: {a: [x], b: [X]}}"}, ["scorers[0]", "one answer would be right for both"]),
        (["a", "b"], {"scorer": "{type: label, aliases: {a: [b]}}"}, ["scorers[0].aliases", "one answer would be right for both"]),
        (["a", "b"], {"scorer": "{type: label, labels: [a, A]}"}, ["suite.yaml:7:", "differ in case", "aliases: {a: [A]}"]),
        (["a", "b"], {"scorer": '{type: label, labels: [a, ""]}'}, ["suite.yaml:7:", "an empty text is no label"]),
        ([{"x": 1}, {"x": 2}], {}, ["suite.yaml:7:", "no target is a label"]),
        ([f"t{at}" for at in range(502)], {}, ["suite.yaml:7:", "more than 500 different targets"]),
        (["red", "blue"], {"scorer": "{type: number}"}, ["golden.jsonl", "no number", "'red'", "score with `exact`"]),
    ],
)
def test_what_does_not_fit_is_refused_before_a_question_is_asked(
    tmp_path: Path, targets: list[Any], options: dict[str, Any], told: list[str]
) -> None:
    write(tmp_path, targets, **options)
    done = bench(tmp_path, "check", "suite.yaml")
    assert done.returncode == 2, done.stdout + done.stderr
    for words in told:
        assert words in done.stderr, done.stderr


def test_a_run_refuses_what_check_refuses(tmp_path: Path) -> None:
    write(tmp_path, ["invoice ", "INVOICE"])
    done = bench(tmp_path, "run", "suite.yaml", "--yes")
    assert done.returncode == 2, done.stdout
    assert "no answer tells which" in done.stderr
    assert not (tmp_path / "reports").exists()


@pytest.mark.parametrize(
    ("targets", "options", "told"),
    [
        (["a", "b"], {"pool": ["a", "a"]}, "No pool example has the golden target b"),
        (["a", "b"], {"pool": ["a", "b", "c"]}, "No golden example has the pool's label c"),
        ([["a", "b"], "b"], {}, "any one of them counts as right"),
        (["5", "3-5"], {"scorer": "{type: number}"}, "could be two, e.g. '3-5'"),
    ],
)
def test_what_may_be_meant_so_is_told(tmp_path: Path, targets: list[Any], options: dict[str, Any], told: str) -> None:
    write(tmp_path, targets, **options)
    done = bench(tmp_path, "check", "suite.yaml")
    assert done.returncode == 0, done.stderr
    assert told in " ".join(done.stderr.split())


@pytest.mark.parametrize("labels", ["[yes, no, on]", "[1, 0]", "[true, false]", "[1.5, 2]"])
def test_a_list_of_words_numbers_or_true_and_false_is_read_as_written(tmp_path: Path, labels: str) -> None:
    known: dict[str, list[Any]] = {"[yes, no, on]": ["yes", "on"], "[1, 0]": [1, 0], "[true, false]": [True, False], "[1.5, 2]": [1.5, 2.0]}
    targets = known[labels]
    answers = [str(each) for each in targets]
    write(tmp_path, targets, answers, scorer=f"{{type: label, labels: {labels}}}")
    done = bench(tmp_path, "run", "suite.yaml", "--yes", "--stop", "none", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["candidates"][0]["rate"] == 1.0


def test_the_table_by_label_reads_as_the_score_does(tmp_path: Path) -> None:
    write(tmp_path, ["Spam", "spam", "HAM", 5], ["spam", "SPAM!", "ham", "5"], scorer="{type: label, labels: [spam, ham, 5]}")
    done = bench(tmp_path, "run", "suite.yaml", "--yes", "--stop", "none", "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    record = json.loads((tmp_path / found["run"] / "run.json").read_text())
    assert found["candidates"][0]["rate"] == 1.0
    assert record["labels"][0]["macro_f1"] == 1.0
    assert set(record["labels"][0]["f1"]) == {"spam", "ham", "5"}


def test_a_run_says_how_many_answers_their_first_line_would_save(tmp_path: Path) -> None:
    answers = ["NEUTRAL\n\nNeither good nor bad.", "good", "bad or good", "bad"]
    write(tmp_path, ["neutral", "good", "bad", "bad"], answers)
    done = bench(tmp_path, "run", "suite.yaml", "--yes", "--stop", "none", "--json")
    assert done.returncode == 0, done.stderr
    (told,) = [each for each in json.loads(done.stdout)["warnings"] if "first line alone" in each]
    assert "m 1 of 4 answers" in told
    assert "`read: first-line`" in told


def test_a_classical_model_learns_labels_that_are_numbers(tmp_path: Path) -> None:
    write(tmp_path, [0, 1] * 4, pool=[0, 1] * 10)
    text = (tmp_path / "suite.yaml").read_text()
    (tmp_path / "suite.yaml").write_text(text.replace("candidates:\n", "candidates:\n  - {name: most, model: sklearn/majority}\n"))
    done = bench(tmp_path, "run", "suite.yaml", "--yes", "--stop", "none", "--json")
    assert done.returncode == 0, done.stderr
    assert {each["candidate"]: each["rate"] for each in json.loads(done.stdout)["candidates"]}["most"] == 0.5
