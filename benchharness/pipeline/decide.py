"""From rows to a verdict: the same code for a run of ours and for a file from anywhere; no model is called."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from benchharness.errors import SetupError
from benchharness.pipeline.deciding.evidence import Gathered, gather_file, looks_told
from benchharness.pipeline.deciding.verdict import Decided, decided
from benchharness.pipeline.loading.policy import policy_hash
from benchharness.pipeline.recording.looks import looks_at
from benchharness.records.suite import Suite
from benchharness.records.verdict import ReasoningStep
from benchharness.verdict.decide import explained as verdict_explained

__all__ = ["decide_file", "explained"]


def decide_file(suite: Suite, results: Path, folder: Path | None = None, *, keeps_look: bool = False) -> Decided:
    """Return the verdict of rows from anywhere; MistakesError names a row that lies, breaks, or belongs to nobody.

    `folder` is where the suite's data lies: golden set, training pool and `trained_on` are looked at there. A run directory,
    or the `results.parquet` in one, is decided with what its `run.json` knows. Deciding from other rows is a look at them:
    `keeps_look` counts it below the current folder, where runs count theirs.
    """
    gathered = gather_file(suite, results, folder)
    return decided(_looked_at(gathered) if keeps_look and gathered.record is None else gathered)


def _looked_at(gathered: Gathered) -> Gathered:
    """Return what was gathered with the looks at its rows, this one included; whose rows they are is known by id and marks alone."""
    policy = policy_hash(gathered.suite)
    try:
        looks = looks_at(gathered.outcomes, gathered.ids, suite=gathered.suite.name, policy_hash=policy)
    except SetupError as error:
        told = f"Looks at these rows aren't counted here: {error}"
        return replace(gathered, evidence=replace(gathered.evidence, warnings=(*gathered.evidence.warnings, told)))
    evidence = replace(gathered.evidence, warnings=(*gathered.evidence.warnings, *looks_told(looks)))
    return replace(gathered, evidence=evidence, looks=looks, seen=np.flatnonzero(np.isin(gathered.ids, looks.seen)))


def explained(found: Decided) -> tuple[ReasoningStep, ...]:
    """Return the questions of the reasoning up to the one that decided."""
    return verdict_explained(found.evidence)
