"""From rows, wherever they were read, to each candidate's outcomes: the one builder."""

from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchharness.records.answer import OWN_DOING
from benchharness.records.comparison import candidate_key
from benchharness.records.leakage import Leakage, LeakedPart
from benchharness.records.outcomes import NOT_MEASURED, Floats, Outcomes, Whole
from benchharness.records.roster import Roster
from benchharness.results.arrow import Texts

__all__ = [
    "LONGEST_TARGET_LIST",
    "MOST_IDS",
    "Expected",
    "Group",
    "MarkedRows",
    "among",
    "closed_list",
    "clusters_of",
    "coded",
    "leaked_parts",
    "marks_of",
    "outcomes_of",
]

LONGEST_TARGET_LIST = 500
# Ids named of those a candidate lacks.
MOST_IDS = 5
Expected = Mapping[str, int] | int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The rows of one candidate with one prompt."""

    candidate: str
    """Its name."""
    prompt: str
    """Its prompt; empty for none."""
    path: str | None
    """The path its first row names; None where no row does."""
    at: Whole
    """Which rows, in their order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedRows:
    """Rows as arrays with one entry a row; a reader of each source fills it in."""

    groups: Sequence[Group]
    """By candidate and prompt, in the order in which they first occur."""
    codes: Whole
    """Which example: its place among `ids`."""
    ids: Sequence[str]
    """The examples that have rows, sorted."""
    marks: Floats
    """1 matched, 0 didn't, NaN not measured."""
    scores: Floats
    """Primary score from 0 to 1, NaN for none."""
    clusters: Whole | None
    """Which cluster, -1 for an example that stands alone; None when all of them do."""
    statuses: Texts
    """How each row ended; none means answered."""
    targets: Mapping[str, int] | None
    """How often each target occurs among the examples; None when they are no closed list."""


def outcomes_of(rows: MarkedRows, roster: Roster, expected: Expected = None) -> list[Outcomes]:
    """Return each candidate's outcomes in suite order, whatever the order of the rows.

    `expected` is how many examples were to be asked: of everybody, by candidate and prompt where the run stopped asking some,
    or, when None, as many as each candidate has.
    """
    found = [_outcomes(each, rows, roster, expected) for each in rows.groups]
    return sorted(found, key=lambda each: roster.place(each.candidate, each.prompt))


def _outcomes(group: Group, rows: MarkedRows, roster: Roster, expected: Expected) -> Outcomes:
    listed = roster.listed(group.candidate)
    codes, marks = rows.codes[group.at], rows.marks[group.at]
    gone = np.isnan(marks)
    asked = expected.get(candidate_key(group.candidate, group.prompt)) if isinstance(expected, Mapping) else expected
    texts = rows.statuses.texts
    scores = rows.scores[group.at]
    # A refusal has no score to give, and counts against its candidate all the same.
    theirs = np.isnan(scores) & ~gone & among(Texts(rows.statuses.codes[group.at], texts), OWN_DOING)
    statuses = Counter(texts[code] if code >= 0 else "answered" for code in rows.statuses.codes[group.at].tolist())
    return Outcomes(
        candidate=group.candidate,
        prompt=group.prompt,
        path=str(group.path) if listed is None else listed.path,
        codes=codes,
        matched=np.where(gone, NOT_MEASURED, marks).astype(np.int8),
        scores=np.where(theirs, 0.0, scores),
        clusters=None if rows.clusters is None else rows.clusters[group.at],
        statuses=dict(sorted(statuses.items())),
        expected=len(np.unique(codes)) if asked is None else asked,
        missing_examples=tuple(str(rows.ids[code]) for code in np.unique(codes[gone])[:MOST_IDS]),
    )


def marks_of(score: Floats, stated: Floats, status: Texts, match_at: float) -> tuple[Floats, NDArray[np.bool_]]:
    """Return each row's mark (1, 0 or NaN), and which rows contradict themselves.

    A mark is what the row states, else its score against `match_at`, else a miss where the status is the candidate's own doing:
    a refusal has no score to give, and counts against it all the same. An error is never measured.
    """
    by_score = np.where(np.isnan(score), np.nan, (score >= match_at).astype(float))
    marks = np.where(np.isnan(stated), by_score, stated)
    differs = ~np.isnan(stated) & ~np.isnan(by_score) & (stated != by_score)
    marks[np.isnan(marks) & among(status, OWN_DOING)] = 0.0
    marks[among(status, ("error",))] = np.nan
    return marks, differs


def coded(values: Iterable[str | None]) -> Texts:
    """Return texts as numbers, in the order they first occur; None is none."""
    known: dict[str, int] = {}
    codes = array("i", (-1 if value is None else known.setdefault(value, len(known)) for value in values))
    return Texts(np.array(codes, dtype=np.int32), list(known))


def among(texts: Texts, wanted: Sequence[str] | frozenset[str]) -> Any:
    """Return whether each row's text is one of these."""
    return np.array([*(text in wanted for text in texts.texts), False], dtype=bool)[texts.codes]


def clusters_of(codes: Whole, own: Whole, n: int) -> Whole | None:
    """Return each row's cluster from what the rows tell, as a number with -1 for none; None when no row tells one.

    What one candidate's row tells of an example holds for all of them. `codes` say which of the `n` examples a row answers.
    """
    known = own >= 0
    if not known.any():
        return None
    by_example = np.full(n, -1)
    by_example[codes[known]] = own[known]
    return by_example[codes]


def closed_list(codes: Whole, targets: Texts) -> dict[str, int] | None:
    """Return how often each target occurs among the examples that tell theirs; None when they aren't a closed list."""
    there = np.flatnonzero(targets.codes >= 0)
    # An example counts once, by its first row that tells its target.
    first = there[np.unique(codes[there], return_index=True)[1]]
    counts = np.bincount(targets.codes[first], minlength=len(targets.texts)).tolist()
    found = {text: count for text, count in sorted(zip(targets.texts, counts, strict=True)) if count}
    return found if 0 < len(found) <= LONGEST_TARGET_LIST else None


def leaked_parts(leakage: Leakage, outcomes: Sequence[Outcomes], ids: Sequence[str]) -> Leakage:
    """Return the leakage with how every candidate did on leaked and on clean examples; `ids` names the examples by code."""
    if not leakage.leaked:
        return leakage
    leaked = set(leakage.leaked)
    codes = np.array([at for at, name in enumerate(ids) if name in leaked], dtype=np.int64)
    parts = []
    for each in outcomes:
        there, known = np.isin(each.codes, codes), each.matched > NOT_MEASURED
        hits, misses = each.matched[there & known], each.matched[~there & known]
        parts.append(
            LeakedPart(
                candidate=each.key, leaked_matched=int(hits.sum()), leaked=len(hits), clean_matched=int(misses.sum()), clean=len(misses)
            )
        )
    return replace(leakage, parts=tuple(parts))
