"""What every candidate of a run answered to the examples that everybody was measured on, and what that cost."""

from pathlib import Path

from benchharness.records.comparison import candidate_key
from benchharness.records.outcomes import Recorded

__all__ = ["common_answers"]

COLUMNS = ["candidate", "prompt", "example_id", "repeat", "parsed", "matched", "status", "cost_usd"]


def common_answers(results: Path) -> list[Recorded]:
    """Return every candidate's answers to the examples that everybody was measured on; dollars are NaN where unknown.

    Empty for a file without answers and costs.
    """
    import numpy as np
    import pandas as pd
    from pyarrow import parquet

    if results.suffix != ".parquet" or not set(COLUMNS) <= set(parquet.read_schema(results).names):
        return []
    table = pd.read_parquet(results, columns=COLUMNS)
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
