"""Time and money of each candidate, from its rows."""

import hashlib
from pathlib import Path
from typing import Any

from benchharness.economics.cascade import Recorded
from benchharness.records.comparison import Interval, candidate_key
from benchharness.records.row import MEASURED_COLUMNS
from benchharness.records.run import CandidateTotals, LabelSummary
from benchharness.scorers.label_report import label_report

__all__ = ["answers_of", "candidate_totals", "label_summaries", "marks_hash", "totals_of"]

# Below this many timed answers a 95th percentile is the maximum under another name.
LEAST_FOR_P95 = 20
ROWS_AT_ONCE = 50_000
NORMAL_95 = 1.959963984540054


def candidate_totals(results: Path) -> tuple[CandidateTotals, ...]:
    """Return the totals of every candidate and prompt in a results file, in its order.

    Latency comes only from answers of this run: a stored one measures nothing.
    """
    import pandas as pd

    columns = ["candidate", "prompt", "status", "score", *MEASURED_COLUMNS]
    return totals_of(pd.read_parquet(results, columns=columns))


def totals_of(table: Any) -> tuple[CandidateTotals, ...]:
    """Return the totals of every candidate and prompt in a table of rows; empty when it tells neither time nor money nor tokens."""
    there = [column for column in MEASURED_COLUMNS if column in table.columns and column != "cached"]
    if not there:
        return ()
    whole = table.assign(**{column: None for column in MEASURED_COLUMNS if column not in table.columns})
    groups = whole.groupby(["candidate", "prompt"], sort=False)
    return tuple(_totals(str(candidate), str(prompt), rows) for (candidate, prompt), rows in groups)


def answers_of(results: Path) -> list[Recorded]:
    """Return every candidate's answers to the examples that everybody was measured on; dollars are NaN where unknown.

    Empty for a file without answers and costs.
    """
    import numpy as np
    import pandas as pd
    from pyarrow import parquet

    columns = ["candidate", "prompt", "example_id", "repeat", "parsed", "matched", "status", "cost_usd"]
    if results.suffix != ".parquet" or not set(columns) <= set(parquet.read_schema(results).names):
        return []
    table = pd.read_parquet(results, columns=columns)
    table = table[(table["repeat"] == 0) & (table["status"] != "error") & table["matched"].notna()]
    groups = {
        candidate_key(str(candidate), str(prompt)): rows.set_index("example_id")
        for (candidate, prompt), rows in table.groupby(["candidate", "prompt"], sort=False)
    }
    if not groups:
        return []
    common = sorted(set.intersection(*(set(rows.index) for rows in groups.values())))
    known = {text: at for at, text in enumerate(sorted(table["parsed"].dropna().unique()))}
    found = []
    for key, rows in groups.items():
        mine = rows.loc[common]
        said = np.array([known.get(text, -1) if isinstance(text, str) else -1 for text in mine["parsed"]], dtype=np.int64)
        usd = mine["cost_usd"].to_numpy(dtype=float)
        found.append(Recorded(key=key, said=said, matched=mine["matched"].to_numpy(dtype=bool), usd=usd))
    return found


def marks_hash(results: Path) -> str:
    """Return `sha256:...` over who matched what: the same for a rerun from the store, whatever it took."""
    import numpy as np
    import pandas as pd

    columns = ["candidate", "prompt", "example_id", "repeat", "score", "matched"]
    table = pd.read_parquet(results, columns=columns)
    # A row's hash knows nothing of the others, so a part of them is hashed at a time, and the texts are never copied in order.
    parts = (table.iloc[begin : begin + ROWS_AT_ONCE] for begin in range(0, len(table), ROWS_AT_ONCE))
    hashes = [pd.util.hash_pandas_object(part, index=False).to_numpy() for part in parts]
    ranks = [pd.factorize(table[column], sort=True)[0] for column in columns[:4]]
    order = np.lexsort(ranks[::-1])
    return "sha256:" + hashlib.sha256(np.concatenate([np.zeros(0, dtype=np.uint64), *hashes])[order].tobytes()).hexdigest()


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
    timed = answered.loc[~answered["cached"].fillna(value=False).astype(bool), "latency_s"].dropna().astype(float)
    costs = answered["cost_usd"].astype(float)
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
