"""The run directory: where it lies, what stands in it, and how its records are read back."""

import hashlib
import json
import re
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from benchharness.errors import SetupError, UsageError
from benchharness.records.decision_record import DecisionRecord
from benchharness.records.json_form import dumps, from_json
from benchharness.records.run import RunRecord

__all__ = [
    "RunFolder",
    "decisions_below",
    "new_folder",
    "newest_run",
    "open_beside",
    "open_results",
    "open_run",
    "read_decision",
    "read_record",
    "record_beside",
    "results_of",
    "runs_below",
    "runs_of",
    "write_record",
]

RECORD = "run.json"
DECISION = "decision.json"

T = TypeVar("T")


class RunFolder:
    """`reports/<suite>/<UTC time>-<short hash>/` and its files."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.run = path / RECORD
        self.results = path / "results.parquet"
        self.asked = path / "asked.parquet"
        self.verdict = path / "verdict.json"
        self.report = path / "report.md"
        self.page = path / "report.html"
        self.decision = path / DECISION
        self.decision_text = path / "decision.md"
        self.brief = path / "brief.md"
        self.journal = path / "rows.jsonl"
        self.judgements = path / "judgements.parquet"
        self.judging = path / "judgements.jsonl"

    @property
    def shown(self) -> str:
        """Return the path as a person would write it from where they are."""
        absolute = self.path.resolve()
        return str(absolute.relative_to(Path.cwd())) if absolute.is_relative_to(Path.cwd()) else str(self.path)


def new_folder(out: Path, suite: str, started: datetime, identity: str) -> RunFolder:
    """Return a run directory that isn't there yet; it's made with the first file. `identity` tells runs of one second apart."""
    name = re.sub(r"[^\w.-]+", "-", suite).strip("-.") or "suite"
    stamp = started.strftime("%Y-%m-%dT%H%M%SZ")
    short = hashlib.sha256(f"{identity}{started.isoformat()}".encode()).hexdigest()[:6]
    return RunFolder(out / name / f"{stamp}-{short}")


def runs_below(folder: Path) -> list[RunFolder]:
    """Return the run directories of every suite below a folder of reports."""
    return [RunFolder(path.parent) for path in sorted(folder.glob(f"*/*/{RECORD}"))]


def decisions_below(folder: Path) -> list[Path]:
    """Return every decision record below a folder, the oldest run first."""
    return sorted(folder.rglob(DECISION), key=lambda each: each.parent.name)


def results_of(path: Path) -> Path:
    """Return the rows of a run's directory; anything else is taken for the rows themselves."""
    return RunFolder(path).results if path.is_dir() else path


def open_run(path: Path, *, finished: bool = False) -> tuple[RunFolder, RunRecord]:
    """Return a run's directory, which has its rows, and its record.

    Raises UsageError for a path that is no run or one without rows, and, where it must be `finished`, for one that was
    stopped; SetupError for a record that doesn't tell.
    """
    folder = RunFolder(path)
    if not (folder.run.is_file() and folder.results.is_file()):
        raise _no_run(path)
    record = read_record(folder.run)
    if finished and not record.complete:
        raise UsageError("the run wasn't finished", hint="the same `bench run` goes on where it stopped", file=path)
    return folder, record


def open_beside(path: Path) -> tuple[RunFolder, RunRecord]:
    """Return the same for a run's directory or any file in it.

    Raises UsageError for whatever lies beside no record of a run, SetupError for a run that was stopped before it had rows.
    """
    folder = RunFolder(path if path.is_dir() else path.parent)
    try:
        record = read_record(folder.run)
    except SetupError as error:
        raise _no_run(path) from error
    if not folder.results.is_file():
        raise SetupError("has no results", file=folder.path, hint="the run was stopped: the same command finishes it")
    return folder, record


def open_results(path: Path) -> Path:
    """Return the rows of a run's directory, or of the file itself; UsageError where there are none."""
    results = results_of(path)
    if not results.is_file():
        raise _no_run(path)
    return results


def record_beside(results: Path) -> RunRecord | None:
    """Return the record of the run whose `results.parquet` this is; None for rows from anywhere."""
    folder = RunFolder(results.parent)
    return read_record(folder.run) if results == folder.results and folder.run.is_file() else None


def _no_run(path: Path) -> UsageError:
    return UsageError("is no finished run", hint="name a run's directory, e.g. reports/<suite>/<run>", file=path)


def read_record(path: Path) -> RunRecord:
    """Return what a run was; SetupError for a file that doesn't tell."""
    return _read(RunRecord, path, "record of a run", hint="take it away to decide from the rows alone")


def read_decision(path: Path) -> DecisionRecord:
    """Return a decision as it was kept; SetupError for a file that doesn't tell."""
    return _read(DecisionRecord, path, "decision record", hint="restore it, or run the suite again")


def write_record(folder: RunFolder, record: RunRecord) -> None:
    """Write what a run is, whole or not at all: a run killed meanwhile must stay readable, to go on with."""
    fresh = folder.run.with_suffix(".new")
    fresh.write_text(dumps(record), encoding="utf-8")
    fresh.replace(folder.run)


def _read(kind: type[T], path: Path, what: str, *, hint: str) -> T:
    try:
        return from_json(kind, json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SetupError(f"is no {what}: {error}", file=path, hint=hint) from error


def runs_of(suite: str, out: Path, *, with_rows: bool = False) -> list[tuple[RunFolder, RunRecord]]:
    """Return the runs of a suite below a folder of reports, or only those that have their rows; SetupError for an unreadable record."""
    known = [(each, read_record(each.run)) for each in runs_below(out) if each.results.is_file() or not with_rows]
    return [(folder, record) for folder, record in known if record.suite == suite]


def newest_run(suite: str, out: Path, run: Path | None) -> RunFolder | None:
    """Return the run that's named, or the newest one of a suite that has results; None when there is none."""
    if run is not None:
        folder = RunFolder(run)
        if not folder.results.is_file():
            raise _no_run(run)
        return folder
    found = [folder for folder, record in runs_of(suite, out, with_rows=True) if record.complete]
    return max(found, key=lambda each: each.path.name, default=None)
