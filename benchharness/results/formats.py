"""The formats rows are read from: a table of how a file is recognised and what reads it; another format is its function and a line."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchharness.errors import MOST_MISTAKES, Mistake, MistakesError, SetupError
from benchharness.records.row import REQUIRED_COLUMNS

__all__ = ["DECIDING_COLUMNS", "FORMATS", "Format", "load_rows", "undecidable"]

# What a decision reads. A run's rows hold every answer's whole text as well, which takes far more room than all of these.
DECIDING_COLUMNS = (*REQUIRED_COLUMNS, "prompt", "repeat", "path", "cluster", "status", "target", "score", "matched")
LONGEST_WHOLE = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One way in which rows are kept."""

    told: str
    """How a message names it."""
    recognises: Callable[[Path], bool]
    """Tells whether a file that's there is one: by its ending, or by what it holds. OSError for one that can't be read."""
    reads: Callable[[Path, Sequence[str]], Any]
    """Return a pandas DataFrame with our columns; with columns named it need hold no others. OSError or ValueError for what's broken."""
    first_line: int | None
    """Where the first row stands, for messages; None when the frame has a column `line`."""


def load_rows(path: Path, *, only: Sequence[str] = ()) -> tuple[Format, Any]:
    """Return a file's rows as a DataFrame, and the format it's in; the columns in `only` are enough when there are some.

    SetupError for a file that isn't there, can't be read or is in no known format, MistakesError for one that isn't what it says.
    """
    import pandas as pd

    known = [each.told for each in FORMATS.values()]
    if not path.exists():
        rows = f"rows as {', '.join(known[:-1])} or {known[-1]}"
        raise SetupError("there is no such file", file=path, hint=f"results are a run's directory, or {rows}")
    name = ""
    try:
        name = next((name for name, each in FORMATS.items() if each.recognises(path)), "")
        if name:
            return FORMATS[name], FORMATS[name].reads(path, only)
    except OSError as error:
        raise SetupError(f"can't be read: {error.strerror or error}", file=path) from error
    except UnicodeDecodeError as error:
        raise MistakesError([Mistake(file=str(path), message="not UTF-8", hint="save the file as UTF-8")]) from error
    except (ValueError, pd.errors.ParserError) as error:
        raise MistakesError([Mistake(file=str(path), message=f"not {name}: {' '.join(str(error).split())[:200]}")]) from error
    ending = path.suffix.lower() or "a file without an ending"
    raise SetupError(f"can't read {ending}", file=path, hint=f"results are {', '.join(known)}")


def undecidable(columns: Iterable[str]) -> list[str]:
    """Return the columns without which nothing can be decided, as a message names them."""
    there = set(columns)
    absent = [column for column in REQUIRED_COLUMNS if column not in there]
    return absent or ([] if {"score", "matched"} & there else ["score or matched"])


def _csv(path: Path, _only: Sequence[str]) -> Any:
    import pandas as pd

    table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    if "target" in table.columns:
        table["target"] = table["target"].replace("", None)
    return table


def _jsonl(path: Path, _only: Sequence[str]) -> Any:
    import pandas as pd

    return pd.DataFrame(list(_json_lines(path)))


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


def _no_number(text: str) -> float:
    # Python's reader takes NaN and Infinity, which JSON has not; one of them would be read as "not measured".
    raise ValueError(f"{text} is no number; leave it out when not measured")


def _whole_number(text: str) -> int | float:
    # Beyond every float a whole number can't be told from infinity, and no table holds it.
    return int(text) if len(text) <= LONGEST_WHOLE else float(text)


def _parquet(path: Path, only: Sequence[str]) -> Any:
    """Return a Parquet file as a frame; a NaN that was really written is refused, an empty cell is not measured."""
    import pyarrow as pa
    from pyarrow import compute, parquet, types

    schema = parquet.read_schema(path)
    if only and undecidable(schema.names):
        # It will be refused, and for that its columns' names are enough.
        return schema.empty_table().to_pandas(ignore_metadata=True)
    table = parquet.read_table(path, columns=[name for name in schema.names if name in only] if only else None)
    # A dictionary (pandas writes its categories as one) is the same text in less room, and pandas would let nothing be filled in.
    # A flag with an empty cell would become a Python object a row; as a number it doesn't.
    flags = ("matched",) if only else ()
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


def _ending(ending: str) -> Callable[[Path], bool]:
    return lambda path: path.suffix.lower() == ending


# By name; the first that recognises a file reads it.
FORMATS: Mapping[str, Format] = {
    "jsonl": Format(told=".jsonl", recognises=_ending(".jsonl"), reads=_jsonl, first_line=None),
    "csv": Format(told=".csv", recognises=_ending(".csv"), reads=_csv, first_line=2),
    "parquet": Format(told=".parquet", recognises=_ending(".parquet"), reads=_parquet, first_line=1),
}
