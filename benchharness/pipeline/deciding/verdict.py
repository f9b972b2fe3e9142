"""The one deciding path: from what was gathered, a run's table or a bundle to a verdict."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from benchharness.pipeline.deciding.evidence import Gathered, _gather_table
from benchharness.pipeline.deciding.flips import what_would_flip
from benchharness.pipeline.deciding.fresh import looked_at_before
from benchharness.pipeline.loading.policy import policy_hash
from benchharness.records.comparison import Comparison
from benchharness.records.evidence import Evidence
from benchharness.records.run import RunRecord
from benchharness.records.suite import Suite
from benchharness.records.verdict import Verdict, VerdictWord
from benchharness.verdict.decide import decide

__all__ = ["EXPLORATORY", "Decided", "decide_table", "decided"]


EXPLORATORY = "exploratory"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A verdict with what it was made from."""

    verdict: Verdict
    """What the evidence says."""
    comparison: Comparison
    """The numbers behind it."""
    evidence: Evidence
    """Everything the rules looked at."""


def decided(gathered: Gathered) -> Decided:
    """Return the verdict on what was gathered, with what would change it; for a run also the day to look again."""
    evidence, record = gathered.evidence, gathered.record
    policy = policy_hash(gathered.suite, None if record is None else record.facts.files)
    verdict = decide(evidence, policy_hash=policy)
    verdict = replace(
        verdict, flips_if=what_would_flip(evidence, gathered.outcomes, gathered.targets, verdict.verdict, slices=gathered.slices)
    )
    if record is not None:
        verdict = replace(verdict, review_by=_review_by(record.started_at, verdict, evidence.thresholds))
    why, told = (_changed_policy(policy, record), "") if record is not None else ("", "")
    if not why:
        why, told = looked_at_before(gathered, verdict)
    if why:
        verdict = replace(verdict, flags=(*verdict.flags, EXPLORATORY), warnings=(why, *verdict.warnings))
    elif told:
        verdict = replace(verdict, warnings=(told, *verdict.warnings))
    return Decided(verdict=verdict, comparison=evidence.comparison, evidence=evidence)


def _changed_policy(policy: str, record: RunRecord) -> str:
    """Return why the verdict is exploratory; empty when the policy was fixed before the results existed."""
    if record.facts.rescored is not None and record.facts.rescored.changed:
        return "Exploratory: scored again under another policy after the answers were known, so it was chosen with them at hand."
    if policy != record.policy_hash:
        return "Exploratory: the policy was changed after these results existed, so its bars were chosen with the answers at hand."
    return ""


def _review_by(started_at: str, verdict: Verdict, thresholds: Mapping[str, float]) -> str | None:
    if not started_at or verdict.verdict is VerdictWord.INVALID:
        return None
    proven = any(each.proof is not None and each.proof.value == "proven" and each.rule == "ninety-percent" for each in verdict.findings)
    days = thresholds["review_days_proven" if proven else "review_days"]
    return (date.fromisoformat(started_at[:10]) + timedelta(days=int(days))).isoformat()


def decide_table(results: Path, record: RunRecord, suite: Suite | None = None) -> Decided:
    """Return the verdict of a run from its `results.parquet` and `run.json`, and nothing else.

    With another suite than the run's own its policy is used, and the verdict is exploratory: it was chosen with the results
    at hand.
    """
    return decided(_gather_table(results, record, suite))
