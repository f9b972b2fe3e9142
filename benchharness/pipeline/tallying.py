"""Count how a run's answers were asked, served and charged, a batch of rows at a time."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["Tally", "tallies_of"]

ROWS_AT_ONCE = 50_000
COLUMNS = (
    "candidate",
    "prompt",
    "status",
    "output",
    "served_model",
    "effective_params",
    "input_tokens",
    "cached_tokens",
    "cache_write_tokens",
    "output_tokens",
)
GROUPS = ("candidate", "prompt", "status", "served_model", "not_sent", "form", "blank", "over", "json")
SUMS = ("input_tokens", "cached_tokens", "cache_write_tokens", "output_tokens")
# How a JSON value begins.
JSON_BEGINS = r"^\s*([\[{\"]|-?\d|true|false|null)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Answers of one candidate and prompt that are alike."""

    candidate: str
    """Whose."""
    prompt: str
    """With which prompt; empty for none."""
    status: str
    """How they ended; never `error`."""
    served_model: str | None
    """Who the provider says answered."""
    not_sent: str | None
    """What was asked for and not sent so, as JSON text."""
    form: str | None
    """How a form was asked for; None without one."""
    blank: bool
    """Whether they hold no text."""
    over: bool
    """Whether they are longer than the `max_tokens` that was sent."""
    json: bool
    """Whether they begin as JSON does."""
    answers: int
    """How many."""
    input_tokens: int | None
    """In all; None when one of them wasn't counted."""
    cached_tokens: int
    """Those read from a prompt cache."""
    cache_write_tokens: int
    """Those written into one."""
    output_tokens: int | None
    """In all; None when one of them wasn't counted."""


def tallies_of(results: Path) -> tuple[Tally, ...]:
    """Return the answers of a results file in groups, in the order they first occur; errors are none."""
    from pyarrow import parquet

    counted: dict[tuple[Any, ...], list[int | None]] = {}
    with parquet.ParquetFile(results) as file:
        for batch in file.iter_batches(batch_size=ROWS_AT_ONCE, columns=list(COLUMNS)):
            for key, numbers in _of_batch(batch):
                before = counted.setdefault(key, [0] * len(numbers))
                counted[key] = [None if a is None or b is None else a + b for a, b in zip(before, numbers, strict=True)]
    return tuple(
        Tally(
            **dict(zip(GROUPS, key, strict=True)),
            answers=numbers[0] or 0,
            input_tokens=numbers[1],
            cached_tokens=numbers[2] or 0,
            cache_write_tokens=numbers[3] or 0,
            output_tokens=numbers[4],
        )
        for key, numbers in counted.items()
    )


def _of_batch(batch: Any) -> Iterator[tuple[tuple[Any, ...], list[int | None]]]:
    import pyarrow as pa
    import pyarrow.compute as pc

    table = pa.Table.from_batches([batch])
    table = table.filter(pc.not_equal(table["status"], "error"))
    text = pc.fill_null(table["output"], "")
    asked = {name: _parameter(table["effective_params"], name) for name in ("max_tokens", "not_sent", "response_format")}
    most = pc.cast(pc.if_else(pc.match_substring_regex(asked["max_tokens"], r"^\d{1,9}$"), asked["max_tokens"], None), pa.int64())
    columns = {
        **{name: table[name] for name in ("candidate", "prompt", "status", "served_model", *SUMS)},
        "not_sent": asked["not_sent"],
        "form": asked["response_format"],
        "blank": pc.equal(pc.utf8_length(pc.utf8_trim_whitespace(text)), 0),
        "over": pc.fill_null(pc.greater(table["output_tokens"], most), False),
        "json": pc.match_substring_regex(text, JSON_BEGINS),
    }
    sums = [(name, kind) for name in SUMS for kind in ("sum", "count")]
    found = pa.table(columns).group_by(list(GROUPS), use_threads=False).aggregate([([], "count_all"), *sums])
    for row in found.to_pylist():
        answers = int(row["count_all"])
        # A count that one answer lacks is no sum; of caches only what was told can be summed.
        whole = {name: row[f"{name}_sum"] if row[f"{name}_count"] == answers else None for name in ("input_tokens", "output_tokens")}
        cached, written = (int(row[f"{name}_sum"] or 0) for name in ("cached_tokens", "cache_write_tokens"))
        yield tuple(row[name] for name in GROUPS), [answers, whole["input_tokens"], cached, written, whole["output_tokens"]]


def _parameter(parameters: Any, name: str) -> Any:
    """Return one parameter of every row as JSON text, null where it wasn't sent."""
    import pyarrow as pa
    import pyarrow.compute as pc

    found = pc.map_lookup(parameters, pa.scalar(name), "first")
    return pc.if_else(pc.equal(found, "null"), None, found)
