"""From rows to a verdict: the same code for a run of ours and for a file from anywhere; no model is called."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from benchharness.comparison.compare import compare
from benchharness.comparison.outcomes import Outcomes
from benchharness.errors import Mistake, MistakesError
from benchharness.interop.rows_reading import read_table
from benchharness.pipeline.setting_up import policy_hash
from benchharness.records.comparison import Comparison, Questions
from benchharness.records.evidence import Effort, Evidence, Leakage
from benchharness.records.json_form import from_json
from benchharness.records.run import RunRecord
from benchharness.records.suite import Suite
from benchharness.records.verdict import Verdict, VerdictWord
from benchharness.scorers import scorer_options
from benchharness.suite.reading import parse_suite
from benchharness.suite.resolving import candidate_path, parse_gap_rule
from benchharness.verdict.decide import decide
from benchharness.verdict.thresholds import THRESHOLDS, filled_in

__all__ = ["Decided", "decide_file", "decide_table", "outcomes_of", "questions_of"]

LONGEST_TARGET_LIST = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A verdict with the statistics it was made from."""

    verdict: Verdict
    """What the evidence says."""
    comparison: Comparison
    """The numbers behind it."""


def decide_table(results: Path, record: RunRecord) -> Decided:
    """Return the verdict of a run from its `results.parquet` and `run.json`, and nothing else."""
    suite = parse_suite(record.suite_text, path=Path(record.suite_file), scorer_options=scorer_options(), thresholds=THRESHOLDS).suite
    facts = record.facts
    evidence = Evidence(
        suite=suite.name,
        decision=suite.decision,
        thresholds=filled_in(suite.decision),
        comparison=compare(*_asked(read_table(results), suite, str(results), int(record.golden_set["asked"]))),
        effort=tuple(from_json(Effort, each) for each in facts["effort"]),
        skipped=record.skipped,
        leakage=from_json(Leakage, facts["leakage"]),
        labelled_examples=facts["labelled_examples"],
        warnings=tuple(facts["warnings"]),
    )
    verdict = decide(evidence, policy_hash=policy_hash(suite))
    verdict = replace(verdict, review_by=_review_by(record.started_at, verdict, evidence.thresholds))
    return Decided(verdict=verdict, comparison=evidence.comparison)


def decide_file(suite: Suite, results: Path) -> Decided:
    """Return the verdict of rows from anywhere; MistakesError names a row that lies, breaks, or belongs to nobody."""
    table = read_table(results)
    entries = {entry.name: entry for entry in suite.candidates}
    measured = set(table["candidate"].unique())
    efforts = tuple(
        Effort(
            candidate=entry.name,
            path=candidate_path(entry).value,
            model=entry.model or entry.name,
            provider=entry.endpoint or (entry.model or entry.name).split("/", 1)[0],
            base_model=entry.base_model or entry.model or entry.name,
            prompts=entry.prompts,
            measured=entry.name in measured,
        )
        for entry in entries.values()
    )
    plan = suite.decision.fine_tune
    evidence = Evidence(
        suite=suite.name,
        decision=suite.decision,
        thresholds=filled_in(suite.decision),
        comparison=compare(*_asked(table, suite, str(results), None)),
        effort=efforts,
        labelled_examples=None if plan is None else plan.labelled_examples,
    )
    return Decided(verdict=decide(evidence, policy_hash=policy_hash(suite)), comparison=evidence.comparison)


def questions_of(suite: Suite) -> Questions:
    """Return what the policy asks of the data."""
    decision = suite.decision
    k, n = parse_gap_rule(decision.gap_rule) if decision.gap_rule is not None else (None, None)
    return Questions(
        accuracy_target=decision.accuracy_target,
        bar_share=decision.ninety_percent_rule,
        gap_k=k,
        gap_n=n,
        confidence=decision.confidence,
        margin=filled_in(decision)["smallest_useful_gain"],
        seed=suite.seed,
    )


def _asked(table: Any, suite: Suite, name: str, expected: int | None) -> tuple[Sequence[Outcomes], Questions, Mapping[str, int] | None]:
    return outcomes_of(table, suite, name, expected), questions_of(suite), _targets(table)


def outcomes_of(table: Any, suite: Suite, name: str, expected: int | None) -> list[Outcomes]:
    """Return each candidate's outcomes in suite order; `expected` is how many examples were to be asked, the file's own when None."""
    import numpy as np
    import pandas as pd

    paths = {entry.name: candidate_path(entry).value for entry in suite.candidates}
    strangers = table[~table["candidate"].isin(paths) & table["path"].isna()]
    if len(strangers):
        row = strangers.iloc[0]
        message = f"the suite has no candidate {row['candidate']!r}, and the row names no path"
        raise MistakesError(
            [Mistake(file=name, line=int(row["line"]), key="candidate", message=message, hint=f"it has {', '.join(paths)}")]
        )
    codes, ids = pd.factorize(table["example_id"])
    clusters = pd.factorize(table["cluster"])[0] if table["cluster"].notna().any() else None
    score = table["score"].to_numpy(dtype=float)
    stated = table["matched"].to_numpy(dtype=float)
    by_score = np.where(np.isnan(score), np.nan, (score >= suite.match_at).astype(float))
    value = np.where(np.isnan(stated), by_score, stated)
    value[(table["status"] == "error").to_numpy()] = np.nan
    order = {name: at for at, name in enumerate(paths)}
    found = []
    for (candidate, prompt), at in table.groupby(["candidate", "prompt"], sort=False).indices.items():
        path = table["path"].iloc[at[0]]
        found.append(
            Outcomes(
                candidate=str(candidate),
                prompt=str(prompt),
                path=paths.get(str(candidate)) or str(path),
                codes=codes[at],
                matched=np.where(np.isnan(value[at]), -1, value[at]).astype(np.int8),
                scores=score[at],
                clusters=None if clusters is None else clusters[at],
                statuses=table["status"].iloc[at].fillna("answered").value_counts().to_dict(),
                expected=len(ids) if expected is None else expected,
            )
        )
    return sorted(found, key=lambda each: order.get(each.candidate, len(order)))


def _targets(table: Any) -> dict[str, int] | None:
    targets = table.drop_duplicates("example_id")["target"]
    if targets.isna().any() or targets.nunique() > LONGEST_TARGET_LIST:
        return None
    return {str(target): int(count) for target, count in targets.value_counts().items()}


def _review_by(started_at: str, verdict: Verdict, thresholds: Mapping[str, float]) -> str | None:
    if not started_at or verdict.verdict is VerdictWord.INVALID:
        return None
    proven = any(each.proof is not None and each.proof.value == "proven" and each.rule == "ninety-percent" for each in verdict.findings)
    days = thresholds["review_days_proven" if proven else "review_days"]
    return (date.fromisoformat(started_at[:10]) + timedelta(days=int(days))).isoformat()
