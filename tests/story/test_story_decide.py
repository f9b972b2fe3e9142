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
        ({"candidate": "mini", "example_id": "x", "matched": True, "path": "oracle"}, ["rows.jsonl:51", "oracle", "fine-tuned"]),
        ({"candidate": "mini", "example_id": "x", "matched": True, "repeat": "twice"}, ["rows.jsonl:51", "repeat", "twice"]),
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


def test_a_number_that_is_none_is_named_in_json_lines(tmp_path: Path) -> None:
    jsonl(tmp_path, FORTY_FOUR)
    with (tmp_path / "rows.jsonl").open("a") as file:
        file.write('{"candidate": "mini", "example_id": "x", "score": NaN}\n')
    done = decide(tmp_path)
    assert done.returncode == 2
    for word in ("rows.jsonl:51", "NaN"):
        assert word in done.stderr


def test_a_number_that_is_none_is_named_in_parquet_and_an_empty_cell_is_not_measured(tmp_path: Path) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    ids = [f"e{at}" for at in range(50)]
    for name, last in (("nan.parquet", float("nan")), ("null.parquet", None)):
        scores = pa.array([1.0] * 49 + [last], type=pa.float64(), from_pandas=False)
        parquet.write_table(pa.table({"candidate": ["mini"] * 50, "example_id": ids, "score": scores}), tmp_path / name)
    done = decide(tmp_path, "nan.parquet")
    assert done.returncode == 2
    assert "nan.parquet:50" in done.stderr
    assert json.loads(decide(tmp_path, "null.parquet", "--json").stdout)["coverage"]["missing"] == {"mini": 1}


def test_an_example_that_one_candidate_lacks_is_named(tmp_path: Path) -> None:
    jsonl(tmp_path, [*FORTY_FOUR, *({"candidate": "tuned", "example_id": f"e{at}", "matched": True} for at in range(49))])
    done = decide(tmp_path)
    assert done.returncode == 2
    for word in ("tuned", "1 of 50", "e49", "error"):
        assert word in done.stderr


def test_rows_of_two_golden_sets_are_named(tmp_path: Path) -> None:
    jsonl(
        tmp_path,
        [
            *({**row, "target": "a"} for row in FORTY_FOUR),
            *({"candidate": "tuned", "example_id": f"e{at}", "matched": True, "target": "b" if at == 7 else "a"} for at in range(50)),
        ],
    )
    done = decide(tmp_path)
    assert done.returncode == 2
    for word in ("rows.jsonl:58", "e7", "'b'", "two golden sets"):
        assert word in done.stderr


@pytest.mark.slow
def test_a_million_examples_of_four_candidates_are_decided_within_two_and_a_half_gigabytes(tmp_path: Path) -> None:
    assert decide_many(tmp_path, 1_000_000) < 2.5e6


def test_memory_grows_by_bytes_and_not_by_objects_of_a_row(tmp_path: Path) -> None:
    small, large = decide_many(tmp_path, 10_000), decide_many(tmp_path, 110_000)
    # 400,000 rows more; a Python object for each cell would take at least ten times as much.
    assert (large - small) * 1024 / 400_000 < 700


def decide_many(folder: Path, n: int) -> int:
    """Return the most memory in kilobytes that deciding four candidates over `n` examples takes."""
    import numpy as np
    import pyarrow as pa
    from pyarrow import parquet

    rng = np.random.default_rng(1)
    names = {"mini": 0.85, "large": 0.9, "tuned": 0.92, "tfidf": 0.8}
    ids = pa.array([f"example-{at:07d}" for at in range(n)])
    tables = [pa.table({"candidate": [name] * n, "example_id": ids, "matched": rng.random(n) < rate}) for name, rate in names.items()]
    parquet.write_table(pa.concat_tables(tables), folder / "many.parquet")
    paths = {"tuned": "fine-tuned", "tfidf": "classical"}
    entries = ", ".join(f"{{name: {name}, path: {paths.get(name, 'api')}}}" for name in names)
    (folder / "many.yaml").write_text(f"name: many\ncandidates: [{entries}]\ndecision: {{accuracy_target: 0.95}}\n")
    script = (
        "import resource, sys; from benchharness.cli.main import main\n"
        "try: main()\n"
        "finally: print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, "decide", "many.yaml", "--results", "many.parquet", "--json"],
        cwd=folder, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert json.loads(done.stdout)["best_prompt"]["candidate"] == "large"
    return int(done.stderr.split()[-1])
