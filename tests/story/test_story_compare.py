"""Candidates side by side within a run, and runs against each other on the examples that didn't change."""

import csv
import html
import json
import re
from pathlib import Path
from typing import Any

import pytest
from story.commanding import bench

SUITE = """\
name: compare
golden_set: {path: golden.jsonl}
prompts: {plain: {user: "{{ input }}"}}
candidates:
  - {name: good, model: rehearsal/good, prompts: [plain], rehearsal: {accuracy: 0.95}}
  - {name: weak, model: rehearsal/weak, prompts: [plain], rehearsal: {accuracy: 0.5}}
decision: {accuracy_target: 0.9}
"""


def golden(folder: Path, n: int, *, changed: int = 0) -> None:
    rows = [
        {"id": f"g{at}", "input": f"question {at}{' again' if at < changed else ''}", "target": ("yes", "no")[at % 2]} for at in range(n)
    ]
    (folder / "golden.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))


def run(folder: Path, *options: str) -> str:
    assert bench(folder, "run", "suite.yaml", *(options or ("--stop", "none"))).returncode == 0
    return str(max((folder / "reports").glob("*/*"), key=lambda each: each.stat().st_mtime_ns).relative_to(folder))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    golden(tmp_path, 100)
    (tmp_path / "suite.yaml").write_text(SUITE)
    return tmp_path


def compared(folder: Path, *arguments: str) -> dict[str, Any]:
    done = bench(folder, "compare", *arguments, "--json")
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def test_a_runs_candidates_are_held_against_its_best_prompt_with_who_flipped(folder: Path) -> None:
    where = run(folder)
    (change,) = compared(folder, where)["changes"]
    assert (change["name"], change["against"]) == ("weak/plain", "good/plain")
    assert change["difference"] < -0.3
    assert change["p_value"] < 0.001
    assert change["n"] == 100
    assert len(change["newly_wrong"]) - len(change["newly_right"]) == round(-100 * change["difference"])
    assert {each["name"] for each in change["slices"]} == {"yes", "no"}
    screen = bench(folder, "compare", where).stdout
    assert "weak/plain against good/plain" in screen
    assert all(len(line) <= 80 for line in screen.splitlines())


def test_another_candidate_can_be_the_one_held_against(folder: Path) -> None:
    where = run(folder)
    (change,) = compared(folder, where, "--against", "weak/plain")["changes"]
    assert change["difference"] > 0.3
    wrong = bench(folder, "compare", where, "--against", "nobody")
    assert wrong.returncode == 2
    assert "weak/plain" in wrong.stderr


def test_two_runs_are_compared_on_the_examples_that_did_not_change(folder: Path) -> None:
    before = run(folder)
    golden(folder, 110, changed=10)
    (folder / "suite.yaml").write_text(SUITE.replace("accuracy: 0.5", "accuracy: 0.9"))
    told = compared(folder, before, run(folder))
    assert told["examples"] == 90
    assert told["left_out"] == {"changed": 10, "only in one run": 10}
    changes = {each["name"]: each for each in told["changes"]}
    assert changes["good/plain"]["difference"] == 0
    assert changes["weak/plain"]["difference"] > 0.2
    assert changes["weak/plain"]["n"] == 90


def test_runs_that_stopped_early_are_compared_on_what_was_asked_in_both(folder: Path) -> None:
    golden(folder, 150)
    entries = "candidates:\n  - {name: good, model: rehearsal/good, prompts: [plain], rehearsal: {accuracy: 1.0}}\n"
    (folder / "suite.yaml").write_text(SUITE[: SUITE.index("candidates:")] + entries + "decision: {accuracy_target: 0.5}\n")
    before, after = run(folder, "--stop", "curtail"), run(folder, "--stop", "curtail")
    told = compared(folder, before, after)
    assert told["examples"] == told["changes"][0]["n"] == 90
    assert told["left_out"] == {"not asked in both": 60}
    assert sum(each["n"] for each in told["changes"][0]["slices"]) == 90
    assert "not asked in both: 60" in bench(folder, "compare", before, after).stdout
    whole = compared(folder, run(folder), after)
    assert (whole["examples"], whole["left_out"]) == (90, {"not asked in both": 60})


def test_a_candidate_that_stopped_early_counts_no_example_it_was_not_asked(folder: Path) -> None:
    golden(folder, 150)
    sure = SUITE.replace("accuracy: 0.95", "accuracy: 1.0").replace("accuracy: 0.5}", "accuracy: 0.0}")
    (folder / "suite.yaml").write_text(sure.replace("accuracy_target: 0.9", "accuracy_target: 0.5"))
    told = compared(folder, run(folder, "--stop", "curtail"))
    assert told["examples"] == told["changes"][0]["n"] == 75


def test_runs_that_do_not_list_their_examples_are_compared_on_those_with_rows_in_both(folder: Path) -> None:
    before, after = run(folder), run(folder, "--stop", "none", "--limit", "60")
    (folder / before / "asked.parquet").unlink()
    told = compared(folder, before, after)
    assert told["examples"] == told["changes"][0]["n"] == 60
    assert told["left_out"] == {"not asked in both": 40}


def test_runs_without_an_unchanged_example_are_refused(folder: Path) -> None:
    before = run(folder)
    golden(folder, 100, changed=100)
    done = bench(folder, "compare", before, run(folder))
    assert done.returncode == 2
    assert "no unchanged example" in done.stderr


def test_few_examples_of_a_target_are_too_few_to_judge(folder: Path) -> None:
    golden(folder, 30)
    screen = bench(folder, "compare", run(folder)).stdout
    assert "too few to judge: 2 slices" in screen


def test_a_spreadsheet_and_a_pull_request_get_names_that_do_nothing(folder: Path) -> None:
    (folder / "suite.yaml").write_text(SUITE.replace("name: weak", 'name: "=cmd|<b>@team</b>"'))
    where = run(folder)
    lines = list(csv.reader(bench(folder, "compare", where, "--format", "csv").stdout.splitlines()))
    assert lines[1][0].startswith("'=")
    markdown = bench(folder, "compare", where, "--format", "markdown").stdout
    assert "<b>" not in markdown
    assert "\\@team" in markdown


def test_two_runs_become_a_page_that_says_what_the_screen_says(folder: Path) -> None:
    before = run(folder)
    golden(folder, 110, changed=10)
    (folder / "suite.yaml").write_text(SUITE.replace("accuracy: 0.5", "accuracy: 0.9"))
    after = run(folder)
    done = bench(folder, "compare", before, after, "--format", "html", "--out", "page.html")
    assert (done.returncode, done.stdout) == (0, "comparison  page.html\n")
    page = (folder / "page.html").read_bytes().decode()
    assert bench(folder, "compare", before, after, "--format", "html").stdout == page
    assert page.startswith("<!doctype html>")
    text = " ".join(html.unescape(re.sub("<style>.*?</style>|<[^>]+>", "", page, flags=re.DOTALL)).split())
    screen = " ".join(bench(folder, "compare", before, after).stdout.split())
    sentences = re.findall(r"[0-9.]+% against .+?: (?:differs|no difference shown)\.|newly right [0-9]+|left out, .+?: [0-9]+", screen)
    assert len(sentences) >= 6
    assert all(each in text for each in sentences)


@pytest.mark.parametrize("kind", ["text", "markdown", "csv", "json"])
def test_every_format_can_go_to_a_file(folder: Path, kind: str) -> None:
    where = run(folder)
    assert bench(folder, "compare", where, "--format", kind, "--out", "told").returncode == 0
    assert (folder / "told").read_bytes().decode() == bench(folder, "compare", where, "--format", kind).stdout


def test_a_file_that_cannot_be_written_and_two_formats_at_once_are_told(folder: Path) -> None:
    where = run(folder)
    for options, said in (
        (("--format", "html", "--out", "no/such/page.html"), "can't be written"),
        (("--format", "html", "--out", "."), "directory"),
        (("--format", "html", "--json"), "two different outputs"),
        (("--format", "pdf"), "pdf"),
        (("--format", "html", "--against", "nobody", "--out", "page.html"), "nobody"),
    ):
        done = bench(folder, "compare", where, *options)
        assert (done.returncode, done.stdout) == (2, "")
        assert said in done.stderr
        assert "Traceback" not in done.stderr
        assert done.stderr.lower().count("error:") == 1
    assert not (folder / "page.html").exists()


def test_a_stream_that_knows_no_such_sign_gets_the_page_whole(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    where = run(folder)
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    assert "▸" in bench(folder, "compare", where, "--format", "html").stdout, "the style is known by its hash"


@pytest.mark.parametrize("what", ["nowhere", "suite.yaml"])
def test_what_is_no_run_is_told(folder: Path, what: str) -> None:
    done = bench(folder, "compare", what)
    assert done.returncode == 2
    assert "no finished run" in done.stderr


def test_one_example_is_shown_with_every_answer_and_how_it_was_marked(folder: Path) -> None:
    where = run(folder)
    screen = bench(folder, "show", where, "--example", "g3").stdout
    assert screen.startswith("g3 · target no")
    assert "good · plain" in screen
    assert "weak · plain" in screen
    told = json.loads(bench(folder, "show", where, "--example", "g3", "--json").stdout)
    assert len(told["rows"]) == 2
    wrong = bench(folder, "show", where, "--example", "g999")
    assert wrong.returncode == 2
    assert "g999" in wrong.stderr


def test_an_answer_cannot_move_the_cursor(folder: Path) -> None:
    text = SUITE.replace("{accuracy: 0.5}", '{accuracy: 0.0, wrong: "\\e[2J\\e[31mred\\a"}')
    (folder / "suite.yaml").write_text(text)
    screen = bench(folder, "show", run(folder), "--example", "g3").stdout
    assert "red" in screen
    assert all(char.isprintable() or char == "\n" for char in screen)


def test_slices_the_suite_names_are_looked_at_one_by_one(folder: Path) -> None:
    rows = [
        {"id": f"g{at}", "input": f"question {at}", "target": f"t{at % 2}", "metadata": {"language": "de" if at % 4 else "en"}}
        for at in range(120)
    ]
    (folder / "golden.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (folder / "suite.yaml").write_text((folder / "suite.yaml").read_text() + "slices: [language]\n")
    slices = {each["name"]: each for each in compared(folder, run(folder, "--stop", "none"))["changes"][0]["slices"]}
    assert {name: each["n"] for name, each in slices.items() if "=" in name} == {"language=de": 90, "language=en": 30}
    (folder / "suite.yaml").write_text((folder / "suite.yaml").read_text().replace("[language]", "[langauge]"))
    done = bench(folder, "check", "suite.yaml")
    assert done.returncode == 2
    assert "no golden example has 'langauge' in its metadata" in done.stderr
