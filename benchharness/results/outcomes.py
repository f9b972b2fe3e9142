"""From a table of rows to each candidate's outcomes; rows of a stranger, or of two golden sets in one file, are refused."""

from collections.abc import Iterator, Mapping
from typing import Any

from benchharness.errors import MOST_MISTAKES, Mistake, MistakesError
from benchharness.pipeline.loading.effort import path_of
from benchharness.records.answer import OWN_DOING
from benchharness.records.comparison import candidate_key
from benchharness.records.outcomes import Outcomes
from benchharness.records.suite import Suite
from benchharness.suite.resolving import candidate_path

__all__ = ["LONGEST_TARGET_LIST", "MOST_IDS", "outcomes_of", "place_of", "targets_of"]

LONGEST_TARGET_LIST = 500
# Ids named of those a candidate lacks.
MOST_IDS = 5


def outcomes_of(
    table: Any, suite: Suite, name: str, expected: Mapping[str, int] | int | None = None, *, complete: bool = False
) -> list[Outcomes]:
    """Return each candidate's outcomes in suite order, whatever the order of the rows.

    `expected` is how many examples were to be asked: of everybody, by candidate and prompt where the run stopped asking some,
    or, when None, as many as the file has. Rows that must be `complete` are refused when a candidate lacks one.
    """
    import numpy as np
    import pandas as pd

    paths = _no_strangers(table, suite, name)
    if complete:
        _check_complete(table, name)
    codes, ids = pd.factorize(table["example_id"], sort=True)
    clusters = _clusters(table, codes, len(ids)) if table["cluster"].notna().any() else None
    score, value = table["score"].to_numpy(dtype=float), _matched(table, suite.match_at, name)
    order = {name: at for at, name in enumerate(paths)}
    found = []
    for (candidate, prompt), at in table.groupby(["candidate", "prompt"], sort=False).indices.items():
        path = table["path"].iloc[at[0]]
        gone = np.isnan(value[at])
        asked = len(ids) if expected is None else expected if isinstance(expected, int) else expected.get(candidate_key(candidate, prompt))
        found.append(
            Outcomes(
                candidate=str(candidate),
                prompt=str(prompt),
                path=paths.get(str(candidate)) or str(path),
                codes=codes[at],
                matched=np.where(gone, -1, value[at]).astype(np.int8),
                scores=score[at],
                clusters=None if clusters is None else clusters[at],
                statuses=table["status"].iloc[at].fillna("answered").value_counts().sort_index().to_dict(),
                expected=len(np.unique(codes[at])) if asked is None else asked,
                missing_examples=tuple(str(ids[code]) for code in np.unique(codes[at[gone]])[:MOST_IDS]),
            )
        )
    return sorted(found, key=lambda each: (order.get(each.candidate, len(order)), *place_of(each, suite)))


def place_of(outcomes: Outcomes, suite: Suite) -> tuple[int, str]:
    """Return where a candidate's prompt stands in the suite; one it doesn't know comes last, by name."""
    prompts = next((entry.prompts for entry in suite.candidates if entry.name == outcomes.candidate), ())
    return (prompts.index(outcomes.prompt) if outcomes.prompt in prompts else len(prompts)), outcomes.prompt


def _clusters(table: Any, codes: Any, n: int) -> Any:
    """Return each row's cluster as a number, -1 for none: what one candidate's row tells of an example holds for all of them."""
    import numpy as np
    import pandas as pd

    own = pd.factorize(table["cluster"], sort=True)[0]
    by_example = np.full(n, -1)
    known = own >= 0
    by_example[codes[known]] = own[known]
    return by_example[codes]


def _matched(table: Any, match_at: float, name: str) -> Any:
    """Return 1, 0 or NaN by row: as stated, else by the score, else a miss by its status; an error is never measured.

    Raises MistakesError for a row whose score and match contradict each other.
    """
    import numpy as np

    score, stated = table["score"].to_numpy(dtype=float), table["matched"].to_numpy(dtype=float)
    by_score = np.where(np.isnan(score), np.nan, (score >= match_at).astype(float))
    value = np.where(np.isnan(stated), by_score, stated)
    differs = np.flatnonzero(~np.isnan(stated) & ~np.isnan(by_score) & (stated != by_score))
    if len(differs):
        raise MistakesError([_differs(table.iloc[int(at)], match_at, name) for at in differs[:MOST_MISTAKES]])
    # A refusal has no score to give, and counts against the candidate all the same.
    value[np.isnan(value) & table["status"].isin(OWN_DOING).to_numpy()] = 0.0
    value[(table["status"] == "error").to_numpy()] = np.nan
    return value


def _differs(row: Any, match_at: float, name: str) -> Mistake:
    stands = "matched" if row["matched"] else "not matched"
    return Mistake(
        file=name,
        line=int(row["line"]),
        key="matched",
        message=f"says {stands} beside a score of {row['score']:g}; an answer matches from {match_at:g} on (`match_at`)",
        hint="leave one of both out, or set the suite's `match_at`",
    )


def _no_strangers(table: Any, suite: Suite, name: str) -> dict[str, str]:
    """Return the suite's candidates with their paths; MistakesError for a row of nobody's."""
    paths = {entry.name: path_of(entry, suite) for entry in suite.candidates}
    stated = {entry.name: candidate_path(entry).value for entry in suite.candidates}
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
    strangers = table[~table["candidate"].isin(paths) & table["path"].isna()]
    if len(strangers):
        row = strangers.iloc[0]
        message = f"the suite has no candidate {row['candidate']!r}, and the row names no path"
        raise MistakesError(
            [Mistake(file=name, line=int(row["line"]), key="candidate", message=message, hint=f"it has {', '.join(paths)}")]
        )
    return paths


def _check_complete(table: Any, name: str) -> None:
    """Raise MistakesError when a candidate lacks a row that another has, or one example stands there with two targets or clusters.

    Either way the rows aren't answers to one golden set, and a comparison of them would be none.
    """
    mistakes = [*_lacking(table, name), *_contradicting(table, name)]
    if mistakes:
        raise MistakesError(sorted(mistakes, key=lambda each: each.line or 0)[:MOST_MISTAKES])


def _lacking(table: Any, name: str) -> Iterator[Mistake]:
    import numpy as np
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
    import numpy as np
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


def targets_of(table: Any) -> dict[str, int] | None:
    """Return how often each target occurs among the examples that tell theirs; None when they aren't a closed list."""
    targets = table.loc[table["target"].notna()].drop_duplicates("example_id")["target"]
    if not len(targets) or targets.nunique() > LONGEST_TARGET_LIST:
        return None
    return {str(target): int(count) for target, count in sorted(targets.value_counts().items(), key=lambda each: str(each[0]))}
