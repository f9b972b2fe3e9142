"""Read CSV exactly: every cell is the text that stands there."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchharness.errors import Mistake

__all__ = ["read_csv"]

LARGEST_CELL = 2**27


def read_csv(path: Path, *, name: str) -> Iterator[tuple[int, dict[str, Any] | Mistake]]:
    """Yield (line number, cells by column, or mistake) for every record; the line is where the record ends."""
    csv.field_size_limit(LARGEST_CELL)
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file, delimiter="\t" if path.suffix == ".tsv" else ",", strict=True)
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
