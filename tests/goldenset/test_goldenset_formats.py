"""Golden sets as people have them: read, or refused with the line that would work."""

import json
from pathlib import Path
from typing import Any

import pytest

from benchharness.errors import MistakesError
from benchharness.goldenset.reading import read_examples
from benchharness.records.example import ExampleSet
from benchharness.records.suite import DataSource

PERU = {"id": "0", "input": "Capital of Peru?", "target": "Lima"}
ITALY = {"id": "1", "input": "Capital of Italy?", "target": "Rome"}


def read(path: Path, **options: Any) -> ExampleSet:
    return read_examples(DataSource(path=path.name, **options), folder=path.parent, seed=7, role="golden set")


def of_text(folder: Path, name: str, text: str | bytes, **options: Any) -> ExampleSet:
    (folder / name).write_bytes(text.encode() if isinstance(text, str) else text)
    return read(folder / name, **options)


def mistake_of(folder: Path, name: str, text: str | bytes, **options: Any) -> str:
    with pytest.raises(MistakesError) as caught:
        of_text(folder, name, text, **options)
    return "\n".join(f"{each} {each.hint}" for each in caught.value.mistakes)


JSON_FILES = [
    json.dumps([PERU, ITALY]),
    json.dumps([PERU, ITALY], indent=2),
    "\ufeff" + json.dumps([PERU, ITALY]),
    json.dumps({"canary": "x", "examples": [PERU, ITALY]}),
    json.dumps({"version": 1, "tags": [], "data": [PERU, ITALY]}, indent=1),
    json.dumps({"description": {"data": "[]"}, "test_cases": [PERU, ITALY]}),
    json.dumps({"cities": [PERU, ITALY]}),
    json.dumps(PERU) + "\n" + json.dumps(ITALY) + "\n",
]


@pytest.mark.parametrize("text", JSON_FILES)
def test_a_json_file_is_an_array_of_examples_however_it_is_wrapped(text: str, tmp_path: Path) -> None:
    found = of_text(tmp_path, "golden.json", text)
    assert [(each.id, each.input, each.target) for each in found.examples] == [tuple(PERU.values()), tuple(ITALY.values())]


def test_each_example_knows_its_line(tmp_path: Path) -> None:
    assert list(of_text(tmp_path, "a.json", json.dumps([PERU, ITALY], indent=1)).lines) == [2, 7]
    assert list(of_text(tmp_path, "a.jsonl", f"\n{json.dumps(PERU)}\n\n{json.dumps(ITALY)}\n").lines) == [2, 4]
    kept = of_text(tmp_path, "b.jsonl", f"{json.dumps(PERU)}\n{json.dumps(ITALY)}\n", only={"target": ("Rome",)})
    assert list(kept.lines) == [2]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[{"input": "a"},\n {"input": NaN}]', ["g.json:2", "NaN"]),
        ('[{"input": "a"},\n {"input": "b", "input": "c"}]', ["g.json:2", "stands twice"]),
        ('[{"input": "a"}\n {"input": "b"}]', ["g.json:2", "expected `,` or `]`"]),
        ('[{"input": "a"},\n "b"]', ["g.json:2", "expected an object"]),
        ('[{"input": "a"}', ["g.json:1", "not JSON"]),
        ("[]", ["holds no examples"]),
        ("", ["holds no examples"]),
        ('{"a": [{"input": "x"}], "b": [{"input": "y"}]}', ["'a', 'b' could all be the examples", "[{...}, {...}]"]),
        ('{"input": ["a", "b"], "target": ["c", "d"]}', ["holds no list of examples", ".jsonl"]),
        ('"x"', ["holds no list of examples"]),
        (b'[{"input": "\xff"}]', ["not UTF-8"]),
    ],
)
def test_a_broken_json_file_is_told_with_its_line(text: str | bytes, words: list[str], tmp_path: Path) -> None:
    told = mistake_of(tmp_path, "g.json", text)
    for word in words:
        assert word in told


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv", "id;input;target\n0;Capital of Peru?;Lima\n1;Capital of Italy?;Rome\n"),
        ("a.csv", "id\tinput\ttarget\n0\tCapital of Peru?\tLima\n1\tCapital of Italy?\tRome\n"),
        ("a.csv", "id|input|target\n0|Capital of Peru?|Lima\n1|Capital of Italy?|Rome\n"),
        ("a.tsv", "id\tinput\ttarget\n0\tCapital of Peru?\tLima\n1\tCapital of Italy?\tRome\n"),
        ("a.tsv", "id,input,target\n0,Capital of Peru?,Lima\n1,Capital of Italy?,Rome\n"),
        ("a.csv", "sep=;\nid;input;target\n0;Capital of Peru?;Lima\n1;Capital of Italy?;Rome\n"),
        ("a.csv", "\ufeffsep=;\r\nid;input;target\r\n0;Capital of Peru?;Lima\r\n1;Capital of Italy?;Rome\r\n"),
        ("a.csv", "\ufeffid;input;target\n0;Capital of Peru?;Lima\n1;Capital of Italy?;Rome\n"),
        ("a.csv", '"id";"input";"target"\n0;"Capital of Peru?";Lima\n1;Capital of Italy?;Rome\n'),
        ("a.csv", "ID,Question,Ground Truth\n0,Capital of Peru?,Lima\n1,Capital of Italy?,Rome\n"),
        ("a.csv", "id,Input,Expected-Output\n0,Capital of Peru?,Lima\n1,Capital of Italy?,Rome\n"),
    ],
)
def test_a_csv_is_read_whatever_stands_between_its_cells(name: str, text: str, tmp_path: Path) -> None:
    found = of_text(tmp_path, name, text)
    assert [(each.id, each.input, each.target) for each in found.examples] == [tuple(PERU.values()), tuple(ITALY.values())]


def test_a_comma_in_a_cell_of_semicolons_and_a_semicolon_in_one_of_commas_are_text(tmp_path: Path) -> None:
    assert of_text(tmp_path, "a.csv", "input;target\na, b;c\n").examples[0].input == "a, b"
    assert of_text(tmp_path, "b.csv", "input,target\na; b,c\n").examples[0].input == "a; b"
    assert of_text(tmp_path, "c.csv", "frage;antwort\na, b;c\n", columns={"input": "frage", "target": "antwort"}).examples[0].target == "c"


@pytest.mark.parametrize(
    ("columns", "likely"),
    [
        (("question", "contexts", "answer", "ground_truth"), "ground_truth"),
        (("question", "answer", "truth"), "truth"),
        (("input", "output", "expected"), "expected"),
        (("user_input", "response", "reference"), "reference"),
        (("prompt", "completion", "ideal"), "ideal"),
        (("input", "output", "expected_output"), "expected_output"),
        (("question", "answer", "gold_answer"), "gold_answer"),
        (("Question", "Answer", "Ground Truth"), "Ground Truth"),
        (("text", "label", "label_text"), "label_text"),
        (("input", "answer", "answers"), "answers"),
    ],
)
def test_a_target_that_two_columns_could_be_is_asked_for_and_never_guessed(columns: tuple[str, ...], likely: str, tmp_path: Path) -> None:
    told = mistake_of(tmp_path, "a.jsonl", json.dumps(dict.fromkeys(columns, "x")) + "\n")
    assert "could both be the target" in told
    assert f"columns: {{target: {likely}}}" in told
    assert (
        of_text(tmp_path, "a.jsonl", json.dumps(dict.fromkeys(columns, "x")) + "\n", columns={"target": likely}).examples[0].target == "x"
    )


@pytest.mark.parametrize(
    "name", ["ground_truth", "answers", "references", "gold", "completion", "Ground Truth", "expectedOutput", "EXPECTED"]
)
def test_a_target_by_one_known_name_is_taken(name: str, tmp_path: Path) -> None:
    assert of_text(tmp_path, "a.jsonl", json.dumps({"input": "q", name: "x"}) + "\n").columns["target"] == name


def test_our_own_name_wins_over_what_else_is_there(tmp_path: Path) -> None:
    found = of_text(tmp_path, "a.jsonl", json.dumps({"input": "q", "target": "x", "output": "y"}) + "\n").examples[0]
    assert (found.target, found.metadata) == ("x", {"output": "y"})


@pytest.mark.parametrize(
    ("cell", "hint"),
    [
        ("contains: Paris", "write 'Paris' alone, and `scorers: [{type: contains}]`"),
        ("equals: 4", "[{type: exact}]"),
        ("icontains: paris", "[{type: contains}]"),
        ("starts-with: Yes", "[{type: starts-with}]"),
        ("similar(0.8): hello", "[{type: similar}]"),
        ("llm-rubric: is it polite", "[{type: rubric}]"),
        ("is-json", "{type: form, json: true}"),
        ("not-contains: Paris", "say how it's compared"),
        ("javascript: output.length < 5", "say how it's compared"),
        ("python: len(output) < 5", "say how it's compared"),
    ],
)
def test_an_assertion_of_promptfoos_is_no_target(cell: str, hint: str, tmp_path: Path) -> None:
    told = mistake_of(tmp_path, "a.csv", f'question,__expected\nq1,"plain"\nq2,"{cell}"\n')
    assert "a.csv:3" in told
    assert "is an assertion of promptfoo's" in told
    assert hint in told


@pytest.mark.parametrize("cell", ["Paris", "ratio 3: 4", "note: Paris", "10: 30", "https://x.org"])
def test_a_plain_word_of_promptfoos_is_the_target(cell: str, tmp_path: Path) -> None:
    assert of_text(tmp_path, "a.csv", f"question,__expected\nq,{cell}\n").examples[0].target == cell


CHAT = [{"role": "system", "content": "One word."}, {"role": "user", "content": "Capital of Peru?"}]


@pytest.mark.parametrize(
    ("given", "question"),
    [
        (CHAT, "Capital of Peru?"),
        (CHAT[1:], "Capital of Peru?"),
        ([{"from": "human", "value": "Hi"}, {"from": "gpt", "value": "Hello"}, {"from": "human", "value": "Bye"}], "Bye"),
        ([{"role": "developer", "content": "Be brief."}, {"role": "user", "content": "Q"}], "Q"),
        ([{"role": "user", "content": [{"type": "text", "text": "Q1 "}, {"type": "text", "text": "Q2"}]}], "Q1 Q2"),
    ],
)
@pytest.mark.parametrize("column", ["input", "messages"])
def test_a_conversation_is_an_input(given: Any, question: str, column: str, tmp_path: Path) -> None:
    example = of_text(tmp_path, "a.jsonl", json.dumps({column: given, "target": "x"}) + "\n").examples[0]
    assert example.question == question
    assert len(example.earlier) == len(given) - 1


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ([*CHAT, {"role": "assistant", "content": "Lima"}], "ends with the assistant's answer"),
        ([{"role": "tool", "content": "x"}], "'tool'"),
        ([{"role": "user", "content": [{"type": "image_url", "image_url": "x"}]}], "more than text"),
        (["a", "b"], "a list of messages"),
        ([CHAT[0]], "ends with the user's message"),
        ([], "the input is empty"),
        (3, "expected text"),
    ],
)
def test_a_conversation_that_cannot_be_asked_says_why(given: Any, words: str, tmp_path: Path) -> None:
    told = mistake_of(tmp_path, "a.jsonl", json.dumps({"input": given, "target": "x"}) + "\n")
    assert "a.jsonl:1: input" in told
    assert words in told
