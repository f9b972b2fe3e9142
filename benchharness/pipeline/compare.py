"""Candidates side by side within a run, or runs against each other on the examples that didn't change; ask nobody."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from benchharness import numbers
from benchharness.comparison.changing import LEAST_IN_SLICE, change_of, flipped, only_codes
from benchharness.comparison.choosing import best
from benchharness.comparison.many import holm
from benchharness.comparison.measuring import measure
from benchharness.comparison.outcomes import values_of
from benchharness.errors import UsageError
from benchharness.pipeline.deciding.evidence import questions_of
from benchharness.pipeline.loading.effort import roster_of
from benchharness.pipeline.loading.policy import suite_of
from benchharness.pipeline.loading.run_folder import open_beside
from benchharness.records.comparison import Questions
from benchharness.records.outcomes import Outcomes, Whole
from benchharness.records.policy_words import TargetIs
from benchharness.records.run import CandidateTotals, RunRecord
from benchharness.records.run_comparison import Change, RunComparison, SliceChange
from benchharness.records.suite import Suite
from benchharness.results.frame_rows import marked_frame
from benchharness.results.outcomes import outcomes_of
from benchharness.results.reading import read_table
from benchharness.results.writing import read_asked

__all__ = ["compare_runs"]

# More labels than a screen has lines aren't slices somebody reads.
MOST_SLICES = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """One run, read."""

    name: str
    record: RunRecord
    suite: Suite
    asked: Mapping[str, str]
    answered: Collection[str]
    outcomes: Mapping[str, Outcomes]
    targets: Mapping[str, str]
    totals: Mapping[str, CandidateTotals]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Side:
    """One candidate, and what it is held against."""

    name: str
    against: str
    mine: Outcomes
    theirs: Outcomes
    totals: CandidateTotals | None
    their_totals: CandidateTotals | None


def compare_runs(paths: Sequence[Path], *, against: str | None = None) -> RunComparison:
    """Return one run's candidates against its best prompt (or `against`), or several runs against the first, candidate by candidate.

    Raises UsageError for a folder that's no run, a candidate nobody has, or runs without one unchanged example in common.
    """
    # The same id has the same number in every run, so that examples can be matched.
    codes: dict[str, int] = {}
    runs = [_read(path, codes) for path in paths]
    ids = {code: name for name, code in codes.items()}
    if len(runs) == 1:
        return _within(runs[0], against, ids)
    if against is not None:
        raise UsageError("--against names a candidate of one run", hint="several runs are held against the first one")
    return _between(runs, codes, ids)


def _read(path: Path, codes: dict[str, int]) -> _Run:
    folder, record = open_beside(path)
    suite = suite_of(record)
    table = read_table(folder.results)
    names = sorted(table["example_id"].unique())
    for name in names:
        codes.setdefault(str(name), len(codes))
    own = np.array([codes[str(name)] for name in names])
    roster = roster_of(suite)
    found = outcomes_of(marked_frame(table, roster, str(folder.results)), roster)
    return _Run(
        name=folder.path.resolve().name,
        record=record,
        suite=suite,
        asked=read_asked(folder.asked) if folder.asked.is_file() else {},
        answered=[str(name) for name in names],
        # Codes count the sorted ids of one file; here they count those of all runs.
        outcomes={each.key: _in_order(replace(each, codes=own[each.codes])) for each in found},
        targets=dict(table.loc[table["target"].notna()].drop_duplicates("example_id").set_index("example_id")["target"]),
        totals={each.key: each for each in record.totals},
    )


def _in_order(outcomes: Outcomes) -> Outcomes:
    return outcomes.rows(np.argsort(outcomes.codes, kind="stable"))


def _within(run: _Run, against: str | None, ids: Mapping[int, str]) -> RunComparison:
    base = against or _best(run)
    if base not in run.outcomes:
        raise UsageError(f"the run has no candidate {base!r}", hint=f"it has {numbers.listed(list(run.outcomes), most=20)}")
    before, spent = run.outcomes[base], run.totals.get(base)
    sides = [
        _Side(name=key, against=base, mine=each, theirs=before, totals=run.totals.get(key), their_totals=spent)
        for key, each in run.outcomes.items()
        if key != base
    ]
    return RunComparison(
        suite=run.record.suite,
        runs=(run.name,),
        examples=len(_compared(sides)),
        changes=_changes(sides, questions_of(run.suite), _groups(run, ids), ids),
        warnings=tuple(_stopped([run])),
    )


def _best(run: _Run) -> str:
    asked = questions_of(run.suite)
    measured = [measure(each, values_of(each, asked.target_is), asked, tried=1, plan=False) for each in run.outcomes.values()]
    found = best(measured, "api") or best(measured, "fine-tuned", "self-hosted", "classical")
    if found is None:
        raise UsageError("nothing was measured in this run", file=run.name)
    return found


def _between(runs: Sequence[_Run], codes: Mapping[str, int], ids: Mapping[int, str]) -> RunComparison:
    first = runs[0]
    sides: list[_Side] = []
    left: Counter[str] = Counter()
    common: set[int] = set()
    for run in runs[1:]:
        same, changed, gone = _unchanged(first, run)
        # A run that stopped has no row of what it planned and never asked.
        kept = np.array(sorted(codes[name] for name in same & codes.keys()), dtype=np.int64)
        own = list(_sides(first, run, kept, alone=len(runs) == 2))  # noqa: PLR2004 - two runs need no names
        compared = _compared(own)
        sides += own
        common |= compared
        left.update({"changed": changed, "only in one run": gone, "not asked in both": len(same) - len(compared) if own else 0})
    if not sides:
        raise UsageError("the runs have no candidate in common", hint="name one run to see its candidates side by side")
    if not common:
        raise UsageError("the runs have no unchanged example in common", hint="rates over different examples can't be compared")
    return RunComparison(
        suite=first.record.suite,
        runs=tuple(each.name for each in runs),
        examples=len(common),
        left_out={why: count for why, count in left.items() if count},
        changes=_changes(sides, questions_of(first.suite), _groups(first, ids), ids),
        warnings=(*_stopped(runs), *_unlike(runs)),
    )


def _sides(first: _Run, run: _Run, kept: Whole, *, alone: bool) -> Iterator[_Side]:
    """Yield every candidate of both runs, on those of the kept examples that it was asked in both."""
    for key, each in run.outcomes.items():
        if key in first.outcomes:
            before = first.outcomes[key]
            both = np.intersect1d(kept, np.intersect1d(each.codes, before.codes))
            yield _Side(
                name=key if alone else f"{key} ({run.name})",
                against=f"{key} ({first.name})",
                mine=only_codes(each, both),
                theirs=only_codes(before, both),
                totals=run.totals.get(key),
                their_totals=first.totals.get(key),
            )


def _compared(sides: Sequence[_Side]) -> set[int]:
    """Return the examples that somebody was asked on both sides, by code."""
    return {int(code) for each in sides for code in np.intersect1d(each.mine.codes, each.theirs.codes)}


def _unchanged(first: _Run, other: _Run) -> tuple[set[str], int, int]:
    """Return the ids of examples of both runs with the same content, how many changed, and how many only one run has.

    Where a run doesn't list its examples, equal golden sets tell the same of every example in the rows.
    """
    if not first.asked or not other.asked:
        if first.record.golden_set["fingerprint"] != other.record.golden_set["fingerprint"]:
            raise UsageError(
                "a run doesn't tell what its examples were, and the golden sets differ", hint="run the older suite again: the store answers"
            )
        return {*first.answered, *other.answered}, 0, 0
    shared = first.asked.keys() & other.asked.keys()
    same = {name for name in shared if first.asked[name] == other.asked[name]}
    return same, len(shared) - len(same), len(first.asked.keys() ^ other.asked.keys())


def _changes(sides: Sequence[_Side], questions: Questions, groups: Mapping[str, Whole], ids: Mapping[int, str]) -> tuple[Change, ...]:
    found = [(side, change_of(side.mine, side.theirs, questions), flipped(side.mine, side.theirs)) for side in sides]
    corrected = holm([pair.p_value for _, pair, _ in found])
    sliced = [list(_slices(side.mine, side.theirs, questions, groups)) for side in sides]
    flat = iter(holm([each.p_value for slices in sliced for each in slices]))
    changes = []
    for (side, pair, flips), p_value, slices in zip(found, corrected, sliced, strict=True):
        changes.append(
            Change(
                name=side.name,
                against=side.against,
                n=pair.n,
                rate=_rate(side.mine, side.theirs, questions),
                rate_against=_rate(side.theirs, side.mine, questions),
                difference=pair.difference,
                interval=pair.interval,
                p_value=p_value,
                test=pair.test,
                mean=questions.target_is is TargetIs.MEAN,
                newly_right=tuple(ids[int(code)] for code in flips.newly_right),
                newly_wrong=tuple(ids[int(code)] for code in flips.newly_wrong),
                usd_per_1k=(_usd(side.totals), _usd(side.their_totals)),
                p95_s=(_p95(side.totals), _p95(side.their_totals)),
                slices=tuple(replace(each, p_value=next(flat)) for each in slices),
            )
        )
    return tuple(changes)


def _rate(mine: Outcomes, other: Outcomes, questions: Questions) -> float | None:
    """Return the rate, or mean score, on the examples both were measured on; repeats are averaged first."""
    values, others = values_of(mine, questions.target_is), values_of(other, questions.target_is)
    both = np.isin(values.codes, others.codes)
    return float(values.values[both].mean()) if both.any() else None


def _usd(totals: CandidateTotals | None) -> float | None:
    return None if totals is None else totals.usd_per_1k


def _p95(totals: CandidateTotals | None) -> float | None:
    return None if totals is None else totals.p95_s


def _groups(run: _Run, ids: Mapping[int, str]) -> dict[str, Whole]:
    """Return the examples of each target, and of each slice the run's suite names, by code."""
    code = {name: at for at, name in ids.items()}
    named = run.record.facts.groups.items()
    slices = {name: np.array(sorted(code[each] for each in members if each in code), dtype=np.int64) for name, members in named}
    return {**_by_target(run.targets, ids), **slices}


def _by_target(targets: Mapping[str, str], ids: Mapping[int, str]) -> dict[str, Whole]:
    """Return the examples of each target, by code; empty when targets aren't a short closed list."""
    found: dict[str, list[int]] = {}
    for code, name in ids.items():
        if name in targets:
            found.setdefault(str(targets[name]), []).append(code)
    return {name: np.array(codes, dtype=np.int64) for name, codes in sorted(found.items())} if 1 < len(found) <= MOST_SLICES else {}


def _slices(mine: Outcomes, theirs: Outcomes, questions: Questions, groups: Mapping[str, Whole]) -> Iterator[SliceChange]:
    for name, codes in groups.items():
        pair = change_of(only_codes(mine, codes), only_codes(theirs, codes), questions)
        few = pair.n < LEAST_IN_SLICE
        yield SliceChange(
            name=name,
            n=pair.n,
            difference=None if few else pair.difference,
            interval=None if few else pair.interval,
            p_value=None if few else pair.p_value,
        )


def _stopped(runs: Sequence[_Run]) -> Iterator[str]:
    for run in runs:
        stopping = run.record.facts.stopping
        cut = [] if stopping is None else [key for key, count in (stopping.asked or {}).items() if count < stopping.planned]
        if cut:
            yield f"{run.name} stopped asking {numbers.listed(cut)} early: those are compared on fewer examples."


def _unlike(runs: Sequence[_Run]) -> Iterator[str]:
    if len({run.record.policy_hash for run in runs}) > 1:
        yield "The runs have different policies: scorers or `match_at` may differ, and with them what counts as a match."
