"""A scorer that is code of the repository: the gate runs none of it, and a pull request that rewrites it changes the exam."""

from pathlib import Path

import pytest
from gate_worlds import World, propose_in, rows_text, suite_text, world

from benchharness.records.gate import Check, CheckStatus, GateReport

CODE = "def grade(answer, example):\n    return answer.strip() == example.target\n"
PYTHON = "{type: python, primary: true, python: checks.py:grade}"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("own-scorer")
    for name in ("suites", "goldensets"):
        (folder / name).mkdir()
    text = suite_text("not-justified")
    label = '{type: label, primary: true, labels: ["yes", "no", "maybe"]}'
    assert label in text
    (folder / "suites/suite.yaml").write_text(text.replace(label, PYTHON))
    (folder / "suites/checks.py").write_text(CODE)
    (folder / "goldensets/golden.jsonl").write_text(rows_text(range(100), "g"))
    (folder / "goldensets/pool.jsonl").write_text(rows_text(range(1000, 1040), "p"))
    propose_in(folder)
    return folder


@pytest.fixture
def here(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr("gate_worlds.original", lambda _kind: made)
    found = world("own-scorer", tmp_path, reports=True)

    def refused(*_: object) -> None:
        raise AssertionError("the gate ran code of the repository")

    monkeypatch.setattr("benchharness.scorers.python_function.make_in", refused)
    return found


def named(report: GateReport, name: str) -> Check:
    return next(each for each in report.proposals[0].checks if each.name == name)


def test_the_gate_runs_none_of_it_and_says_that_it_did_not_look(here: World) -> None:
    here.begin(without_reports=False)
    here.commit()
    check = named(here.gate(base="main"), "scores")
    assert check.status is CheckStatus.NOT_CHECKED
    assert "a gate runs none of it" in check.sentence or "came with this pull request" in check.sentence
    alone = named(here.gate(), "scores")
    assert alone.status is CheckStatus.NOT_CHECKED
    assert "a gate runs none of it" in alone.sentence


def test_a_scorer_that_was_rewritten_after_the_run_is_not_the_one_that_measured(here: World) -> None:
    (here.root / "suites/checks.py").write_text(CODE.replace("==", "!="))
    report = here.gate()
    assert report.exit_code == 14
    assert any("checks.py" in each.sentence and each.status is CheckStatus.FAILED for each in report.proposals[0].checks)


def test_a_pull_request_that_brings_another_scorer_with_its_proposal_changes_the_exam(here: World) -> None:
    here.begin()
    here.commit()
    exam = named(here.gate(base="main"), "exam")
    assert exam.status is CheckStatus.OPEN
    assert "the scorer suites/checks.py" in exam.sentence
