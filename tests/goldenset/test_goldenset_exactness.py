"""A golden set is read exactly as it's written, whatever the format, and every bad row is named."""

import csv
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchharness.errors import MistakesError, SetupError
from benchharness.goldenset.facts import facts, overlaps
from benchharness.goldenset.reading import read_examples
from benchharness.records.example import ExampleSet
from benchharness.records.suite import DataSource

TRICKY = ["007", "2024-01-01", "NA", "None", "null", "true", "1e5", "a,b", 'say "hi"', "two\nlines", "ünï", " padded "]


def read(path: Path, **options: Any) -> ExampleSet:
    return read_examples(DataSource(path=path.name, **options), folder=path.parent, seed=7, role="golden set")


def write_jsonl(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def write_csv(path: Path, rows: list[dict[str, Any]]) -> Path:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def test_values_are_the_same_texts_in_every_format(tmp_path: Path) -> None:
    rows = [{"id": f"e{at}", "input": text, "target": text} for at, text in enumerate(TRICKY)]
    pd.DataFrame(rows).to_parquet(tmp_path / "a.parquet")
    sets = [read(write_jsonl(tmp_path / "a.jsonl", rows)), read(write_csv(tmp_path / "a.csv", rows)), read(tmp_path / "a.parquet")]
    for each in sets:
        assert [example.target for example in each.examples] == TRICKY
    assert len({each.fingerprint for each in sets}) == 1


def test_the_fingerprint_knows_content_and_not_order(tmp_path: Path) -> None:
    rows = [{"id": f"e{at}", "input": f"q{at}", "target": "yes"} for at in range(20)]
    first = read(write_jsonl(tmp_path / "a.jsonl", rows)).fingerprint
    assert read(write_jsonl(tmp_path / "b.jsonl", rows[::-1])).fingerprint == first
    rows[3]["target"] = "no"
    assert read(write_jsonl(tmp_path / "c.jsonl", rows)).fingerprint != first


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), min_size=1, max_size=8, unique=True))
def test_any_text_survives_json_lines(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    path = write_jsonl(tmp_path_factory.mktemp("any") / "a.jsonl", [{"id": f"e{at}", "input": text} for at, text in enumerate(texts)])
    assert [each.input for each in read(path).examples] == texts


@pytest.mark.parametrize("alias", ["reference", "expected", "ideal", "expected_output", "label", "answer", "output"])
def test_other_tools_columns_are_mapped_in_the_open(alias: str, tmp_path: Path) -> None:
    read_set = read(write_jsonl(tmp_path / "a.jsonl", [{"question": "q", alias: "a"}]))
    assert (read_set.examples[0].input, read_set.examples[0].target) == ("q", "a")
    assert read_set.columns == {"input": "question", "target": alias}


def test_two_columns_that_could_be_the_target_are_an_error_and_can_be_told_apart(tmp_path: Path) -> None:
    path = write_jsonl(tmp_path / "a.jsonl", [{"input": "q", "expected": "a", "answer": "b"}])
    with pytest.raises(MistakesError) as caught:
        read(path)
    assert "'expected' and 'answer' could both be the target" in str(caught.value.mistakes[0])
    assert read(path, columns={"target": "answer"}).examples[0].target == "b"


def test_alpacas_input_is_context(tmp_path: Path) -> None:
    example = read(write_jsonl(tmp_path / "a.jsonl", [{"instruction": "Sum up", "input": "a text", "output": "sum"}])).examples[0]
    assert example.input == {"instruction": "Sum up", "context": "a text"}
    assert example.target == "sum"


def test_an_example_without_an_id_gets_the_same_one_wherever_it_stands(tmp_path: Path) -> None:
    rows = [{"input": "q1", "target": "a"}, {"input": "q2", "target": "b"}]
    ids = {each.input: each.id for each in read(write_jsonl(tmp_path / "a.jsonl", rows)).examples}
    assert ids == {each.input: each.id for each in read(write_jsonl(tmp_path / "b.jsonl", rows[::-1])).examples}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b'{"id": "a", "input": "x"}\n{"id": "a", "input": "y"}\n', ["a.jsonl:2", "same id as line 1"]),
        (b'{"input": "x"}\n{"input": "x"}\n', ["a.jsonl:2", "same content as line 1"]),
        (b'{"input": "x"\n', ["a.jsonl:1:14", "not JSON"]),
        (b'{"input": NaN}\n', ["a.jsonl:1", "NaN"]),
        (b'{"input": "x", "input": "y"}\n', ["a.jsonl:1", "'input' stands twice"]),
        (b'["x"]\n', ["a.jsonl:1", "expected an object"]),
        (b'{"input": "\xff"}\n', ["a.jsonl:1", "not UTF-8"]),
        (b"\n\n", ["holds no examples"]),
        (b'{"txt": "x"}\n', ["no column for the input", "txt"]),
        (b'{"input": 3}\n', ["a.jsonl:1", "expected text"]),
    ],
)
def test_a_bad_row_is_named_with_its_line(content: bytes, words: list[str], tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(content)
    with pytest.raises(MistakesError) as caught:
        read(tmp_path / "a.jsonl")
    told = "\n".join(map(str, caught.value.mistakes))
    for word in words:
        assert word in told


@pytest.mark.parametrize(
    ("text", "word"),
    [("id,input\n1,a,b\n", "3 cells under a header of 2"), ("id,id\n1,2\n", "'id' stands twice"), ('id,input\n1,"a\n', "not CSV")],
)
def test_a_ragged_csv_is_named(text: str, word: str, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(text)
    with pytest.raises(MistakesError) as caught:
        read(tmp_path / "a.csv")
    assert word in str(caught.value.mistakes[0])


def test_a_file_that_cannot_be_read_says_so(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_text("")
    (tmp_path / "folder.jsonl").mkdir()
    for name in ("gone.jsonl", "a.xlsx", "folder.jsonl"):
        with pytest.raises(SetupError):
            read(tmp_path / name)


def test_only_per_target_and_sample_keep_the_files_order(tmp_path: Path) -> None:
    rows = [{"id": f"e{at:03d}", "input": f"q{at}", "target": "abc"[at % 3]} for at in range(90)]
    path = write_jsonl(tmp_path / "a.jsonl", rows)
    assert len(read(path, only={"target": ("a", "b")})) == 60
    assert len(read(path, per_target=5)) == 15
    sample = [each.id for each in read(path, sample=10).examples]
    assert sample == sorted(sample)
    assert sample == [each.id for each in read(path, sample=10).examples]


def test_facts_name_duplicates_and_conflicts(tmp_path: Path) -> None:
    rows = [
        {"id": "a", "input": "Same text!", "target": "x"},
        {"id": "b", "input": "same  text", "target": "y"},
        {"id": "c", "input": "other", "target": "x"},
    ]
    known = facts(read(write_jsonl(tmp_path / "a.jsonl", rows)))
    assert known.duplicates == (("a", "b"),)
    assert known.conflicts == (("a", "b"),)


def test_overlaps_see_through_case_and_punctuation(tmp_path: Path) -> None:
    golden = read(write_jsonl(tmp_path / "g.jsonl", [{"id": "g1", "input": "Where is my CARD?"}, {"id": "g2", "input": "else"}]))
    pool = read(write_jsonl(tmp_path / "p.jsonl", [{"id": "p1", "input": "where is my card"}]))
    assert overlaps(golden, pool) == ("g1",)


def test_half_a_character_is_a_mistake_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "golden.jsonl"
    path.write_text('{"input": "fine \\ud83d\\ude00", "target": "a"}\n{"input": "torn \\uD83D", "target": "b"}\n', encoding="ascii")
    with pytest.raises(MistakesError) as raised:
        read(path)
    (mistake,) = raised.value.mistakes
    assert mistake.line == 2
    assert "half a character" in mistake.message
