"""The history of a suite: its finished runs, oldest first."""

import json
from pathlib import Path
from typing import Any

from benchharness.errors import SetupError, UsageError
from benchharness.pipeline.loading.policy import load_suite
from benchharness.pipeline.loading.run_folder import runs_below
from benchharness.records.comparison import candidate_key
from benchharness.records.history import PastRun
from benchharness.results.history import past_candidates

__all__ = ["history"]

BESTS = ("best_prompt", "best_fine_tuned", "best_classical")


def history(suite: Path, folder: Path) -> tuple[PastRun, ...]:
    """Return the finished runs of a suite below a folder, oldest first.

    Raises UsageError when there is none, SetupError when one can't be read.
    """
    name = load_suite(suite).suite.name
    runs = []
    for run in runs_below(folder):
        record = _json(run.run)
        if record.get("suite") == name and run.results.is_file() and record.get("complete", True):
            runs.append((record, run))
    if not runs:
        raise UsageError(f"{name} has no finished run in {folder}", hint=f"bench run {suite}", file=suite)
    # Two runs may begin within one second; which was written first tells them apart.
    runs.sort(key=lambda each: (str(each[0].get("started_at", "")), each[1].run.stat().st_mtime_ns))
    known = past_candidates([run.results for _, run in runs])
    found = []
    for record, run in runs:
        verdict = _json(run.verdict) if run.verdict.is_file() else {}
        found.append(
            PastRun(
                suite=name,
                run=run.path.name,
                date=str(record.get("started_at", "")),
                verdict=str(verdict.get("verdict", "")),
                golden_set=str(record.get("golden_set", {}).get("fingerprint", "")),
                candidates=known[run.results],
                best=tuple(_named(verdict.get(each)) for each in BESTS if verdict.get(each)),
            )
        )
    return tuple(found)


def _named(best: Any) -> str:
    return candidate_key(str(best.get("candidate", "")), str(best.get("prompt", ""))) if isinstance(best, dict) else ""


def _json(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SetupError(f"can't be read: {error}", file=path, hint="take that run's directory away") from error
    return found if isinstance(found, dict) else {}
