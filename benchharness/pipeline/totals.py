"""Time and money of each candidate, from its rows."""

import hashlib
from pathlib import Path
from typing import Any

from benchharness.records.comparison import Interval
from benchharness.records.run import CandidateTotals, LabelSummary
from benchharness.scorers.label_report import label_report

__all__ = ["candidate_totals", "label_summaries", "marks_hash"]

# Below this many timed answers a 95th percentile is the maximum under another name.
LEAST_FOR_P95 = 20
NORMAL_95 = 1.959963984540054


def candidate_totals(results: Path) -> tuple[CandidateTotals, ...]:
    """Return the totals of every candidate and prompt in a results file, in its order.

    Latency comes only from answers of this run: a stored one measures nothing.
    """
    import pandas as pd

    columns = ["candidate", "prompt", "status", "score", "cached", "latency_s", "cost_usd", "input_tokens", "output_tokens"]
    table = pd.read_parquet(results, columns=columns)
    groups = table.groupby(["candidate", "prompt"], sort=False)
    return tuple(_totals(str(candidate), str(prompt), rows) for (candidate, prompt), rows in groups)


def marks_hash(results: Path) -> str:
    """Return `sha256:...` over who matched what: the same for a rerun from the store, whatever it took."""
    import pandas as pd

    columns = ["candidate", "prompt", "example_id", "repeat", "score", "matched"]
    table = pd.read_parquet(results, columns=columns).sort_values(columns[:4], kind="stable")
    return "sha256:" + hashlib.sha256(pd.util.hash_pandas_object(table, index=False).to_numpy().tobytes()).hexdigest()


def label_summaries(results: Path) -> tuple[LabelSummary, ...]:
    """Return how every candidate of a results file did by label; a refusal or truncation is an answer without a label."""
    import pandas as pd

    table = pd.read_parquet(results, columns=["candidate", "prompt", "status", "target", "parsed"])
    table = table[(table["status"] != "error") & table["target"].notna()]
    return tuple(
        _labels(str(candidate), str(prompt), rows) for (candidate, prompt), rows in table.groupby(["candidate", "prompt"], sort=False)
    )


def _labels(candidate: str, prompt: str, rows: Any) -> LabelSummary:
    found = (
        parsed if status == "answered" and isinstance(parsed, str) else None
        for status, parsed in zip(rows["status"], rows["parsed"], strict=True)
    )
    report = label_report(zip(rows["target"], found, strict=True))
    return LabelSummary(
        candidate=candidate,
        prompt=prompt,
        macro_f1=report.macro_f1,
        kappa=report.kappa,
        unparsable=report.unparsable,
        f1={label: each.f1 for label, each in report.classes.items()},
        recall={label: each.recall for label, each in report.classes.items()},
        precision={label: each.precision for label, each in report.classes.items()},
    )


def _totals(candidate: str, prompt: str, rows: Any) -> CandidateTotals:
    answered = rows[rows["status"] != "error"]
    timed = answered.loc[~answered["cached"].astype(bool), "latency_s"].dropna()
    costs = answered["cost_usd"]
    known = len(answered) > 0 and not costs.isna().any()
    return CandidateTotals(
        candidate=candidate,
        prompt=prompt,
        rows=len(rows),
        missing=int(rows["score"].isna().sum()),
        p50_s=float(timed.quantile(0.5)) if len(timed) else None,
        p95_s=float(timed.quantile(0.95)) if len(timed) >= LEAST_FOR_P95 else None,
        timed=len(timed),
        usd_per_1k=float(1000 * costs.mean()) if known else None,
        usd_per_1k_interval=_mean_interval(1000 * costs) if known else None,
        input_tokens=_total(answered["input_tokens"]),
        output_tokens=_total(answered["output_tokens"]),
    )


def _mean_interval(costs: Any) -> Interval | None:
    """Return the 95% interval of a mean by the normal limit; None for a single value, which tells no spread."""
    if len(costs) == 1:
        return None
    mean, reach = float(costs.mean()), NORMAL_95 * float(costs.std(ddof=1)) / len(costs) ** 0.5
    return Interval(low=max(0.0, mean - reach), high=mean + reach, method="normal")


def _total(counts: Any) -> int | None:
    return int(counts.sum()) if len(counts) and not counts.isna().any() else None
