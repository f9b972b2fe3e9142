"""Score a whole table of stored outputs again: what is the same is scored once, what is slow on all cores."""

import json
import multiprocessing
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import chain
from typing import Any

from benchharness.pipeline.marking.recipe import Recipe, answer_of
from benchharness.records.answer import Answer, AnswerStatus, LatencyKind
from benchharness.records.example import Example
from benchharness.records.row import Row
from benchharness.records.score import Mark
from benchharness.records.suite import Extract
from benchharness.scorers import traits_of
from benchharness.scorers.marking import Marker

__all__ = ["marked_table"]

# Starting a process takes about a second; fewer slow scores than this are done before it's up.
WORTH_A_POOL = 2_000
AT_ONCE = 250
# What most scorers look at, and all that a row knows of an answer.
LOOKED_AT = ("candidate", "prompt", "example_id", "output", "status", "finish_reason", "cost_usd", "latency_s", "cached")
ANSWER = (
    *LOOKED_AT, "served_model", "input_tokens", "cached_tokens", "cache_write_tokens", "output_tokens", "reasoning_tokens",
    "latency_kind", "effective_params",
)  # fmt: skip

Task = tuple[Example, Extract | None, Answer]


_MARKERS: list[Marker] = []


def marked_table(table: Any, examples: Mapping[str, Example], recipe: Recipe) -> Any:
    """Return a run's table (pyarrow) with status, scores, score, matched, parsed and error made again; errors stay as they are.

    Rows with the same output, target and prompt are scored once, unless a scorer is code of one's own or reads time or cost.
    Slow scorers get a process on every core.
    """
    import numpy as np

    answered = np.asarray(table["status"].to_numpy(zero_copy_only=False) != AnswerStatus.ERROR.value) & ~_null(table["output"])
    places = np.flatnonzero(answered)
    group, first = _alike(table, places, examples, recipe)
    marks = _marks(list(_tasks(table, places[first], examples, recipe)), recipe)
    return _with_marks(table, places, group, marks)


def _null(column: Any) -> Any:
    return column.is_null().to_numpy(zero_copy_only=False)


def _alike(table: Any, places: Any, examples: Mapping[str, Example], recipe: Recipe) -> tuple[Any, Any]:
    """Return the group of each row, and the first row of each group."""
    import numpy as np
    import pandas as pd

    traits = [traits_of(entry) for entry in recipe.scorers]
    if any(each.reads_everything or each.asks_judges for each in traits):
        return np.arange(len(places)), np.arange(len(places))
    # Each column's own codes: a million texts needn't become Python objects to be told apart.
    columns = ["output", "status", "prompt"]
    if any(each.reads_time_or_cost for each in traits):
        columns += ["cost_usd", "latency_s", "cached"]
    which, ids = _codes(table["example_id"], places)
    known: dict[str, int] = {}
    targets = np.array([known.setdefault(_target(examples[each]), len(known)) for each in ids], dtype=np.int64)
    group, _ = pd.factorize(targets[which])
    for column in columns:
        codes, values = _codes(table[column], places)
        group, _ = pd.factorize(group.astype(np.int64) * (len(values) + 1) + codes)
    first = np.full(int(group.max()) + 1 if len(group) else 0, -1, dtype=np.int64)
    first[group[::-1]] = np.arange(len(group))[::-1]
    return group, first


def _codes(column: Any, places: Any) -> tuple[Any, list[Any]]:
    """Return a number for each of the rows, -1 for none, and the values by number."""
    import pyarrow as pa

    found = column.take(pa.array(places)).combine_chunks().dictionary_encode()
    return found.indices.fill_null(-1).to_numpy(zero_copy_only=False), found.dictionary.to_pylist()


def _target(example: Example) -> str:
    return json.dumps(example.target, ensure_ascii=False, sort_keys=True, default=str)


def _tasks(table: Any, places: Any, examples: Mapping[str, Example], recipe: Recipe) -> Iterator[Task]:
    import pyarrow as pa

    whole = any(traits_of(entry).reads_everything for entry in recipe.scorers)
    wanted = table.select(ANSWER if whole else LOOKED_AT).take(pa.array(places))
    for values in chain.from_iterable(batch.to_pylist() for batch in wanted.to_batches(max_chunksize=20_000)):
        row = _row(values)
        example = examples[row.example_id]
        # Most scorers look at the target alone, and a long input needn't travel to another process.
        seen = example if whole else Example(id=example.id, input="", target=example.target)
        yield seen, recipe.extracts.get(row.prompt), answer_of(row, row.output or "")


def _row(values: dict[str, Any]) -> Row:
    """Return the row of some columns as Arrow has them."""
    found = {**values, "status": AnswerStatus(values["status"]), "prompt": values["prompt"] or "", "cached": bool(values["cached"])}
    if "latency_kind" in values:
        found["latency_kind"] = LatencyKind(values["latency_kind"] or LatencyKind.NONE)
        found["effective_params"] = {name: json.loads(value) for name, value in values["effective_params"] or ()}
    return Row(**found)


def _marks(tasks: Sequence[Task], recipe: Recipe) -> list[Mark]:
    cores = multiprocessing.cpu_count()
    if len(tasks) < WORTH_A_POOL or cores == 1 or not any(traits_of(entry).slow for entry in recipe.scorers):
        mark = recipe.marker()
        return [mark(*task) for task in tasks]
    # Spawned, not forked: a fork of a process with threads may hang.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(cores, mp_context=context, initializer=_start, initargs=(recipe,)) as pool:
        chunks = [tasks[at : at + AT_ONCE] for at in range(0, len(tasks), AT_ONCE)]
        return list(chain.from_iterable(pool.map(_mark_all, chunks)))


def _start(recipe: Recipe) -> None:
    _MARKERS[:] = [recipe.marker()]


def _mark_all(tasks: Sequence[Task]) -> list[Mark]:
    return [_MARKERS[0](*task) for task in tasks]


def _with_marks(table: Any, places: Any, group: Any, marks: Sequence[Mark]) -> Any:
    """Return the table with each row's group's mark in it."""
    import numpy as np
    import pyarrow as pa
    from pyarrow import compute

    # A place after the last mark stands for a row that keeps what it has.
    at = np.full(len(table), len(marks), dtype=np.int64)
    at[places] = group
    kept = pa.array(at == len(marks))
    columns: dict[str, tuple[Any, list[Any]]] = {
        "status": (pa.string(), [each.status.value for each in marks]),
        "score": (pa.float64(), [each.score for each in marks]),
        "matched": (pa.bool_(), [each.matched for each in marks]),
        "parsed": (pa.string(), [each.parsed for each in marks]),
        "error": (pa.string(), [each.why for each in marks]),
    }
    for name, (kind, values) in columns.items():
        new = pa.array([*values, None], kind).take(pa.array(at))
        both = compute.if_else(kept, table[name].cast(kind), new)
        table = table.set_column(table.schema.get_field_index(name), name, both)
    return table.set_column(table.schema.get_field_index("scores"), "scores", _maps(at, marks))


def _maps(at: Any, marks: Sequence[Mark]) -> Any:
    """Return the map column: of each row its mark's scores by name, none for a row that wasn't scored."""
    import numpy as np
    import pyarrow as pa

    counts = np.array([*(len(each.scores) for each in marks), 0], dtype=np.int64)
    starts = np.concatenate(([0], np.cumsum(counts)))[:-1]
    keys = pa.array([name for each in marks for name in each.scores], pa.string())
    items = pa.array([value for each in marks for value in each.scores.values()], pa.float64())
    lengths = counts[at]
    offsets = np.concatenate(([0], np.cumsum(lengths)))
    within = np.arange(offsets[-1]) - np.repeat(offsets[:-1], lengths)
    wanted = pa.array(np.repeat(starts[at], lengths) + within)
    return pa.MapArray.from_arrays(pa.array(offsets, pa.int32()), keys.take(wanted), items.take(wanted))
