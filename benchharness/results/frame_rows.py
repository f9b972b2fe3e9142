"""Rows from anywhere, in a frame, as marked rows; a stranger's, a contradicting or a second golden set's are refused."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from benchharness.errors import MOST_MISTAKES, Mistake, MistakesError
from benchharness.records.roster import Roster
from benchharness.results.arrow import Texts
from benchharness.results.outcomes import MOST_IDS, Group, MarkedRows, closed_list, clusters_of, marks_of

__all__ = ["marked_frame"]


def marked_frame(table: Any, roster: Roster, name: str, *, complete: bool = False) -> MarkedRows:
    """Return the rows of a frame that `read_table` made of the file `name`; MistakesError names what can't be compared.

    Rows that must be `complete` are refused when a candidate lacks one that another has.
    """
    import pandas as pd

    _no_strangers(table, roster, name)
    if complete:
        _check_complete(table, name)
    codes, ids = pd.factorize(table["example_id"], sort=True)
    codes = codes.astype(np.int64)
    score, stated = table["score"].to_numpy(dtype=float), table["matched"].to_numpy(dtype=float)
    statuses = _texts(table["status"])
    marks, differs = marks_of(score, stated, statuses, roster.match_at)
    if differs.any():
        at = np.flatnonzero(differs)[:MOST_MISTAKES]
        raise MistakesError([_differs(table.iloc[int(each)], roster.match_at, name) for each in at])
    groups = [
        Group(candidate=str(candidate), prompt=str(prompt), path=table["path"].iloc[at[0]], at=at)
        for (candidate, prompt), at in table.groupby(["candidate", "prompt"], sort=False).indices.items()
    ]
    return MarkedRows(
        groups=groups,
        codes=codes,
        ids=list(ids),
        marks=marks,
        scores=score,
        clusters=clusters_of(codes, pd.factorize(table["cluster"], sort=True)[0], len(ids)),
        statuses=statuses,
        targets=closed_list(codes, _texts(table["target"])),
    )


def _texts(column: Any) -> Texts:
    """Return a column of texts as numbers."""
    import pandas as pd

    codes, texts = pd.factorize(column)
    return Texts(codes.astype(np.int32), [str(each) for each in texts])


def _differs(row: Any, match_at: float, name: str) -> Mistake:
    stands = "matched" if row["matched"] else "not matched"
    return Mistake(
        file=name,
        line=int(row["line"]),
        key="matched",
        message=f"says {stands} beside a score of {row['score']:g}; an answer matches from {match_at:g} on (`match_at`)",
        hint="leave one of both out, or set the suite's `match_at`",
    )


def _no_strangers(table: Any, roster: Roster, name: str) -> None:
    """Raise MistakesError for a row of nobody's, or one on another path than the suite's."""
    stated = {each.name: each.stated for each in roster.candidates}
    other = table[table["path"].notna() & table["candidate"].isin(stated) & (table["path"] != table["candidate"].map(stated))]
    if len(other):
        row = other.iloc[0]
        message = f"{row['candidate']} is {row['path']} here and {stated[row['candidate']]} in the suite"
        raise MistakesError(
            [
                Mistake(
                    file=name, line=int(row["line"]), key="path", message=message, hint="a candidate's path can't change after its answers"
                )
            ]
        )
    strangers = table[~table["candidate"].isin(stated) & table["path"].isna()]
    if len(strangers):
        row = strangers.iloc[0]
        message = f"the suite has no candidate {row['candidate']!r}, and the row names no path"
        raise MistakesError(
            [Mistake(file=name, line=int(row["line"]), key="candidate", message=message, hint=f"it has {', '.join(stated)}")]
        )


def _check_complete(table: Any, name: str) -> None:
    """Raise MistakesError when a candidate lacks a row that another has, or one example stands there with two targets or clusters.

    Either way the rows aren't answers to one golden set, and a comparison of them would be none.
    """
    mistakes = [*_lacking(table, name), *_contradicting(table, name)]
    if mistakes:
        raise MistakesError(sorted(mistakes, key=lambda each: each.line or 0)[:MOST_MISTAKES])


def _lacking(table: Any, name: str) -> Iterator[Mistake]:
    import pandas as pd

    codes, ids = pd.factorize(table["example_id"], sort=True)
    for (candidate, prompt), at in table.groupby(["candidate", "prompt"], sort=False).indices.items():
        there = np.zeros(len(ids), dtype=bool)
        there[codes[at]] = True
        gone = np.flatnonzero(~there)
        if not len(gone):
            continue
        first = int(table["line"].iloc[int(np.flatnonzero(codes == gone[0])[0])])
        who = f"{candidate} with {prompt}" if prompt else str(candidate)
        named = ", ".join(str(ids[each]) for each in gone[:MOST_IDS]) + (", ..." if len(gone) > MOST_IDS else "")
        yield Mistake(
            file=name,
            line=first,
            key="example_id",
            message=f"{who} has no row for {len(gone)} of {len(ids)} examples: {named}",
            hint="give it a row with status `error` where nothing was measured; two golden sets can't be compared",
        )


def _contradicting(table: Any, name: str) -> Iterator[Mistake]:
    import pandas as pd

    codes, ids = pd.factorize(table["example_id"])
    for column in ("target", "cluster"):
        values = pd.factorize(table[column])[0]
        known = values >= 0
        said = np.full(len(ids), -1)
        said[codes[known]] = values[known]
        differs = np.flatnonzero(known & (values != said[codes]))
        for at in differs[np.unique(codes[differs], return_index=True)[1]][:MOST_IDS]:
            other = np.flatnonzero(known & (codes == codes[at]) & (values != values[at]))[0]
            here, there = table.iloc[max(at, other)], table.iloc[min(at, other)]
            yield Mistake(
                file=name,
                line=int(here["line"]),
                key=column,
                message=f"{ids[codes[at]]} has the {column} {here[column]!r} here and {there[column]!r} in line {int(there['line'])}",
                hint="the rows come from two golden sets; compare only rows of one",
            )
