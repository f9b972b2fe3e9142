"""Rows are read in every format of a table; another one is its function and a line."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from benchharness.errors import MistakesError, SetupError
from benchharness.results import formats
from benchharness.results.formats import FORMATS, Format
from benchharness.results.reading import read_rows, read_table

ROWS = [{"candidate": "a", "example_id": f"e{at}", "score": 1.0} for at in range(3)]


def written(name: str, folder: Path) -> Path:
    path, frame = folder / f"rows.{name}", pd.DataFrame(ROWS)
    if name == "csv":
        frame.to_csv(path, index=False)
    elif name == "parquet":
        frame.to_parquet(path)
    else:
        frame.to_json(path, orient="records", lines=True)
    return path


@pytest.mark.parametrize(("name", "first"), [("jsonl", 1), ("csv", 2), ("parquet", 1)])
def test_the_same_rows_are_the_same_in_every_format_and_know_their_line(name: str, first: int, tmp_path: Path) -> None:
    path = written(name, tmp_path)
    table = read_table(path)
    assert table["line"].tolist() == [first, first + 1, first + 2]
    assert table["score"].tolist() == [1.0, 1.0, 1.0]
    assert [(each.candidate, each.example_id, each.score) for each in read_rows(path)] == [("a", f"e{at}", 1.0) for at in range(3)]


def test_another_format_is_recognised_by_what_it_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def recognises(path: Path) -> bool:
        return path.read_bytes().startswith(b"#pipes")

    def reads(path: Path, _only: Sequence[str]) -> Any:
        return pd.read_csv(path, sep="|", skiprows=1)

    new = Format(told="rows between pipes", recognises=recognises, reads=reads, first_line=3)
    monkeypatch.setattr(formats, "FORMATS", {"pipes": new, **FORMATS})
    path = tmp_path / "rows.csv"
    path.write_text("#pipes\ncandidate|example_id|score\na|e0|1.5\n")
    with pytest.raises(MistakesError) as wrong:
        read_table(path)
    assert [(each.line, each.message) for each in wrong.value.mistakes] == [(3, "1.5 is not between 0 and 1")]
    (tmp_path / "rows.xml").write_text("<rows/>")
    with pytest.raises(SetupError, match=r"can't read .xml") as caught:
        read_table(tmp_path / "rows.xml")
    assert caught.value.hint == "results are rows between pipes, .jsonl, .csv, .parquet"
    (tmp_path / "folder").mkdir()
    with pytest.raises(SetupError, match="can't be read: Is a directory"):
        read_table(tmp_path / "folder")


@pytest.mark.parametrize(("name", "told"), [("rows.xml", "can't read .xml"), ("rows", "can't read a file without an ending")])
def test_what_is_in_no_known_format_is_refused_with_those_that_are(name: str, told: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text("rows")
    with pytest.raises(SetupError, match=told) as caught:
        read_table(tmp_path / name)
    assert caught.value.hint == "results are .jsonl, .csv, .parquet"
    with pytest.raises(SetupError, match="there is no such file") as caught:
        read_table(tmp_path / "gone.csv")
    assert caught.value.hint == "results are a run's directory, or rows as .jsonl, .csv or .parquet"
