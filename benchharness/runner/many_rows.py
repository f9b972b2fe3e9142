"""Write many rows in few statements: Python hands its lock over at each one, and a busy event loop is slow to give it back."""

from collections.abc import Sequence
from itertools import chain
from typing import Any

__all__ = ["insert_rows"]

# Rows of one statement, so many and halves of it: a handful of texts, which SQLite needs to read only once. SQLite takes
# at least 999 variables in one.
MOST_ROWS, MOST_VARIABLES = 64, 999


def insert_rows(database: Any, insert: str, rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows of one width into an open SQLite database; `insert` is the statement up to VALUES."""
    at, size = 0, MOST_ROWS
    while at < len(rows):
        width = len(rows[at])
        while size > len(rows) - at or size * width > MOST_VARIABLES:
            size //= 2
        marks = ",".join([f"({','.join('?' * width)})"] * size)
        database.execute(f"{insert} VALUES {marks}", tuple(chain.from_iterable(rows[at : at + size])))
        at += size
