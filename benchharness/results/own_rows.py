"""What a verdict needs of a run's own rows, read as numbers; a file that's no such thing goes the way of rows from anywhere."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from benchharness.pipeline.loading.effort import path_of
from benchharness.pipeline.loading.leakage import leaked_parts
from benchharness.records.answer import OWN_DOING
from benchharness.records.comparison import candidate_key
from benchharness.records.evidence import Leakage, LeakedPart
from benchharness.records.outcomes import Outcomes
from benchharness.records.suite import Suite
from benchharness.results.arrow import Texts
from benchharness.results.columns import is_own, read_numbers
from benchharness.results.outcomes import LONGEST_TARGET_LIST, MOST_IDS, outcomes_of, place_of, targets_of
from benchharness.results.reading import PATHS, STATUSES, read_table
from benchharness.results.totals import groups, ranks_of
from benchharness.suite.resolving import candidate_path

__all__ = ["DecidableRows", "decidable_rows", "own_rows"]

TEXTS = ("candidate", "prompt", "path", "example_id", "cluster", "status", "target")
COLUMNS = (*TEXTS, "repeat", "score", "matched")
Expected = Mapping[str, int] | int


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


def decidable_rows(results: Path, suite: Suite, expected: Expected, leakage: Leakage) -> DecidableRows:
    """Return what a verdict needs of a results file; MistakesError as `read_table` and `outcomes_of` raise it.

    What a run wrote is read as numbers, without pandas. Anything else, and anything that will be refused, is read as rows from
    anywhere are, which names what's wrong.
    """
    own = own_rows(results, suite, expected, leakage)
    if own is not None:
        return own
    table = read_table(results)
    return DecidableRows(
        outcomes=outcomes_of(table, suite, str(results), expected),
        targets=targets_of(table),
        leakage=leaked_parts(leakage, table),
        ids=sorted(table["example_id"].unique()),
    )


def own_rows(results: Path, suite: Suite, expected: Expected, leakage: Leakage) -> DecidableRows | None:
    """Return a run's rows, None when the file isn't as a run of this suite writes it."""
    if not is_own(results, COLUMNS):
        return None
    columns = read_numbers(results, COLUMNS)
    rank = ranks_of(columns["example_id"])
    if not _sound(columns, rank, suite):
        return None
    value = _matched(columns, suite.match_at)
    if value is None:
        return None
    ids = sorted(columns["example_id"].texts)
    outcomes = _outcomes(columns, rank, value, ids, suite, expected)
    return DecidableRows(outcomes=outcomes, targets=_targets(columns), leakage=_leaked(leakage, columns), ids=ids)


def _sound(columns: Mapping[str, Any], rank: Any, suite: Suite) -> bool:
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
    if (_among(status, OWN_DOING) & right).any() or (_among(status, ("error",)) & marked).any():
        return False
    return _known(columns, suite) and not _twice(columns, rank)


def _known(columns: Mapping[str, Any], suite: Suite) -> bool:
    """Tell whether every row is of a candidate of the suite, on the path that stands there."""
    stated = {entry.name: candidate_path(entry).value for entry in suite.candidates}
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


def _among(texts: Texts, wanted: Sequence[str] | frozenset[str]) -> Any:
    """Return whether each row's text is one of these."""
    return np.array([*(text in wanted for text in texts.texts), False], dtype=bool)[texts.codes]


def _matched(columns: Mapping[str, Any], match_at: float) -> Any:
    """Return 1, 0 or NaN by row, as `outcomes_of` does; None when a score and a match contradict each other."""
    score, stated = columns["score"], columns["matched"]
    by_score = np.where(np.isnan(score), np.nan, (score >= match_at).astype(float))
    value = np.where(np.isnan(stated), by_score, stated)
    if (~np.isnan(stated) & ~np.isnan(by_score) & (stated != by_score)).any():
        return None
    value[np.isnan(value) & _among(columns["status"], OWN_DOING)] = 0.0
    value[_among(columns["status"], ("error",))] = np.nan
    return value


def _outcomes(columns: Mapping[str, Any], rank: Any, value: Any, ids: Sequence[str], suite: Suite, expected: Expected) -> list[Outcomes]:
    paths = {entry.name: path_of(entry, suite) for entry in suite.candidates}
    order = {name: at for at, name in enumerate(paths)}
    codes, clusters, status = rank.astype(np.int64), _clusters(columns, rank, len(ids)), columns["status"]
    found = []
    for candidate, prompt, at in groups(columns["candidate"], columns["prompt"]):
        gone = np.isnan(value[at])
        asked = expected if isinstance(expected, int) else expected.get(candidate_key(candidate, prompt))
        counts = Counter(status.texts[code] if code >= 0 else "answered" for code in status.codes[at].tolist())
        found.append(
            Outcomes(
                candidate=candidate,
                prompt=prompt,
                path=paths[candidate],
                codes=codes[at],
                matched=np.where(gone, -1, value[at]).astype(np.int8),
                scores=columns["score"][at],
                clusters=None if clusters is None else clusters[at],
                statuses=dict(sorted(counts.items())),
                expected=len(np.unique(codes[at])) if asked is None else asked,
                missing_examples=tuple(ids[code] for code in np.unique(codes[at[gone]])[:MOST_IDS]),
            )
        )
    return sorted(found, key=lambda each: (order[each.candidate], *place_of(each, suite)))


def _clusters(columns: Mapping[str, Any], rank: Any, n: int) -> Any:
    """Return each row's cluster as a number, -1 for none: what one candidate's row tells of an example holds for all of them."""
    own = ranks_of(columns["cluster"]).astype(np.int64)
    known = own >= 0
    if not known.any():
        return None
    by_example = np.full(n, -1)
    by_example[rank[known]] = own[known]
    return by_example[rank]


def _targets(columns: Mapping[str, Any]) -> dict[str, int] | None:
    """Return how often each target occurs among the examples that tell theirs; None when they aren't a closed list."""
    targets = columns["target"]
    there = np.flatnonzero(targets.codes >= 0)
    # An example counts once, by its first row that tells its target.
    first = there[np.unique(columns["example_id"].codes[there], return_index=True)[1]]
    counts = np.bincount(targets.codes[first], minlength=len(targets.texts)).tolist()
    found = {text: count for text, count in sorted(zip(targets.texts, counts, strict=True)) if count}
    return found if 0 < len(found) <= LONGEST_TARGET_LIST else None


def _leaked(leakage: Leakage, columns: Mapping[str, Any]) -> Leakage:
    """Return the leakage with how every candidate did on leaked and on clean examples."""
    if not leakage.leaked:
        return leakage
    leaked = _among(columns["example_id"], frozenset(leakage.leaked))
    measured = ~np.isnan(columns["matched"]) & ~_among(columns["status"], ("error",))
    candidates, prompts = (Texts(np.where(measured, columns[name].codes, -1), columns[name].texts) for name in ("candidate", "prompt"))
    parts = []
    for candidate, prompt, at in groups(candidates, prompts):
        matched, there = columns["matched"][at], leaked[at]
        parts.append(
            LeakedPart(
                candidate=candidate_key(candidate, prompt),
                leaked_matched=int(matched[there].sum()),
                leaked=int(there.sum()),
                clean_matched=int(matched[~there].sum()),
                clean=int((~there).sum()),
            )
        )
    return replace(leakage, parts=tuple(parts))
