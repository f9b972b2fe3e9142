"""What a verdict needs of a run's own rows, read as numbers; a file that's no such thing goes the way of rows from anywhere."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchharness.records.answer import OWN_DOING
from benchharness.records.leakage import Leakage
from benchharness.records.outcomes import Outcomes
from benchharness.records.roster import Roster
from benchharness.results.columns import is_own, read_numbers
from benchharness.results.frame_rows import marked_frame
from benchharness.results.outcomes import Expected, Group, MarkedRows, among, closed_list, clusters_of, leaked_parts, marks_of, outcomes_of
from benchharness.results.reading import PATHS, STATUSES, read_table
from benchharness.results.totals import groups, ranks_of

__all__ = ["DecidableRows", "decidable_rows", "own_rows"]

TEXTS = ("candidate", "prompt", "path", "example_id", "cluster", "status", "target")
COLUMNS = (*TEXTS, "repeat", "score", "matched")


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidableRows:
    """A run's rows, as a verdict is made from them."""

    outcomes: Sequence[Outcomes]
    """By candidate, in suite order."""
    targets: Mapping[str, int] | None
    """How often each target occurs; None when they are no closed list."""
    leakage: Leakage
    """With how every candidate did on leaked and clean examples."""
    ids: Sequence[str]
    """The examples by code."""


def decidable_rows(results: Path, roster: Roster, expected: Expected, leakage: Leakage) -> DecidableRows:
    """Return what a verdict needs of a results file; MistakesError as `read_table` and `marked_frame` raise it.

    What a run wrote is read as numbers, without pandas. Anything else, and anything that will be refused, is read as rows from
    anywhere are, which names what's wrong.
    """
    rows = own_rows(results, roster)
    if rows is None:
        rows = marked_frame(read_table(results), roster, str(results))
    outcomes = outcomes_of(rows, roster, expected)
    return DecidableRows(outcomes=outcomes, targets=rows.targets, leakage=leaked_parts(leakage, outcomes, rows.ids), ids=rows.ids)


def own_rows(results: Path, roster: Roster) -> MarkedRows | None:
    """Return a run's rows, None when the file isn't as a run of this suite writes it."""
    if not is_own(results, COLUMNS):
        return None
    columns = read_numbers(results, COLUMNS)
    rank = ranks_of(columns["example_id"])
    if not _sound(columns, rank, roster):
        return None
    marks, differs = marks_of(columns["score"], columns["matched"], columns["status"], roster.match_at)
    if differs.any():
        return None
    codes, ids = rank.astype(np.int64), sorted(columns["example_id"].texts)
    return MarkedRows(
        groups=[Group(candidate=one, prompt=two, path=None, at=at) for one, two, at in groups(columns["candidate"], columns["prompt"])],
        codes=codes,
        ids=ids,
        marks=marks,
        scores=columns["score"],
        clusters=clusters_of(codes, ranks_of(columns["cluster"]).astype(np.int64), len(ids)),
        statuses=columns["status"],
        targets=closed_list(codes, columns["target"]),
    )


def _sound(columns: Mapping[str, Any], rank: Any, roster: Roster) -> bool:
    """Tell whether nothing in the rows would be refused."""
    score, matched, repeat, status = columns["score"], columns["matched"], columns["repeat"], columns["status"]
    if not len(score) or any((columns[name].codes < 0).any() for name in ("candidate", "prompt", "example_id")):
        return False
    if any("" in columns[name].texts for name in ("candidate", "example_id", "path", "cluster", "status")):
        return False
    if not (set(status.texts) <= set(STATUSES) and set(columns["path"].texts) <= set(PATHS)):
        return False
    if ((score < 0) | (score > 1)).any() or not (repeat >= 0).all():
        return False
    right = (matched == 1) | (np.isnan(matched) & (score > 0))
    marked = ~np.isnan(matched) | ~np.isnan(score)
    if (among(status, OWN_DOING) & right).any() or (among(status, ("error",)) & marked).any():
        return False
    return _known(columns, roster) and not _twice(columns, rank)


def _known(columns: Mapping[str, Any], roster: Roster) -> bool:
    """Tell whether every row is of a candidate of the suite, on the path that stands there."""
    stated = {each.name: each.stated for each in roster.candidates}
    candidates, paths = columns["candidate"], columns["path"]
    if not set(candidates.texts) <= set(stated):
        return False
    right = np.array([paths.texts.index(stated[name]) if stated[name] in paths.texts else -2 for name in candidates.texts])
    return bool(((paths.codes < 0) | (paths.codes == right[candidates.codes])).all())


def _twice(columns: Mapping[str, Any], rank: Any) -> bool:
    """Tell whether a row stands there twice."""
    keys = (columns["candidate"].codes, columns["prompt"].codes, rank, columns["repeat"])
    order = np.lexsort(keys)
    return bool(np.logical_and.reduce([np.diff(key[order]) == 0 for key in keys]).any())
