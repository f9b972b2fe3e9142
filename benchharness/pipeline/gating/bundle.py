"""Make an evidence bundle of a run, and read its outcomes back; what's written is what the gate will see, nothing more."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from benchharness import __version__
from benchharness.digests import output_hash
from benchharness.gate.bundle import RECORD, SCORES, VERDICT, read_bundle, sealed, write_scores
from benchharness.pipeline.deciding.evidence import expected_of, gathered_of
from benchharness.pipeline.deciding.verdict import Decided, decided
from benchharness.pipeline.loading.effort import roster_of
from benchharness.pipeline.loading.policy import suite_of
from benchharness.pipeline.loading.run_folder import RunFolder
from benchharness.records.bundle import BundleExample, BundleRow, Manifest
from benchharness.records.json_form import dumps
from benchharness.records.leakage import Leakage
from benchharness.records.outcomes import Outcomes
from benchharness.records.run import RunRecord
from benchharness.records.suite import Suite
from benchharness.results.outcomes import Group, MarkedRows, closed_list, coded, leaked_parts, outcomes_of

__all__ = ["Measured", "conclude_bundle", "make_bundle", "measured_of", "output_hash", "shown_target", "without_text"]

HIDDEN = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """The outcomes of a bundle, and which example is which."""

    outcomes: tuple[Outcomes, ...]
    """By candidate and prompt, in the suite's order."""
    ids: tuple[str, ...]
    """Example id by code."""
    targets: Mapping[str, int] | None
    """How often each target occurs; None when they aren't a closed list."""


def make_bundle(
    run: RunFolder, record: RunRecord, folder: Path, *, proposal: str, suite_file: str, leakage: Leakage | None, training_data: str
) -> str:
    """Write the evidence bundle of a finished run and return its manifest's digest.

    `leakage` is what a look at the proposal's own training data found; None leaves the run's. No text of a question, an
    answer or a target the suite doesn't list gets into it.
    """
    suite = suite_of(record)
    known = _listed_targets(suite)
    examples, rows = _from_run(run, known)
    kept = without_text(record, leakage)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / RECORD).write_text(dumps(kept), encoding="utf-8")
    write_scores(folder / SCORES, examples, rows)
    found = conclude_bundle(kept, measured_of(examples, rows, kept, suite))
    (folder / VERDICT).write_text(dumps(found.verdict), encoding="utf-8")
    manifest = Manifest(
        proposal=proposal,
        run=run.path.resolve().name,
        suite=record.suite,
        suite_file=suite_file,
        started_at=record.started_at,
        policy_hash=record.policy_hash,
        golden_set=str(record.golden_set["fingerprint"]),
        files={},
        training_data=training_data,
        made_by=__version__,
    )
    digest = sealed(folder, manifest)
    read_bundle(folder, digest, shown=str(folder))
    return digest


def conclude_bundle(record: RunRecord, measured: Measured, *, suite: Suite | None = None, leakage: Leakage | None = None) -> Decided:
    """Return the verdict of a bundle, under another suite's policy or with another look at leaks when they are given."""
    found = leakage or record.facts.leakage
    leaks = leaked_parts(found, measured.outcomes, measured.ids)
    return decided(gathered_of(record, measured.outcomes, measured.targets, leaks, ids=measured.ids, suite=suite))


def measured_of(examples: Sequence[BundleExample], rows: Sequence[BundleRow], record: RunRecord, suite: Suite) -> Measured:
    """Return the outcomes of a bundle's rows, the same that the run's own table gives."""
    found, roster = _marked(examples, rows), roster_of(suite)
    return Measured(outcomes=tuple(outcomes_of(found, roster, expected_of(record))), ids=tuple(found.ids), targets=found.targets)


def _marked(examples: Sequence[BundleExample], rows: Sequence[BundleRow]) -> MarkedRows:
    ids = sorted({each.example_id for each in rows})
    code = {name: at for at, name in enumerate(ids)}
    there = [each for each in examples if each.example_id in code]
    clusters = _clusters(there)
    places: dict[tuple[str, str], list[int]] = {}
    for at, row in enumerate(rows):
        places.setdefault((row.candidate, row.prompt), []).append(at)
    targets = coded(each.target or None for each in there)
    return MarkedRows(
        groups=[
            Group(candidate=candidate, prompt=prompt, path=rows[at[0]].path, at=np.array(at, dtype=np.int64))
            for (candidate, prompt), at in places.items()
        ],
        codes=np.array([code[each.example_id] for each in rows], dtype=np.int64),
        ids=ids,
        marks=np.array([np.nan if each.matched is None else float(each.matched) for each in rows]),
        # numpy reads None as NaN where a float is asked for.
        scores=np.array([each.score for each in rows], dtype=np.float64),
        clusters=np.array([clusters.get(each.example_id, -1) for each in rows], dtype=np.int64) if clusters else None,
        statuses=coded(each.status for each in rows),
        targets=closed_list(np.array([code[each.example_id] for each in there], dtype=np.int64), targets),
    )


def _clusters(examples: Sequence[BundleExample]) -> dict[str, int]:
    names = {name: at for at, name in enumerate(sorted({each.cluster for each in examples if each.cluster}))}
    return {each.example_id: names[each.cluster] for each in examples if each.cluster}


def _from_run(run: RunFolder, known: frozenset[str]) -> tuple[tuple[BundleExample, ...], tuple[BundleRow, ...]]:
    from benchharness.results.reading import read_rows
    from benchharness.results.writing import read_asked

    digests = read_asked(run.asked) if run.asked.is_file() else {}
    targets: dict[str, str] = {}
    clusters: dict[str, str] = {}
    rows = []
    for row in read_rows(run.results):
        if row.target is not None:
            targets[row.example_id] = row.target if row.target in known else _hidden(row.target)
        if row.cluster is not None:
            clusters[row.example_id] = row.cluster
        rows.append(_bundled(row))
    ids = sorted({*digests, *(each.example_id for each in rows)})
    examples = [
        BundleExample(example_id=each, digest=digests.get(each, ""), target=targets.get(each, ""), cluster=clusters.get(each, ""))
        for each in ids
    ]
    return tuple(examples), tuple(rows)


def _bundled(row: Any) -> BundleRow:
    missing = row.status.value == "error"
    return BundleRow(
        candidate=row.candidate,
        prompt=row.prompt,
        path=row.path,
        example_id=row.example_id,
        repeat=row.repeat,
        status=row.status.value,
        matched=None if missing else row.matched,
        score=None if missing else row.score,
        input_tokens=row.input_tokens,
        output_tokens=row.output_tokens,
        cost_usd=row.cost_usd,
        latency_s=None if row.cached or row.latency_s is None else round(row.latency_s, 4),
        output_hash="" if row.output is None else output_hash(row.output),
    )


def shown_target(target: str, suite: Suite) -> str:
    """Return a target as a bundle has it: itself when the suite lists it, else a short hash."""
    return target if target in _listed_targets(suite) else _hidden(target)


def _listed_targets(suite: Suite) -> frozenset[str]:
    """Return the targets the suite lists itself: they are in the repository already."""
    return frozenset(str(label) for entry in suite.scorers for label in entry.options.get("labels") or ())


def _hidden(target: str) -> str:
    return "#" + hashlib.sha256(target.encode("utf-8", "surrogatepass")).hexdigest()[:HIDDEN]


def without_text(record: RunRecord, leakage: Leakage | None) -> RunRecord:
    """Return a run's record as a bundle has it, without what may hold text.

    That's targets the suite doesn't list, the command line and summaries by label. `leakage` is as in `make_bundle`.
    """
    known = _listed_targets(suite_of(record))
    facts = record.facts.without_groups()

    def shown(counts: Mapping[str, int]) -> dict[str, int]:
        return {name if name in known else _hidden(name): count for name, count in counts.items()}

    facts = replace(facts, targets=shown(facts.targets))
    if facts.stopping is not None and facts.stopping.targets:
        facts = replace(facts, stopping=replace(facts.stopping, targets=shown(facts.stopping.targets)))
    if leakage is not None:
        facts = replace(facts, leakage=leakage)
    return replace(record, facts=facts, command=(), labels=())
