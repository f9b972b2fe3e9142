"""Read CSV exactly: every cell is the text that stands there."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from benchharness.errors import Mistake
from benchharness.goldenset.columns import recognised

__all__ = ["read_csv"]

LARGEST_CELL = 2**27
DELIMITERS = (",", ";", "\t", "|")
SEPARATOR = re.compile(r'"?sep=([,;\t|:])"?', re.IGNORECASE)


def read_csv(path: Path, *, name: str) -> Iterator[tuple[int, dict[str, Any] | Mistake]]:
    """Yield (line number, cells by column, or mistake) for every record; the line is where the record ends."""
    csv.field_size_limit(LARGEST_CELL)
    with path.open(encoding="utf-8-sig", newline="") as file:
        try:
            delimiter, skipped = _delimiter(file, default="\t" if path.suffix.lower() == ".tsv" else ",")
        except UnicodeDecodeError as error:
            yield 1, Mistake(file=name, line=1, message=f"not UTF-8: {error.reason}", hint="save the file as UTF-8")
            return
        reader = csv.reader(_lines(file, skipped), delimiter=delimiter, strict=True)
        header: list[str] | None = None
        while True:
            try:
                cells = next(reader, None)
            except UnicodeDecodeError as error:
                yield (
                    reader.line_num + 1,
                    Mistake(file=name, line=reader.line_num + 1, message=f"not UTF-8: {error.reason}", hint="save the file as UTF-8"),
                )
                return
            except csv.Error as error:
                yield reader.line_num, Mistake(file=name, line=reader.line_num, message=f"not CSV: {error}")
                return
            if cells is None:
                return
            if not cells:
                continue
            if header is None:
                header = cells
                twice = sorted({column for column in header if header.count(column) > 1})
                if twice:
                    yield (
                        reader.line_num,
                        Mistake(file=name, line=reader.line_num, message=f"the column {twice[0]!r} stands twice in the header"),
                    )
                    return
            elif len(cells) != len(header):
                yield (
                    reader.line_num,
                    Mistake(file=name, line=reader.line_num, message=f"{len(cells)} cells under a header of {len(header)}"),
                )
            else:
                yield reader.line_num, dict(zip(header, cells, strict=True))


def _delimiter(file: IO[str], *, default: str) -> tuple[str, int]:
    """Return what stands between cells, and how many lines before the header say so (Excel's `sep=;`).

    It's the one that makes the most of the header's cells columns we know; a comma, or a tab in a .tsv file, when none does better.
    """
    first = file.readline()
    file.seek(0)
    said = SEPARATOR.fullmatch(first.rstrip("\r\n"))
    if said is not None:
        return said.group(1), 1
    choices = [default, *(each for each in DELIMITERS if each != default)]
    return max(choices, key=lambda each: (*_worth(_cells(first, each)), -choices.index(each))), 0


def _worth(header: list[str]) -> tuple[int, bool]:
    return recognised(header), len(header) > 1


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return []


def _lines(file: IO[str], skipped: int) -> Iterator[str]:
    """Yield the lines of a file, the first `skipped` of them empty: the others keep their numbers."""
    for number, line in enumerate(file):
        yield "\n" if number < skipped else line
