"""Read rows from anywhere: JSON Lines, CSV or Parquet with our columns; a row that lies or breaks is named."""

import json
import math
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from benchharness.errors import MOST_MISTAKES, Mistake, MistakesError
from benchharness.records.answer import OWN_DOING, AnswerStatus
from benchharness.records.json_form import from_json
from benchharness.records.row import COLUMNS, MEASURED_COLUMNS, REQUIRED_COLUMNS, Row
from benchharness.records.suite import CandidatePath
from benchharness.results.columns import no_results
from benchharness.results.formats import DECIDING_COLUMNS, load_rows, undecidable

__all__ = ["PATHS", "STATUSES", "models_in", "read_answers", "read_columns", "read_rows", "read_table"]

ROWS_AT_ONCE = 2_000
# Columns in which an empty text says nothing, as a CSV file's empty cells do.
STATED = ("path", "cluster", "status")
PATHS = tuple(each.value for each in CandidatePath)
STATUSES = tuple(each.value for each in AnswerStatus)
TRUE = {"true", "1", "True", "TRUE", "yes", "Yes", True}
FALSE = {"false", "0", "False", "FALSE", "no", "No", False}


def read_table(path: Path, *, measured: bool = False, marked: bool = True) -> Any:
    """Return a pandas DataFrame of rows: the columns a decision needs, filled in; of Parquet nothing else is read.

    With `measured` also those that tell time, tokens and money, where there are any, as numbers with NaN for none. Rows that
    needn't be `marked` may lack both score and match.

    `score` is float with NaN for none, `matched` float 1, 0 or NaN, `line` the row's line for messages. MistakesError names
    every row with a score outside 0 to 1, no id, or a key that stands twice.
    """
    form, table = load_rows(path, only=DECIDING_COLUMNS + ((*MEASURED_COLUMNS, "model") if measured else ()))
    name = str(path)
    absent = [column for column in REQUIRED_COLUMNS if column not in table.columns]
    wanted = undecidable(table.columns) if marked else absent
    if wanted:
        raise MistakesError([Mistake(file=name, message=f"no column {', '.join(wanted)}", hint=f"it has {', '.join(table.columns)}")])
    if not len(table):
        raise MistakesError([Mistake(file=name, message="holds no rows")])
    if form.first_line is not None:
        table["line"] = range(form.first_line, len(table) + form.first_line)
    # A list can't even be compared with a text, so it's named before anything else is looked at.
    mistakes = list(_nested(table, name)) or [*_defaults(table, name), *_checked(table, name), *_counted(table, name)]
    if mistakes:
        more = [Mistake(file=name, message=f"and {len(mistakes) - MOST_MISTAKES} more like these")] if len(mistakes) > MOST_MISTAKES else []
        raise MistakesError([*sorted(mistakes, key=lambda each: each.line or 0)[:MOST_MISTAKES], *more])
    return table


def read_answers(path: Path, candidates: Sequence[str], known: Callable[[str], bool]) -> Iterator[Row]:
    """Yield recorded answers as records, by the very rules that rows are decided by: none twice, each with an id.

    MistakesError names besides a row of one of these candidates whose example isn't `known` to the golden set.
    """
    table = read_table(path, marked=False)
    ours = table["candidate"].isin(candidates)
    strange = ours & ~table["example_id"].map(lambda each: known(str(each))).astype(bool)
    mistakes = _named(
        table,
        str(path),
        "example_id",
        strange,
        lambda each: f"the suite's golden set has no example {str(each)!r}",
        hint="recorded answers answer the suite's `golden_set`; leave others out",
    )
    if mistakes:
        raise MistakesError(mistakes)
    yield from read_rows(path)


def models_in(table: Any) -> dict[str, str]:
    """Return the model that a candidate's rows name, by candidate; none for one whose rows name several."""
    if "model" not in table.columns:
        return {}
    named = table[table["model"].map(lambda each: isinstance(each, str) and each != "")]
    found = {str(name): set(own) for name, own in named.groupby("candidate")["model"]}
    return {name: own.pop() for name, own in found.items() if len(own) == 1}


def read_rows(path: Path) -> Iterator[Row]:
    """Yield the rows of a results file as records; MistakesError or SetupError as `read_table`."""
    _, table = load_rows(path)
    absent = [column for column in REQUIRED_COLUMNS if column not in table.columns]
    if absent:
        raise MistakesError([Mistake(file=str(path), message=f"no column {', '.join(absent)}")])
    for values in table.to_dict("records"):
        yield from_json(Row, {name: _value(name, value) for name, value in values.items() if name in COLUMNS and not _absent(name, value)})


def read_columns(path: Path, names: Sequence[str], *, only: Sequence[int] | None = None) -> dict[str, list[Any]]:
    """Return columns of a run's own `results.parquet` as plain lists, None for an empty cell: as `read_rows`, many times as fast.

    `only` are the places of the rows that are wanted; all when it's None.
    """
    from pyarrow import parquet

    try:
        with parquet.ParquetFile(path) as file:
            absent = [name for name in names if name not in file.schema_arrow.names]
            if absent:
                raise MistakesError([Mistake(file=str(path), message=f"no column {', '.join(absent)}")])
            if only is not None:
                return _some_rows(file, names, only)
            table = file.read(columns=list(names), use_threads=False)
    except (OSError, ValueError) as error:
        raise no_results(path, error) from error
    return {name: table[name].to_pylist() for name in names}


def _some_rows(file: Any, names: Sequence[str], only: Sequence[int]) -> dict[str, list[Any]]:
    """Return some rows of a Parquet file, in the order asked for; the others are never held together."""
    import numpy as np

    wanted = np.array(only, dtype=np.int64)
    order = np.argsort(wanted, kind="stable")
    ascending = wanted[order]
    found: dict[str, list[Any]] = {name: [None] * len(wanted) for name in names}
    begin = 0
    for batch in file.iter_batches(batch_size=ROWS_AT_ONCE, columns=list(names), use_threads=False):
        first, last = np.searchsorted(ascending, [begin, begin + batch.num_rows])
        places = list(zip(order[first:last].tolist(), (ascending[first:last] - begin).tolist(), strict=True))
        for name in names if places else ():
            column = batch.column(name)
            known: dict[Any, Any] = {}
            for into, at in places:
                value = column[at].as_py()
                # One answer given a thousand times is one text.
                found[name][into] = known.setdefault(value, value) if isinstance(value, str) else value
        begin += batch.num_rows
    return found


def _named(
    table: Any, name: str, key: str, broken: Any, said: Callable[[Any], str], *, hint: str = "", values: Any = None
) -> list[Mistake]:
    """Return a mistake for each of the first broken rows of a column; `values` stand there in place of the table's own, if given."""
    column = table[key] if values is None else values
    found = zip(table.loc[broken, "line"][:MOST_MISTAKES], column[broken][:MOST_MISTAKES], strict=True)
    return [Mistake(file=name, line=int(line), key=key, message=said(value), hint=hint) for line, value in found]


def _nested(table: Any, name: str) -> Iterator[Mistake]:
    """Yield a mistake for each list or mapping where a text or a number is expected."""
    import pandas as pd

    def said(value: Any) -> str:
        return f"expected a text or a number, got a {'mapping' if isinstance(value, dict) else 'list'}"

    for column in (each for each in DECIDING_COLUMNS if each in table.columns and pd.api.types.is_object_dtype(table[each])):
        if pd.api.types.infer_dtype(table[column]) != "mixed":
            continue
        broken = ~table[column].map(pd.api.types.is_scalar).astype(bool)
        yield from _named(table, name, column, broken, said, hint="write it as JSON text" if column == "target" else "")


def _defaults(table: Any, name: str) -> list[Mistake]:
    """Fill in what a foreign file may leave out, and turn scores and matches into numbers."""
    import pandas as pd

    mistakes = []
    for column, default in (("prompt", ""), ("repeat", 0), ("path", None), ("cluster", None), ("status", None), ("target", None)):
        if column not in table.columns:
            table[column] = default
    table["prompt"] = table["prompt"].fillna("")
    table["repeat"] = table["repeat"].replace("", 0).fillna(0)
    for column in STATED:
        table[column] = table[column].replace("", None)
    for column in ("score", "matched"):
        if column not in table.columns:
            table[column] = math.nan
            continue
        raw = table[column]
        if column == "matched" and not pd.api.types.is_numeric_dtype(raw):
            raw = raw.map(lambda value: 1.0 if value in TRUE else 0.0 if value in FALSE else value)
        values = pd.to_numeric(raw.replace("", None), errors="coerce").astype("float64")
        broken = values.isna() & raw.notna()
        if broken.any():
            broken &= raw.astype(str) != ""
        mistakes += _named(
            table,
            name,
            column,
            broken,
            lambda value: f"expected a number, got {value!r}",
            hint="leave it empty when not measured",
            values=raw,
        )
        table[column] = values
    return mistakes


def _checked(table: Any, name: str) -> list[Mistake]:
    import pandas as pd

    named = partial(_named, table, name)
    mistakes = []
    for column, high in (("score", 1.0), ("matched", 1.0)):
        outside = (table[column] < 0) | (table[column] > high)
        mistakes += named(column, outside, lambda value: f"{value:g} is not between 0 and 1")
    graded = table["matched"].notna() & ~table["matched"].isin((0.0, 1.0)) & table["matched"].between(0, 1)
    mistakes += named("matched", graded, lambda value: f"{value:g} is neither 0 nor 1", hint="a graded score belongs in `score`")
    unknown = table["status"].notna() & ~table["status"].isin(STATUSES)
    mistakes += named("status", unknown, lambda value: f"unknown status {value!r}", hint=f"known: {', '.join(STATUSES)}")
    counted = pd.to_numeric(table["repeat"], errors="coerce")
    uncounted = ~(counted >= 0) | (counted % 1 != 0)
    mistakes += named("repeat", uncounted, lambda value: f"expected a whole number from 0, got {value!r}")
    stray = table["path"].notna() & ~table["path"].isin(PATHS)
    mistakes += named("path", stray, lambda value: f"unknown path {value!r}", hint=f"known: {', '.join(PATHS)}")
    mistakes += _contradicting(table, name)
    for column in REQUIRED_COLUMNS:
        mistakes += named(column, table[column].isna() | (table[column].astype(str) == ""), lambda _: "is empty")
    twice = table.duplicated(["candidate", "prompt", "example_id", "repeat"])
    mistakes += [
        Mistake(file=name, line=int(row["line"]), key="example_id", message=f"a second row of {row['candidate']} for {row['example_id']}")
        for _, row in table[twice].head(MOST_MISTAKES).iterrows()
    ]
    return mistakes


def _counted(table: Any, name: str) -> list[Mistake]:
    """Turn what tells time, tokens and money into numbers; one that's none or negative is named."""
    import pandas as pd

    mistakes = []
    for column in (each for each in MEASURED_COLUMNS if each in table.columns):
        if column == "cached":
            table[column] = table[column].map(lambda value: value in TRUE)
            continue
        raw = table[column].replace("", None)
        values = pd.to_numeric(raw, errors="coerce").astype("float64")
        broken = (values.isna() & raw.notna()) | (values < 0)
        mistakes += _named(table, name, column, broken, lambda value: f"expected a number from 0, got {value!r}", values=raw)
        table[column] = values
    return mistakes


def _contradicting(table: Any, name: str) -> list[Mistake]:
    """Return rows whose status and mark can't both be true: a refused, cut off or unparsable answer is a miss, an error no answer."""
    right = (table["matched"] == 1) | (table["matched"].isna() & (table["score"] > 0))
    marked = table["matched"].notna() | table["score"].notna()
    missed, lost = table["status"].isin(OWN_DOING) & right, (table["status"] == AnswerStatus.ERROR.value) & marked
    named = partial(_named, table, name, "status", hint="one of both is wrong")
    return [
        *named(missed, lambda status: f"{status} counts as a miss, but the row is marked"),
        *named(lost, lambda status: f"{status} was not measured, but the row is marked"),
    ]


def _value(name: str, value: Any) -> Any:
    if name in ("scores", "effective_params"):
        pairs = json.loads(value) if isinstance(value, str) else value
        found = dict(pairs)
        return {key: json.loads(each) if name == "effective_params" and isinstance(each, str) else each for key, each in found.items()}
    if name in ("repeat", "input_tokens", "cached_tokens", "output_tokens", "reasoning_tokens", "attempts"):
        return int(value)
    if name in ("score", "cost_usd", "latency_s"):
        return float(value)
    if name in ("matched", "cached"):
        return value in TRUE
    return str(value)


def _absent(name: str, value: Any) -> bool:
    """Tell whether a cell says nothing; an output of no letters says that nothing was answered."""
    return value is None or (isinstance(value, float) and math.isnan(value)) or (isinstance(value, str) and not value and name != "output")
