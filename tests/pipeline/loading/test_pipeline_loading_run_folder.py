"""A run is opened, or refused with one message, whatever command asks for it."""

import json
import shutil
from pathlib import Path

import pytest

from benchharness.errors import SetupError, UsageError
from benchharness.pipeline.loading.run_folder import newest_run, open_beside, open_results, open_run, record_beside, runs_of

RECORD = next((Path(__file__).parents[3] / "reports").glob("*/*/run.json"))


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """Return a finished run's directory whose rows nobody reads here."""
    folder = tmp_path / "suite" / "2026-01-01T000000Z-aaaaaa"
    folder.mkdir(parents=True)
    shutil.copy(RECORD, folder / "run.json")
    (folder / "results.parquet").touch()
    return folder


def rewritten(run: Path, **changes: object) -> Path:
    path = run / "run.json"
    path.write_text(json.dumps({**json.loads(path.read_text(encoding="utf-8")), **changes}), encoding="utf-8")
    return run


def test_a_finished_run_is_opened_by_its_directory_and_beside_any_of_its_files(run: Path) -> None:
    folder, record = open_run(run, finished=True)
    assert (folder.path, record.complete) == (run, True)
    assert open_beside(folder.results)[1] == open_beside(run)[1] == record == record_beside(folder.results)
    assert open_results(run) == open_results(folder.results) == folder.results


def test_rows_from_anywhere_have_no_record(run: Path) -> None:
    assert record_beside(run / "rows.jsonl") is None


@pytest.mark.parametrize("gone", ["run.json", "results.parquet"])
def test_a_directory_without_its_record_or_its_rows_is_no_finished_run(run: Path, gone: str) -> None:
    (run / gone).unlink()
    with pytest.raises(UsageError, match="is no finished run") as caught:
        open_run(run)
    assert caught.value.file == str(run)


def test_who_compares_is_told_that_a_run_without_rows_was_stopped(run: Path) -> None:
    (run / "results.parquet").unlink()
    with pytest.raises(SetupError, match="has no results"):
        open_beside(run)


@pytest.mark.parametrize("text", ["{", "[]", '{"suite": 3}'])
def test_a_record_that_does_not_tell_is_named(run: Path, text: str) -> None:
    (run / "run.json").write_text(text, encoding="utf-8")
    with pytest.raises(SetupError, match="is no record of a run"):
        open_run(run)
    with pytest.raises(UsageError, match="is no finished run"):
        open_beside(run)


def test_only_who_needs_a_finished_run_refuses_a_stopped_one(run: Path) -> None:
    rewritten(run, complete=False)
    assert not open_run(run)[1].complete
    with pytest.raises(UsageError, match="the run wasn't finished"):
        open_run(run, finished=True)


def test_where_there_are_no_rows_there_is_no_run(run: Path) -> None:
    for where in (run / "nowhere", run.parent):
        with pytest.raises(UsageError, match="is no finished run"):
            open_results(where)


def test_the_newest_finished_run_of_a_suite_is_found_and_a_broken_one_without_rows_is_passed_over(run: Path, tmp_path: Path) -> None:
    suite = json.loads((run / "run.json").read_text(encoding="utf-8"))["suite"]
    newer, stopped, broken = (run.with_name(f"2026-01-0{day}T000000Z-bbbbbb") for day in (2, 3, 4))
    for each in (newer, stopped):
        shutil.copytree(run, each)
    rewritten(stopped, complete=False)
    broken.mkdir()
    (broken / "run.json").write_text("{", encoding="utf-8")
    found = newest_run(suite, tmp_path, None)
    assert found is not None
    assert found.path == newer
    assert newest_run("another", tmp_path, None) is None
    assert len(runs_of(suite, tmp_path, with_rows=True)) == 3
    with pytest.raises(SetupError, match="is no record of a run"):
        runs_of(suite, tmp_path)


def test_a_named_run_without_rows_is_refused_before_any_other_is_looked_for(run: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is no finished run"):
        newest_run("suite", tmp_path, run / "nowhere")
