"""`bench report`, as a user runs it."""

import json
from pathlib import Path

import pytest
from report.html.made_pages import write_suite
from story.commanding import bench


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("report")
    write_suite(made, n=12)
    done = bench(made, "run", "suite.yaml", "--stop", "none")
    assert done.returncode == 0, done.stderr
    assert done.stdout.rstrip().splitlines()[-1].endswith("/report.html")
    return made


def run_of(folder: Path) -> Path:
    return next((folder / "reports" / "support-routing").iterdir())


def test_it_writes_the_same_page_again(folder: Path) -> None:
    run = run_of(folder)
    before = (run / "report.html").read_bytes()
    (run / "report.html").unlink()
    done = bench(folder, "report", str(run.relative_to(folder)))
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"report  {run.relative_to(folder)}/report.html\n"
    assert (run / "report.html").read_bytes() == before


def test_it_writes_where_it_is_told_and_only_as_much_as_it_is_told(folder: Path) -> None:
    run = str(run_of(folder).relative_to(folder))
    done = bench(folder, "report", run, "--out", "shared.html", "--no-text", "--sample", "3", "--split-assets")
    assert done.stdout.split() == ["report", "shared.html", "report", "shared.css", "report", "shared.js", "report", "shared.data.js"]
    text = (folder / "shared.html").read_text(encoding="utf-8")
    assert "A sample: 3 of 12 examples" in text
    assert "Scores only" in text
    assert "invoice" not in text
    assert "Name the team" not in text


def test_without_the_golden_set_the_page_says_that_inputs_are_missing(folder: Path, tmp_path: Path) -> None:
    done = bench(tmp_path, "report", str(run_of(folder)), "--out", "elsewhere.html")
    assert done.returncode == 0, done.stderr
    told = (tmp_path / "elsewhere.html").read_text(encoding="utf-8")
    assert "hold the inputs" in told
    assert "suite.yaml" in told


def test_an_example_that_changed_since_is_shown_without_its_input(folder: Path) -> None:
    golden = folder / "golden.jsonl"
    before = golden.read_text(encoding="utf-8")
    golden.write_text(before.replace('"input": "My ', '"input": "Your ', 1), encoding="utf-8")
    try:
        done = bench(folder, "report", str(run_of(folder)), "--out", "changed.html")
    finally:
        golden.write_text(before, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    assert "1 example of the golden set changed since" in (folder / "changed.html").read_text(encoding="utf-8")


def test_what_makes_no_sense_is_refused_in_one_line(folder: Path) -> None:
    run = str(run_of(folder))
    for arguments, told in (
        ((run, "--no-text", "--redact"), "two different pages"),
        (("nowhere",), "is no finished run"),
        ((run, "--out", "no/such/folder/x.html"), "can't be written"),
        ((run, "--sample", "0"), "--sample"),
    ):
        done = bench(folder, "report", *arguments)
        assert done.returncode == 2
        assert told in done.stderr


def test_the_slices_a_suite_names_can_be_chosen_on_the_page_and_go_with_the_text(tmp_path: Path) -> None:
    rows = [
        {"id": f"g{at}", "input": f"question {at}", "target": "yes", "metadata": {"language": "de" if at % 3 else "en"}} for at in range(30)
    ]
    (tmp_path / "golden.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (tmp_path / "suite.yaml").write_text(
        "name: sliced\ngolden_set: {path: golden.jsonl}\nslices: [language]\nprompts: {plain: {user: '{{ input }}'}}\n"
        "candidates: [{name: good, model: rehearsal/good, prompts: [plain], rehearsal: {accuracy: 0.5}}]\n"
        "decision: {accuracy_target: 0.9}\n"
    )
    assert bench(tmp_path, "run", "suite.yaml", "--stop", "none").returncode == 0
    run = next((tmp_path / "reports").glob("*/*"))
    assert '<option value="language=de">' in (run / "report.html").read_text(encoding="utf-8")
    for option in ("--no-text", "--redact"):
        assert bench(tmp_path, "report", str(run), option, "--out", "other.html").returncode == 0
        assert "language=de" not in (tmp_path / "other.html").read_text(encoding="utf-8")
