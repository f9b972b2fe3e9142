"""One example of a run: what every candidate said to it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchharness import numbers
from benchharness.digests import output_hash
from benchharness.errors import UsageError
from benchharness.pipeline.loading.policy import suite_of
from benchharness.pipeline.loading.run_folder import RunFolder, open_results, read_record, results_of
from benchharness.records.comparison import candidate_key
from benchharness.records.row import Row
from benchharness.records.score import Parsed
from benchharness.records.score_again import FoundAnswer
from benchharness.records.suite import Extract
from benchharness.results.judgements import reasons_in
from benchharness.results.reading import read_columns, read_rows
from benchharness.scorers.extracting import extract
from benchharness.suite.resolving import resolve_prompts

__all__ = ["found_answers", "found_by", "rows_of"]

MOST_NAMED = 5


def rows_of(run: Path, example: str) -> tuple[Row, ...]:
    """Return the rows of one example, in the order of the run; UsageError for a folder that's no run or an example it hasn't."""
    results = open_results(run)
    ids: dict[str, None] = {}
    found = []
    for row in read_rows(results):
        ids[row.example_id] = None
        if row.example_id == example:
            found.append(row)
    if not found:
        near = [each for each in ids if example.lower() in each.lower()] or list(ids)
        raise UsageError(f"the run has no example {example!r}", hint=f"it has {numbers.listed(near, most=MOST_NAMED)}")
    return tuple(found)


def found_by(run: Path, rows: Sequence[Row]) -> tuple[str, ...]:
    """Return how each row's answer was found in its output, as the run's suite says it; empty where nothing tells."""
    record = RunFolder(run).run
    if not record.is_file():
        return ("",) * len(rows)
    extracts = _extracts(run)
    judgements = RunFolder(run).judgements
    said = reasons_in(judgements) if judgements.is_file() else {}
    return tuple("" if row.output is None else _way_of(row, row.output, extracts.get(row.prompt), said) for row in rows)


def found_answers(run: Path, *, before: Path, most: int) -> tuple[FoundAnswer, ...]:
    """Return answers of a run that was scored again, of every candidate in turn; those that came out otherwise than `before` first."""
    names = ("candidate", "prompt", "example_id", "output", "target", "status", "parsed", "matched", "scores", "error")
    new, old = read_columns(results_of(run), names), read_columns(results_of(before), ("status", "matched"))
    met: Counter[tuple[str, str]] = Counter()
    order = []
    for at in (each for each, output in enumerate(new["output"]) if output is not None):
        same = (new["status"][at], new["matched"][at]) == (old["status"][at], old["matched"][at])
        who = (new["candidate"][at], f"{new['prompt'][at]} {same}")
        order.append((same, met[who], at))
        met[who] += 1
    extracts = _extracts(run)
    return tuple(
        FoundAnswer(
            candidate=candidate_key(new["candidate"][at], new["prompt"][at]),
            example_id=new["example_id"][at],
            output=new["output"][at],
            target=new["target"][at],
            status=new["status"][at],
            parsed=new["parsed"][at],
            how=new["error"][at] or _way(new["output"][at], extracts.get(new["prompt"][at])),
            scores=dict(new["scores"][at] or ()),
            matched=new["matched"][at],
            was=old["matched"][at],
        )
        for _, _, at in sorted(order)[:most]
    )


def _extracts(run: Path) -> Mapping[str, Extract | None]:
    suite = suite_of(read_record(RunFolder(run).run))
    return {name: prompt.extract for name, prompt in resolve_prompts(suite).items()}


def _way_of(row: Row, output: str, how: Extract | None, said: Mapping[tuple[str, str], str]) -> str:
    """Return how a row's answer was found, and what its judges said of it."""
    found = extract(output, how)
    judged = said.get((row.example_id, output_hash(found.text)), "") if isinstance(found, Parsed) else ""
    return "; ".join(each for each in (_way(output, how), judged) if each)


def _way(output: str, how: Extract | None) -> str:
    found = extract(output, how)
    return found.how if isinstance(found, Parsed) else found.reason
