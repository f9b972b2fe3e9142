"""Read rows from anywhere: JSON Lines, CSV or Parquet with our columns; a row that lies or breaks is named."""

import json
import math
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from benchharness.errors import MOST_MISTAKES, Mistake, MistakesError, SetupError
from benchharness.records.answer import OWN_DOING, AnswerStatus
from benchharness.records.json_form import from_json
from benchharness.records.row import COLUMNS, MEASURED_COLUMNS, REQUIRED_COLUMNS, Row
from benchharness.records.suite import CandidatePath

__all__ = ["PATHS", "STATUSES", "read_columns", "read_rows", "read_table"]

ENDINGS = (".jsonl", ".csv", ".parquet")
FIRST_LINE = {".csv": 2, ".parquet": 1}
LONGEST_WHOLE = 300
ROWS_AT_ONCE = 2_000
# What a decision reads. A run's rows hold every answer's whole text as well, which takes far more room than all of these.
DECIDING_COLUMNS = (*REQUIRED_COLUMNS, "prompt", "repeat", "path", "cluster", "status", "target", "score", "matched")
# Columns in which an empty text says nothing, as a CSV file's empty cells do.
STATED = ("path", "cluster", "status")
PATHS = tuple(each.value for each in CandidatePath)
STATUSES = tuple(each.value for each in AnswerStatus)
TRUE = {"true", "1", "True", "TRUE", "yes", "Yes", True}
FALSE = {"false", "0", "False", "FALSE", "no", "No", False}


def read_table(path: Path, *, measured: bool = False) -> Any:
    """Return a pandas DataFrame of rows: the columns a decision needs, filled in; of Parquet nothing else is read.

    With `measured` also those that tell time, tokens and money, where there are any, as numbers with NaN for none.

    `score` is float with NaN for none, `matched` float 1, 0 or NaN, `line` the row's line for messages. MistakesError names
    every row with a score outside 0 to 1, no id, or a key that stands twice.
    """
    table = _load(path, deciding=DECIDING_COLUMNS + (MEASURED_COLUMNS if measured else ()))
    name = str(path)
    wanted = _undecidable(table.columns)
    if wanted:
        raise MistakesError([Mistake(file=name, message=f"no column {', '.join(wanted)}", hint=f"it has {', '.join(table.columns)}")])
    if not len(table):
        raise MistakesError([Mistake(file=name, message="holds no rows")])
    if path.suffix.lower() != ".jsonl":
        table["line"] = range(FIRST_LINE[path.suffix.lower()], len(table) + FIRST_LINE[path.suffix.lower()])
    # A list can't even be compared with a text, so it's named before anything else is looked at.
    mistakes = list(_nested(table, name)) or [*_defaults(table, name), *_checked(table, name), *_counted(table, name)]
    if mistakes:
        more = [Mistake(file=name, message=f"and {len(mistakes) - MOST_MISTAKES} more like these")] if len(mistakes) > MOST_MISTAKES else []
        raise MistakesError([*sorted(mistakes, key=lambda each: each.line or 0)[:MOST_MISTAKES], *more])
    return table


def read_rows(path: Path) -> Iterator[Row]:
    """Yield the rows of a results file as records; MistakesError or SetupError as `read_table`."""
    table = _load(path)
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
        raise SetupError(f"is no run's results: {' '.join(str(error).split())[:200]}", file=path) from error
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


def _undecidable(columns: Iterable[str]) -> list[str]:
    """Return the columns without which nothing can be decided, as a message names them."""
    there = set(columns)
    absent = [column for column in REQUIRED_COLUMNS if column not in there]
    return absent or ([] if {"score", "matched"} & there else ["score or matched"])


def _load(path: Path, *, deciding: tuple[str, ...] = ()) -> Any:
    import pandas as pd

    ending = path.suffix.lower()
    if not path.exists():
        raise SetupError("there is no such file", file=path, hint="results are a run's directory, or rows as .jsonl, .csv or .parquet")
    if ending not in ENDINGS:
        raise SetupError(f"can't read {ending or 'a file without an ending'}", file=path, hint=f"results are {', '.join(ENDINGS)}")
    try:
        if ending == ".parquet":
            return _from_parquet(path, deciding=deciding)
        if ending == ".csv":
            return _from_csv(path)
        return pd.DataFrame(list(_json_lines(path)))
    except OSError as error:
        raise SetupError(f"can't be read: {error.strerror or error}", file=path) from error
    except UnicodeDecodeError as error:
        raise MistakesError([Mistake(file=str(path), message="not UTF-8", hint="save the file as UTF-8")]) from error
    except (ValueError, pd.errors.ParserError) as error:
        raise MistakesError([Mistake(file=str(path), message=f"not {ending[1:]}: {' '.join(str(error).split())[:200]}")]) from error


def _from_csv(path: Path) -> Any:
    import pandas as pd

    table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    if "target" in table.columns:
        table["target"] = table["target"].replace("", None)
    return table


def _no_number(text: str) -> float:
    # Python's reader takes NaN and Infinity, which JSON has not; one of them would be read as "not measured".
    raise ValueError(f"{text} is no number; leave it out when not measured")


def _whole_number(text: str) -> int | float:
    # Beyond every float a whole number can't be told from infinity, and no table holds it.
    return int(text) if len(text) <= LONGEST_WHOLE else float(text)


def _from_parquet(path: Path, *, deciding: tuple[str, ...]) -> Any:
    """Return a Parquet file as a frame; a NaN that was really written is refused, an empty cell is not measured."""
    import pyarrow as pa
    from pyarrow import compute, parquet, types

    schema = parquet.read_schema(path)
    if deciding and _undecidable(schema.names):
        # It will be refused, and for that its columns' names are enough.
        return schema.empty_table().to_pandas(ignore_metadata=True)
    table = parquet.read_table(path, columns=[name for name in schema.names if name in deciding] if deciding else None)
    # A dictionary (pandas writes its categories as one) is the same text in less room, and pandas would let nothing be filled in.
    # A flag with an empty cell would become a Python object a row; as a number it doesn't.
    flags = ("matched",) if deciding else ()
    kinds = {field.name: field.type.value_type if types.is_dictionary(field.type) else field.type for field in table.schema}
    kinds |= {name: pa.int8() for name in flags if name in kinds and types.is_boolean(kinds[name])}
    table = table.cast(pa.schema(list(kinds.items())))
    mistakes = []
    for column in ("score", "matched"):
        if column in table.column_names and types.is_floating(table.schema.field(column).type):
            broken = compute.indices_nonzero(compute.fill_null(compute.is_nan(table[column]), fill_value=False)).to_pylist()
            mistakes += [_nan(path, at, column) for at in broken[:MOST_MISTAKES]]
    if mistakes:
        raise MistakesError(sorted(mistakes, key=lambda each: each.line or 0)[:MOST_MISTAKES])
    return table.to_pandas(ignore_metadata=True)


def _nan(path: Path, at: int, column: str) -> Mistake:
    return Mistake(file=str(path), line=at + 1, key=column, message="NaN is no number", hint="leave it empty (null) when not measured")


def _json_lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8-sig") as file:
        for number, line in enumerate(file, start=1):
            if not line.strip():
                continue
            try:
                value = json.loads(line, parse_constant=_no_number, parse_int=_whole_number)
            except ValueError as error:
                raise MistakesError([Mistake(file=str(path), line=number, message=f"not JSON: {error}")]) from error
            if not isinstance(value, dict):
                raise MistakesError([Mistake(file=str(path), line=number, message="expected an object with columns")])
            yield {**value, "line": number}


def _nested(table: Any, name: str) -> Iterator[Mistake]:
    """Yield a mistake for each list or mapping where a text or a number is expected."""
    import pandas as pd

    for column in (each for each in DECIDING_COLUMNS if each in table.columns and pd.api.types.is_object_dtype(table[each])):
        if pd.api.types.infer_dtype(table[column]) != "mixed":
            continue
        broken = ~table[column].map(pd.api.types.is_scalar).astype(bool)
        hint = "write it as JSON text" if column == "target" else ""
        for line, value in zip(table.loc[broken, "line"][:MOST_MISTAKES], table.loc[broken, column], strict=False):
            told = f"expected a text or a number, got a {'mapping' if isinstance(value, dict) else 'list'}"
            yield Mistake(file=name, line=int(line), key=column, message=told, hint=hint)


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
        mistakes += [
            Mistake(
                file=name, line=int(line), key=column, message=f"expected a number, got {value!r}", hint="leave it empty when not measured"
            )
            for line, value in zip(table.loc[broken, "line"][:MOST_MISTAKES], raw[broken], strict=False)
        ]
        table[column] = values
    return mistakes


def _checked(table: Any, name: str) -> list[Mistake]:
    import pandas as pd

    mistakes = []
    for column, high in (("score", 1.0), ("matched", 1.0)):
        outside = (table[column] < 0) | (table[column] > high)
        mistakes += [
            Mistake(file=name, line=int(line), key=column, message=f"{value:g} is not between 0 and 1")
            for line, value in zip(table.loc[outside, "line"][:MOST_MISTAKES], table.loc[outside, column], strict=False)
        ]
    graded = table["matched"].notna() & ~table["matched"].isin((0.0, 1.0)) & table["matched"].between(0, 1)
    mistakes += [
        Mistake(file=name, line=int(line), key="matched", message=f"{value:g} is neither 0 nor 1", hint="a graded score belongs in `score`")
        for line, value in zip(table.loc[graded, "line"][:MOST_MISTAKES], table.loc[graded, "matched"], strict=False)
    ]
    unknown = table["status"].notna() & ~table["status"].isin(STATUSES)
    mistakes += [
        Mistake(file=name, line=int(line), key="status", message=f"unknown status {value!r}", hint=f"known: {', '.join(STATUSES)}")
        for line, value in zip(table.loc[unknown, "line"][:MOST_MISTAKES], table.loc[unknown, "status"], strict=False)
    ]
    counted = pd.to_numeric(table["repeat"], errors="coerce")
    broken = ~(counted >= 0) | (counted % 1 != 0)
    mistakes += [
        Mistake(file=name, line=int(line), key="repeat", message=f"expected a whole number from 0, got {value!r}")
        for line, value in zip(table.loc[broken, "line"][:MOST_MISTAKES], table.loc[broken, "repeat"], strict=False)
    ]
    stray = table["path"].notna() & ~table["path"].isin(PATHS)
    mistakes += [
        Mistake(file=name, line=int(line), key="path", message=f"unknown path {value!r}", hint=f"known: {', '.join(PATHS)}")
        for line, value in zip(table.loc[stray, "line"][:MOST_MISTAKES], table.loc[stray, "path"], strict=False)
    ]
    mistakes += _contradicting(table, name)
    for column in REQUIRED_COLUMNS:
        empty = table[column].isna() | (table[column].astype(str) == "")
        mistakes += [
            Mistake(file=name, line=int(line), key=column, message="is empty") for line in table.loc[empty, "line"][:MOST_MISTAKES]
        ]
    keys = ["candidate", "prompt", "example_id", "repeat"]
    twice = table.duplicated(keys)
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
        mistakes += [
            Mistake(file=name, line=int(line), key=column, message=f"expected a number from 0, got {value!r}")
            for line, value in zip(table.loc[broken, "line"][:MOST_MISTAKES], raw[broken], strict=False)
        ]
        table[column] = values
    return mistakes


def _contradicting(table: Any, name: str) -> list[Mistake]:
    """Return rows whose status and mark can't both be true: a refused, cut off or unparsable answer is a miss, an error no answer."""
    right = (table["matched"] == 1) | (table["matched"].isna() & (table["score"] > 0))
    marked = table["matched"].notna() | table["score"].notna()
    mistakes = []
    for wrong, why in (
        (table["status"].isin(OWN_DOING) & right, "counts as a miss"),
        ((table["status"] == AnswerStatus.ERROR.value) & marked, "was not measured"),
    ):
        mistakes += [
            Mistake(file=name, line=int(line), key="status", message=f"{status} {why}, but the row is marked", hint="one of both is wrong")
            for line, status in zip(table.loc[wrong, "line"][:MOST_MISTAKES], table.loc[wrong, "status"], strict=False)
        ]
    return mistakes


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
