"""What a verdict looked at: its examples by what they ask, its rows, and what everybody was given for them."""

from array import array
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import numpy as np

from benchharness.goldenset.fingerprint import question_digest
from benchharness.goldenset.spool import arranged
from benchharness.pipeline.asking.jobs import store_path
from benchharness.records.comparison import Stopping
from benchharness.records.example import Example
from benchharness.records.outcomes import NOT_MEASURED, Outcomes, Whole
from benchharness.records.run_facts import Looks
from benchharness.results.marks_hash import text_hashes
from benchharness.runner.looks import Bytes, Digests, Look, Marks, asked_before, look_at
from benchharness.runner.store import ResponseStore

__all__ = ["begun_first", "looks_at"]

# A prime, so that marks of repeats add up to other sums; a changed mark goes unseen once in 255 examples.
CHECKSUM = 255
GRAIN = 1_000_000
# 2^64 by the golden ratio: it spreads neighbouring numbers (Knuth 1973).
SPREAD = np.uint64(0x9E3779B97F4A7C15)
AT_ONCE = 5_000


def looks_at(
    outcomes: Sequence[Outcomes],
    ids: Sequence[str],
    *,
    suite: str,
    policy_hash: str,
    stopping: Stopping = Stopping.NONE,
    examples: Iterable[Example] = (),
) -> Looks:
    """Write down that rows were looked at, below the current folder, and return what earlier looks there mean for them.

    `ids` names the examples by code; `examples` tell what those ask, in the order in which they were asked, where that's known.
    """
    named, asked = text_hashes(ids), _asked(examples)
    # Who stopped early wasn't asked all that was planned, and a look is at what was planned.
    known = np.concatenate([named, asked[0][~np.isin(asked[0], named)]])
    asks, place = _in_order(asked, known)
    order = np.argsort(place)
    marks = [Marks(path=each.path, by_example=_given(each, len(known))) for each in outcomes]
    look = Look(
        suite=suite,
        policy_hash=policy_hash,
        seen_at=datetime.now(UTC).isoformat(),
        # Tests of clusters and of repeats hold for one look.
        anytime=stopping is Stopping.ANYTIME and all(_plain(each) for each in outcomes),
        examples=asks,
        rows=_rows(outcomes, known, marks)[order],
        marks=[Marks(path=each.path, by_example=each.by_example[order]) for each in marks],
    )
    here = store_path(Path.cwd())
    if not here.exists():
        # A replay looks as well, and may be the first to do so in this folder.
        with ResponseStore(here):
            pass
    found = look_at(here, look)
    seen = int(found.seen.sum())
    fresh = len(found.seen) - seen if seen else None
    at = np.flatnonzero(found.seen[place[: len(ids)]]).tolist() if fresh else ()
    return Looks(
        count=found.count,
        policy_changed=found.policy_changed,
        elsewhere=found.elsewhere,
        fresh=fresh,
        seen=tuple(str(ids[each]) for each in at),
    )


def begun_first(examples: Sequence[Example]) -> Sequence[Example]:
    """Return examples in the order in which those that were looked at were asked then, and the others after them.

    A test that holds at every look goes on where it was: whoever grows a set asks again all that was asked, and then more.
    """
    here = store_path(Path.cwd())
    before = asked_before(here) if here.exists() else np.empty(0, dtype=np.uint64)
    if not len(before):
        return examples
    first, at = np.unique(before, return_index=True)
    asks = _asked(examples)[1]
    place = np.minimum(np.searchsorted(first, asks), len(first) - 1)
    rank = np.where(first[place] == asks, at[place], len(before))
    return arranged(examples, array("Q", np.argsort(rank, kind="stable").tolist()))


def _plain(outcomes: Outcomes) -> bool:
    alone = outcomes.clusters is None or bool((outcomes.clusters < 0).all())
    return alone and len(np.unique(outcomes.codes)) == len(outcomes.codes)


def _given(outcomes: Outcomes, n: int) -> Bytes:
    """Return a checksum from 1 to 255 of what a candidate was given for each example, the same whatever the order of repeats."""
    known = outcomes.matched > NOT_MEASURED
    scores = np.zeros(len(known)) if outcomes.scores is None else np.nan_to_num(outcomes.scores, nan=-1.0)
    worth = (np.rint(scores * GRAIN) * 2 + outcomes.matched).astype(np.int64) % CHECKSUM
    sums = np.bincount(outcomes.codes[known], weights=worth[known] + 1, minlength=n).astype(np.int64)
    asked = np.bincount(outcomes.codes[known], minlength=n)
    return np.where(asked > 0, sums % CHECKSUM + 1, 0).astype(np.uint8)


def _asked(examples: Iterable[Example]) -> tuple[Digests, Digests]:
    """Return a number of each example's id and one of what it asks; two numbers an example are held."""
    found = [np.empty((2, 0), dtype=np.uint64)]
    pending = iter(examples)
    while part := list(islice(pending, AT_ONCE)):
        asks = np.fromiter((question_digest(each) for each in part), dtype=np.uint64, count=len(part))
        found.append(np.stack([text_hashes([each.id for each in part]), asks]))
    ids, asks = np.concatenate(found, axis=1)
    return ids, asks


def _in_order(asked: tuple[Digests, Digests], known: Digests) -> tuple[Digests, Whole]:
    """Return what examples ask, in the order asked, and the place of each of the `known` ids in it; nothing when it isn't known."""
    ids, asks = asked
    if not np.isin(known, ids).all():
        return np.empty(0, dtype=np.uint64), np.arange(len(known))
    order = np.argsort(ids)
    place: Whole = order[np.searchsorted(ids[order], known)]
    return asks, place


def _rows(outcomes: Sequence[Outcomes], known: Digests, marks: Sequence[Marks]) -> Digests:
    """Return a number of each example's id and everybody's marks, whatever the order of the candidates."""
    found = known.copy()
    for each, given in zip(outcomes, marks, strict=True):
        found += (text_hashes([each.key])[0] + given.by_example) * SPREAD
    return found
