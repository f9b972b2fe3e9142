"""Go on with an earlier run: an unfinished one in its own directory, or the errors of a finished one."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchharness.errors import UsageError
from benchharness.pipeline.loading.run_folder import RunFolder, read_record, runs_below
from benchharness.records.comparison import Stopping
from benchharness.records.run import RunRecord

__all__ = ["Earlier", "find_earlier"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """What an earlier run was told to do."""

    folder: RunFolder
    """Its directory."""
    only: tuple[str, ...]
    """Candidates it asked; all when empty."""
    limit: int | None
    """The most golden examples it asked."""
    stop: Stopping
    """When it could stop early."""


def find_earlier(name: str, suite_hash: str, out: Path, *, unfinished: bool) -> Earlier:
    """Return the newest run of a suite that's unfinished, or finished.

    Raises UsageError when there is none, and when the suite has changed since: its answers would be mixed with other questions'.
    """
    kind, option = ("unfinished", "--resume") if unfinished else ("finished", "--retry-errors")
    found = [(record, folder) for record, folder in _runs(name, out) if record.complete is not unfinished]
    if not found:
        raise UsageError(f"{option}: {out} has no {kind} run of {name}", hint=f"run it without {option}: the store answers what it knows")
    record, folder = max(found, key=lambda each: (each[0].started_at, each[1].path.name))
    if record.suite_hash != suite_hash:
        raise UsageError(
            f"{option}: the suite has changed since the {kind} run", file=folder.shown, hint=f"run it without {option}: it's another run"
        )
    told: dict[str, Any] = record.facts.get("options", {})
    limit = told.get("limit")
    return Earlier(
        folder=folder,
        only=tuple(told.get("only", ())),
        limit=None if limit is None else int(limit),
        stop=Stopping(told.get("stop", Stopping.CURTAIL.value)),
    )


def _runs(name: str, out: Path) -> list[tuple[RunRecord, RunFolder]]:
    known = [(read_record(folder.run), folder) for folder in runs_below(out)]
    return [(record, folder) for record, folder in known if record.suite == name]
