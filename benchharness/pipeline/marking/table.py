"""Score a whole table of stored outputs again: what is the same is scored once, what is slow on all cores."""

import json
import multiprocessing
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import chain
from typing import Any

from benchharness.pipeline.marking.recipe import Recipe, RowMarker
from benchharness.records.example import Example
from benchharness.records.row import Row
from benchharness.records.score import Mark
from benchharness.results.marked_table import alike, answered, stored_rows, with_marks
from benchharness.scorers import scorer_traits_of

__all__ = ["marked_table"]

# Starting a process takes about a second; fewer slow scores than this are done before it's up.
WORTH_A_POOL = 2_000
AT_ONCE = 250
Task = tuple[Example, Row]


_MARKERS: list[RowMarker] = []


def marked_table(table: Any, examples: Mapping[str, Example], recipe: Recipe) -> Any:
    """Return a run's table (pyarrow) with status, scores, score, matched, parsed and error made again; errors stay as they are.

    Rows with the same output, target and prompt are scored once, unless a scorer is code of one's own or reads time or cost.
    Slow scorers get a process on every core.
    """
    places = answered(table)
    group, first = _alike(table, places, examples, recipe)
    marks = _marks(list(_tasks(table, places[first], examples, recipe)), recipe)
    return with_marks(table, places, group, marks)


def _alike(table: Any, places: Any, examples: Mapping[str, Example], recipe: Recipe) -> tuple[Any, Any]:
    """Return the group of each row, and the first row of each group."""
    import numpy as np

    traits = [scorer_traits_of(entry) for entry in recipe.scorers]
    if any(each.reads_everything or each.asks_judges for each in traits):
        return np.arange(len(places)), np.arange(len(places))
    columns = ["output", "status", "prompt"]
    if any(each.reads_time_or_cost for each in traits):
        columns += ["cost_usd", "latency_s", "cached"]
    return alike(table, places, columns, lambda name: _target(examples[name]))


def _target(example: Example) -> str:
    return json.dumps(example.target, ensure_ascii=False, sort_keys=True, default=str)


def _tasks(table: Any, places: Any, examples: Mapping[str, Example], recipe: Recipe) -> Iterator[Task]:
    whole = any(scorer_traits_of(entry).reads_everything for entry in recipe.scorers)
    for row in stored_rows(table, places, whole=whole):
        example = examples[row.example_id]
        # Most scorers look at the target alone, and a long input needn't travel to another process.
        yield example if whole else Example(id=example.id, input="", target=example.target), row


def _marks(tasks: Sequence[Task], recipe: Recipe) -> list[Mark]:
    cores = multiprocessing.cpu_count()
    if len(tasks) < WORTH_A_POOL or cores == 1 or not any(scorer_traits_of(entry).slow for entry in recipe.scorers):
        mark = recipe.row_marker()
        return [mark(*task) for task in tasks]
    # Spawned, not forked: a fork of a process with threads may hang.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(cores, mp_context=context, initializer=_start, initargs=(recipe,)) as pool:
        chunks = [tasks[at : at + AT_ONCE] for at in range(0, len(tasks), AT_ONCE)]
        return list(chain.from_iterable(pool.map(_mark_all, chunks)))


def _start(recipe: Recipe) -> None:
    _MARKERS[:] = [recipe.row_marker()]


def _mark_all(tasks: Sequence[Task]) -> list[Mark]:
    return [_MARKERS[0](*task) for task in tasks]
