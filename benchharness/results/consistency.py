"""How often repeats of one question gave the same answer, and the same form."""

from pathlib import Path
from typing import Any

from benchharness.records.comparison import candidate_key
from benchharness.records.score_again import Consistency

__all__ = ["consistency_of"]


def consistency_of(results: Path) -> tuple[Consistency, ...]:
    """Return every candidate's consistency, in the file's order; one that was asked nothing twice has none.

    An answer that couldn't be parsed agrees with nobody; what wasn't measured is left out.
    """
    import pandas as pd

    table = pd.read_parquet(results, columns=["candidate", "prompt", "example_id", "status", "parsed"])
    table = table[table["status"] != "error"]
    found = []
    for (candidate, prompt), rows in table.groupby(["candidate", "prompt"], sort=False):
        counts = rows["example_id"].value_counts()
        repeated = rows[rows["example_id"].isin(counts.index[counts > 1])]
        if len(repeated):
            found.append(_consistency(candidate_key(str(candidate), str(prompt)), repeated))
    return tuple(found)


def _consistency(key: str, rows: Any) -> Consistency:
    asked = rows.groupby("example_id").size()
    parsed = rows[(rows["status"] == "answered") & rows["parsed"].notna()]
    alike = parsed.groupby(["example_id", "parsed"]).size().groupby("example_id").max().reindex(asked.index, fill_value=0)
    readable = (rows["status"] == "answered").groupby(rows["example_id"]).sum().reindex(asked.index, fill_value=0)
    return Consistency(
        candidate=key, examples=len(asked), same_answer=float((alike / asked).mean()), readable=float((readable / asked).mean())
    )
