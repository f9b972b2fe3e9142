"""Rates and costs of many runs, read from their Parquet files at once; duckdb's one home."""

import importlib.util
from collections.abc import Sequence
from pathlib import Path

from benchharness.errors import SetupError
from benchharness.records.comparison import candidate_key
from benchharness.records.history import CandidatePast

__all__ = ["past_candidates"]

# An error is not measured; a row without a mark isn't either.
QUERY = """
SELECT filename, candidate, prompt, any_value(path),
       count(*) FILTER (WHERE status <> 'error' AND matched), count(*) FILTER (WHERE status <> 'error' AND matched IS NOT NULL),
       1000 * avg(cost_usd) FILTER (WHERE status <> 'error'),
       count(*) FILTER (WHERE status <> 'error' AND cost_usd IS NULL)
FROM read_parquet(?, filename = true)
GROUP BY filename, candidate, prompt
ORDER BY filename, candidate, prompt
"""


def past_candidates(results: Sequence[Path]) -> dict[Path, tuple[CandidatePast, ...]]:
    """Return what every candidate did, by results file; memory doesn't grow with the rows.

    Raises SetupError when duckdb isn't installed or a file can't be read.
    """
    if importlib.util.find_spec("duckdb") is None:
        raise SetupError("the history of runs needs duckdb", hint="pip install 'benchharness[history]'")
    import duckdb

    try:
        with duckdb.connect() as database:
            rows = database.execute(QUERY, [[str(each) for each in results]]).fetchall()
    except duckdb.Error as error:
        raise SetupError(f"a results file can't be read: {str(error).splitlines()[0]}", hint="take that run's directory away") from error
    found: dict[Path, list[CandidatePast]] = {each: [] for each in results}
    for file, candidate, prompt, path, matched, n, dollars, unpriced in rows:
        found[Path(file)].append(
            CandidatePast(
                name=candidate_key(candidate, prompt or ""),
                path=path or "",
                matched=matched,
                n=n,
                rate=matched / n if n else None,
                usd_per_1k=None if unpriced else dollars,
            )
        )
    return {path: tuple(each) for path, each in found.items()}
