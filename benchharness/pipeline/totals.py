"""Time and money of each candidate, from its rows."""

from pathlib import Path
from typing import Any

from benchharness.records.run import CandidateTotals

__all__ = ["candidate_totals"]

# Below this many timed answers a 95th percentile is the maximum under another name.
LEAST_FOR_P95 = 20


def candidate_totals(results: Path) -> tuple[CandidateTotals, ...]:
    """Return the totals of every candidate and prompt in a results file, in its order.

    Latency comes only from answers of this run: a stored one measures nothing.
    """
    import pandas as pd

    columns = ["candidate", "prompt", "status", "score", "cached", "latency_s", "cost_usd", "input_tokens", "output_tokens"]
    table = pd.read_parquet(results, columns=columns)
    groups = table.groupby(["candidate", "prompt"], sort=False)
    return tuple(_totals(str(candidate), str(prompt), rows) for (candidate, prompt), rows in groups)


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
        input_tokens=_total(answered["input_tokens"]),
        output_tokens=_total(answered["output_tokens"]),
    )


def _total(counts: Any) -> int | None:
    return int(counts.sum()) if len(counts) and not counts.isna().any() else None
