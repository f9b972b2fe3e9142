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
    "no_run",
    "read_decision",
    "read_record",
    "results_of",
    "runs_below",
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


def no_run(path: Path) -> UsageError:
    """Return what to raise for a path that is no run, as the user named it."""
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


def newest_run(suite: str, out: Path, run: Path | None) -> RunFolder | None:
    """Return the run that's named, or the newest one of a suite that has results; None when there is none."""
    if run is not None:
        folder = RunFolder(run)
        if not folder.results.is_file():
            raise no_run(run)
        return folder
    known = [(each, read_record(each.run)) for each in runs_below(out) if each.results.is_file()]
    found = [each for each, record in known if record.suite == suite and record.complete]
    return max(found, key=lambda each: each.path.name, default=None)
