"""`bench decide`: rows from anybody become a verdict; rows that lie or break are named."""

import csv
import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

SUITE = """\
name: anybody
candidates: [{name: mini, path: api}, {name: tuned, path: fine-tuned}]
decision: {accuracy_target: 0.95, gap_rule: 44 of 50}
"""
Rows = Sequence[Mapping[str, object]]
FORTY_FOUR = [{"candidate": "mini", "example_id": f"e{at}", "matched": at < 44} for at in range(50)]


def decide(folder: Path, name: str = "rows.jsonl", *options: str) -> subprocess.CompletedProcess[str]:
    (folder / "suite.yaml").write_text(SUITE)
    return subprocess.run(
        [sys.executable, "-m", "benchharness", "decide", "suite.yaml", "--results", name, *options],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def jsonl(folder: Path, rows: Rows) -> None:
    (folder / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))


def test_the_seeds_44_of_50_ships_the_prompt(tmp_path: Path) -> None:
    jsonl(tmp_path, FORTY_FOUR)
    done = decide(tmp_path, "rows.jsonl", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["verdict"] == "ship-prompt"
    rule = next(each for each in told["findings"] if each["rule"] == "ninety-percent")
    assert (rule["status"], rule["proof"]) == ("met", "undecided")
    assert told["best_prompt"]["interval"]["low"] == pytest.approx(0.7619518262)
    assert told["examples_needed"]["ninety-percent"] == 1218


def test_a_csv_and_a_parquet_file_say_the_same(tmp_path: Path) -> None:
    import pandas as pd

    jsonl(tmp_path, FORTY_FOUR)
    with (tmp_path / "rows.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, ["candidate", "example_id", "matched"])
        writer.writeheader()
        writer.writerows(FORTY_FOUR)
    pd.DataFrame(FORTY_FOUR).to_parquet(tmp_path / "rows.parquet")
    told = [decide(tmp_path, f"rows.{ending}", "--json").stdout for ending in ("jsonl", "csv", "parquet")]
    assert told[0]
    assert told[0] == told[1] == told[2]


def test_the_order_of_rows_does_not_matter(tmp_path: Path) -> None:
    jsonl(tmp_path, FORTY_FOUR)
    first = decide(tmp_path, "rows.jsonl", "--json").stdout
    jsonl(tmp_path, FORTY_FOUR[::-1])
    assert decide(tmp_path, "rows.jsonl", "--json").stdout == first


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"candidate": "mini", "example_id": "e1", "score": 1.3}, ["rows.jsonl:51", "1.3", "between 0 and 1"]),
        ({"candidate": "mini", "example_id": "e1", "matched": True}, ["rows.jsonl:51", "second row", "e1"]),
        ({"candidate": "mini", "example_id": "", "matched": True}, ["rows.jsonl:51", "example_id", "empty"]),
        ({"candidate": "mini", "example_id": "x", "matched": "perhaps"}, ["rows.jsonl:51", "perhaps"]),
        ({"candidate": "stranger", "example_id": "e1", "matched": True}, ["rows.jsonl:51", "stranger", "mini"]),
    ],
)
def test_a_row_that_lies_or_breaks_is_named(row: Mapping[str, object], words: list[str], tmp_path: Path) -> None:
    jsonl(tmp_path, [*FORTY_FOUR, row])
    done = decide(tmp_path)
    assert done.returncode == 2
    assert not done.stdout
    assert "Traceback" not in done.stderr
    for word in words:
        assert word in done.stderr


def test_a_file_that_is_none_is_told(tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").write_text("no json\n")
    assert "rows.jsonl:1" in decide(tmp_path).stderr
    (tmp_path / "rows.parquet").write_text("no parquet")
    done = decide(tmp_path, "rows.parquet")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert decide(tmp_path, "gone.jsonl").returncode == 2
