"""Write and read `judgements.parquet`: what judges said of a run's answers."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import fields
from pathlib import Path

from benchharness.records.judge import Judgement, question_name

__all__ = ["failures_in", "reasons_in", "replies_in", "write_judgements"]


def write_judgements(judgements: Iterable[Judgement], path: Path) -> None:
    """Write judgements as Parquet."""
    import pyarrow as pa
    from pyarrow import parquet

    kinds = {"repeat": pa.int64(), "cut": pa.int64(), "input_tokens": pa.int64(), "output_tokens": pa.int64(), "cached": pa.bool_()}
    kinds |= {"grade": pa.float64(), "cost_usd": pa.float64()}
    schema = pa.schema([(each.name, kinds.get(each.name, pa.string())) for each in fields(Judgement)])
    rows = [{name: getattr(each, name) for name in schema.names} for each in judgements]
    parquet.write_table(pa.Table.from_pylist(rows, schema=schema), path, compression="zstd")


def replies_in(path: Path) -> Iterator[tuple[str, str]]:
    """Yield when each reply of a judgements file was asked for, and its text."""
    from pyarrow import parquet

    table = parquet.read_table(path, columns=["started_at", "reply"])
    yield from zip(*([each or "" for each in table[name].to_pylist()] for name in ("started_at", "reply")), strict=True)


def failures_in(path: Path) -> dict[tuple[str, str, str, int], str]:
    """Return the questions that a judge gave no reply to, with the reason, by judge, scorer, question and repeat."""
    from pyarrow import parquet

    columns = ["judge", "scorer", "example_id", "answer", "order", "repeat", "status", "error"]
    rows = parquet.read_table(path, columns=columns).to_pylist()
    return {
        (
            row["judge"],
            row["scorer"],
            question_name(row["scorer"], row["example_id"], row["answer"], swapped=row["order"] == "swapped"),
            row["repeat"],
        ): row["error"] or ""
        for row in rows
        if row["status"] == "error"
    }


def reasons_in(path: Path) -> dict[tuple[str, str], str]:
    """Return what judges said of each answer, by example and the answer's hash: a model's words."""
    from pyarrow import parquet

    columns = ["example_id", "answer", "judge", "order", "reasons", "error"]
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in parquet.read_table(path, columns=columns).to_pylist():
        turned = ", the other way round" if row["order"] == "swapped" else ""
        found[row["example_id"], row["answer"]].append(f"{row['judge']}{turned}: {row['reasons'] or row['error'] or 'no reasons'}")
    return {key: "; ".join(said) for key, said in found.items()}
