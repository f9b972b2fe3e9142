"""A run's own outputs and record, where they lie in the base commit or here: found by what stands in them, since a name proves nothing."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from pathlib import Path, PurePosixPath
from typing import Any

from benchharness.errors import BenchError
from benchharness.gate.bundle import Bundle
from benchharness.gate.repository import SHORT
from benchharness.pipeline.gating.bundle import without_text
from benchharness.pipeline.gating.scope import Scope
from benchharness.records.json_form import from_json
from benchharness.records.run import RunRecord
from benchharness.records.run_facts import RunFacts

__all__ = ["StoredRun", "believed", "came_along", "runs_of_the_exam", "stored_run"]

RESULTS, RECORD = "results.parquet", "run.json"
DEPTHS = (f"*/{RESULTS}", f"*/*/{RESULTS}")
# What a bundle keeps otherwise than a run's own record does, or makes anew.
KEPT_OTHERWISE = ("facts", "command", "labels", "file", "leakage", "groups")


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRun:
    """A run that didn't come with this pull request."""

    folder: str
    """Its directory, from the root."""
    where: str
    """The same for a reader: with the commit it lies in."""
    results: bytes
    """Its rows, as a Parquet file."""
    record: RunRecord | None
    """Its own record; None when there is none to be read."""


def stored_run(bundle: Bundle, scope: Scope) -> StoredRun | None:
    """Return the run whose rows have the digest that the bundle's record names; the base commit is looked at first."""
    return next((each for each in _runs(bundle, scope) if _digest(each.results) == bundle.record.results_hash), None)


def runs_of_the_exam(bundle: Bundle, scope: Scope) -> Iterator[StoredRun]:
    """Yield the runs that answered the same golden set: their outputs may be the bundle's, whichever run it names."""
    exam = bundle.record.golden_set.get("fingerprint")
    for each in _runs(bundle, scope):
        if each.record is not None and each.record.golden_set.get("fingerprint") == exam:
            yield each


def came_along(bundle: Bundle, scope: Scope) -> bool:
    """Tell whether the outputs lie here, and came with this pull request."""
    there = (path for path in _here(scope) if _of_pull_request(path, scope))
    return any(_digest(path.read_bytes()) == bundle.record.results_hash for path in there)


def believed(bundle: Bundle, stored: StoredRun | None, folder: str, scope: Scope) -> tuple[Bundle, tuple[str, ...], str]:
    """Return the bundle with the run's own record, the names of what the bundle said otherwise, and where that record lies.

    Where the run itself lies nowhere, evidence of the same answers that was merged before knows when it ran.
    """
    said = bundle.record
    if stored is not None and stored.record is not None:
        own = without_text(stored.record, said.facts.leakage)
        return replace(bundle, record=own), tuple(_differing(said, own)), f"{stored.where}/{RECORD}"
    text = scope.text_at_base(f"{folder}/{RECORD}")
    before = None if text is None else _record(text)
    if before is None or not said.results_hash or before.results_hash != said.results_hash:
        return bundle, (), ""
    # What of a run no later look at its answers changes; the rest may have been added to since, as people's labels are.
    facts, known = said.facts, before.facts
    same = replace(facts, looks=known.looks, stopping=known.stopping, prices=known.prices)
    own = replace(said, started_at=before.started_at, finished_at=before.finished_at, skipped=before.skipped, facts=same)
    differs = tuple(_differing(said, own))
    return replace(bundle, record=own), differs, f"{folder}/{RECORD} in {scope.base[:SHORT]}" if differs else ""


def _differing(said: RunRecord, own: RunRecord) -> Iterator[str]:
    yield from (each.name for each in fields(RunRecord) if each.name not in KEPT_OTHERWISE and _of(said, each) != _of(own, each))
    pair = said.facts, own.facts
    yield from (each.name for each in fields(RunFacts) if each.name not in KEPT_OTHERWISE and _of(pair[0], each) != _of(pair[1], each))


def _of(record: Any, each: Any) -> Any:
    return getattr(record, each.name)


def _runs(bundle: Bundle, scope: Scope) -> Iterator[StoredRun]:
    """Yield runs of the base commit and runs that lie here and aren't this pull request's, one of the bundle's name first."""
    named = bundle.manifest.run
    if scope.repository is not None and scope.base:
        paths = [PurePosixPath(each) for each in scope.repository.paths_at(scope.base, f"/{RESULTS}")]
        for path in sorted(paths, key=lambda each: each.parent.name != named):
            data = scope.repository.bytes_at(scope.base, path.as_posix())
            text = scope.text_at_base((path.parent / RECORD).as_posix())
            folder = path.parent.as_posix()
            record = None if text is None else _record(text)
            yield StoredRun(folder=folder, where=f"{folder} in {scope.base[:SHORT]}", results=data or b"", record=record)
    for here in sorted(_here(scope), key=lambda each: each.parent.name != named):
        if not _of_pull_request(here, scope):
            folder = scope.shown(here.parent)
            beside = here.parent / RECORD
            record = _record(beside.read_text(encoding="utf-8", errors="replace")) if beside.is_file() else None
            yield StoredRun(folder=folder, where=folder, results=here.read_bytes(), record=record)


def _here(scope: Scope) -> list[Path]:
    reports = scope.options.reports or scope.root / "reports"
    return sorted(path for depth in DEPTHS for path in reports.glob(depth) if path.is_file())


def _of_pull_request(path: Path, scope: Scope) -> bool:
    """Tell whether a file, a folder it lies in, or a link or module in that folder's place, is changed here."""
    names = {scope.shown(path.parent), scope.written(path.parent)}
    return any(
        each in names or any(each.startswith(f"{name}/") or name.startswith(f"{each}/") for name in names) for each in scope.changed or ()
    )


def _record(text: str) -> RunRecord | None:
    try:
        return from_json(RunRecord, json.loads(text))
    except (BenchError, ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError):
        return None


def _digest(data: bytes) -> str:
    return "sha256:" + hashlib.sha256(data).hexdigest()
