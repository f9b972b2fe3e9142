"""The answer behind a marker, and the JSON that is the answer, as models write them."""

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchharness.interfaces import AnswerScorer
from benchharness.records.example import Example
from benchharness.records.score import Parsed, Score, Unparsable, Unscored
from benchharness.records.suite import Extract, ScorerEntry
from benchharness.scorers import make_scorer
from benchharness.scorers.extracting import extract
from benchharness.scorers.json_finding import find_json, values_in

ANN = {"name": "Ann", "age": 31}
WRITTEN = json.dumps(ANN)


@pytest.mark.parametrize(
    "output",
    [
        "Answer: B",
        "Answer:B",
        "answer : B",
        "ANSWER: B",
        "Answer\uff1aB",
        "So **Answer:** B",
        "So **Answer**: B",
        "**Answer: B**",
        "**Answer:** **B**",
        "Answer: **B**",
        "Answer: `B`",
        "***Answer:*** B",
        "*Answer:* B",
        "_Answer:_ B",
        "__Answer:__ B",
        "`Answer:` B",
        "**Final Answer:** B",
        "### Answer:\nB",
        "**Answer:**\n\nB",
        "> Answer: B",
        "- **Answer**: B",
        "Answer: A\nNo.\nAnswer: B",
        "Answer: A. Wait, no. **Answer:** B",
        "Answer - B",
        "Answer \u2013 B",
        "**Answer** \u2014 B",
        "1. Answer - B",
        "Answer = B",
        "Straße. Answer: B",
        "Answer: B\nThat answer - though short - is right.",
        "Answer: B\r\nThanks.",
        "\u00a0Answer\u00a0: B",
    ],
)
def test_a_marker_is_found_however_it_is_written(output: str) -> None:
    found = extract(output, Extract(after="Answer:"))
    assert isinstance(found, Parsed)
    assert found.text == "B"


@pytest.mark.parametrize(
    ("marker", "output", "text"),
    [
        ("####", "So it's 42.\n#### 42", "42"),
        ("####", "#### **42**", "42"),
        ("The answer is", "the answer  is **B**.", "B"),
        ("The answer is", "The answer\nis B", "B"),
        ("答案:", "所以**答案：** 乙", "乙"),
        ("答案：", "答案: 乙", "乙"),
        ("Ответ:", "**Ответ:** да", "да"),
        ("الجواب:", "الجواب: نعم", "نعم"),
        ("Answer:", "Answer: __init__", "__init__"),
        ("Answer:", "final_answer: B_c", "B_c"),
        ("Answer:", "**Answer:** 2 * 3 * 4", "2 * 3 * 4"),
        ("Answer:", "Answer: *", "*"),
        ("Answer:", "The answer-based B", None),
        ("Answer:", "Answer:  \n", None),
        ("Answer:", "I say B", None),
        ("Answer", "**Answer:** B", "B"),
        ("the answer is", "The answer is: B", "B"),
        ("Final answer:", "**Final Answer:**\n**B**", "B"),
        ("->", "so -> **B**", "B"),
    ],
)
def test_what_follows_a_marker_is_its_line_without_markdown_around(marker: str, output: str, text: str | None) -> None:
    found = extract(output, Extract(after=marker))
    assert isinstance(found, Unparsable) if text is None else (isinstance(found, Parsed) and found.text == text)


@pytest.mark.parametrize(
    "output",
    [
        WRITTEN,
        f"According to [1], the record is {WRITTEN}.",
        f"See [2, 3].\n```json\n{WRITTEN}\n```",
        f"```json\n{WRITTEN}\n```",
        f"```\n{WRITTEN}\n```",
        f"{{}} is empty, so {WRITTEN}",
        f'{{"name": "Bob", "age": 3}} - no, corrected: {WRITTEN}',
        f'Format: {{"name": ..., "age": ...}}. {WRITTEN}',
        f"Format: {{name, age}}. {WRITTEN}",
        f"{WRITTEN} (see [1])",
        f"{WRITTEN}\nSources: [1, 2]",
        f'{WRITTEN}\nMy confidence: {{"confidence": 0.9}}',
        f'<think>format {{"name": "x", "age": 0}}</think>{WRITTEN}',
        f'{{"name": NaN}} {WRITTEN}',
        f"\\frac{{1}}{{2}} and {WRITTEN}",
        f"\ufeff{WRITTEN}",
        f"名前は次の通り：{WRITTEN}。",
        f"[] {WRITTEN} []",
    ],
)
def test_the_last_json_that_can_be_the_answer_is_it(output: str) -> None:
    found = extract(output, None)
    assert isinstance(found, Parsed)
    result = _scored("json", found.text, ANN)
    assert isinstance(result, Score)
    assert result.value == 1


@pytest.mark.parametrize(
    "output",
    [
        '{"name": NaN}',
        '{"name": Infinity}',
        '{"name": -Infinity}',
        '{"name": 1e999}',
        "NaN",
        '{"name": "Ann", "name": "Bob"}',
        '{"name": "Ann", "home": {"name": "Ann", "age": 31}',
        '{"name": "Ann",}',
        "{'name': 'Ann'}",
        "[" * 100_000,
        "",
    ],
)
def test_what_is_no_json_or_breaks_off_is_unparsable(output: str) -> None:
    assert isinstance(_scored("json", output, ANN), Unparsable)


def test_a_list_is_looked_for_where_the_target_is_one() -> None:
    assert find_json('As [1] says: ["sql"] [2]', like=["sql"]) == (["sql"],)
    assert find_json("first [1, 2], then [3]", like=[3]) == ([3],)
    assert find_json('{"skill": ["sql"]} [1]', like=["sql"]) == ({"skill": ["sql"]},)


@given(
    st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner))
)
def test_any_object_is_found_among_words(value: Any) -> None:
    wanted = {"answer": value}
    assert find_json(f"Well [1]: {json.dumps(wanted)} so.", like=wanted) == (wanted,)


@pytest.mark.parametrize("hostile", ["[" * 10**6, "{" * 200_000, '{"' * 100_000, "[1," * 60_000, '{"a":' * 40_000, '{"a":NaN,' * 20_000])
def test_a_text_full_of_brackets_is_read_in_no_time(hostile: str) -> None:
    started = time.perf_counter()
    find_json(hostile)
    values_in(hostile[:50_000], lenient=True)
    assert time.perf_counter() - started < 2


@pytest.mark.parametrize(
    ("answer", "target", "strict", "right"),
    [
        ('{"n": 1070750}', {"n": "1070750"}, False, 1),
        ('{"n": "1070750"}', {"n": 1070750}, False, 1),
        ('{"n": 1070750}', {"n": "1070750"}, True, 0),
        ('{"n": 7}', {"n": "007"}, False, 0),
        ('{"n": "true"}', {"n": True}, False, 1),
        ('{"n": 1}', {"n": True}, False, 0),
        ('{"n": "1.50"}', {"n": 1.5}, False, 1),
        ('{"n": null}', {"n": "null"}, False, 0),
        ('{"n": "x"}', {"n": 1}, False, 0),
    ],
)
def test_a_number_is_the_text_that_writes_it_unless_types_are_strict(answer: str, target: Any, *, strict: bool, right: int) -> None:
    found = _scored("json", answer, target, strict_types=strict)
    assert isinstance(found, Score)
    assert found.value == right


@pytest.mark.parametrize(
    ("answer", "target", "right"),
    [
        ([{"start": 0, "end": 3, "type": "ORG"}], [{"start": 0, "end": 3, "type": "PER"}], 0),
        ([{"start": 0, "end": 3, "type": "PER"}], [{"start": 0, "end": 3, "type": "PER"}], 1),
        ([{"text": "Ann", "entity": "LOC"}], [{"text": "Ann", "entity": "PER"}], 0),
        ([{"text": "Ann", "type": "PER"}], [{"text": "Ann", "label": "PER"}], 1),
        ([{"word": "Ann", "entity_group": "PER", "score": 0.9, "start": 0, "end": 3}], [{"start": 0, "end": 3, "label": "PER"}], 1),
        ([{"word": "Ann", "entity_group": "PER"}], [{"word": "Ann", "entity_group": "ORG"}], 0),
        ({"PER": ["Ann"]}, [{"text": "Ann", "tag": "PER"}], 1),
        ([{"start_char": 0, "end_char": 3, "category": "PER"}], [{"start": 0, "end": 3, "label": "PER"}], 1),
        ([{"text": "安娜", "type": "人名"}], [{"text": "安娜", "label": "人名"}], 1),
    ],
)
def test_spans_are_compared_by_type_whatever_its_key_is_called(answer: Any, target: Any, right: int) -> None:
    found = _scored("spans", json.dumps(answer), target)
    assert isinstance(found, Score)
    assert found.value == right


def test_a_key_nobody_knows_is_told() -> None:
    found = _scored("spans", '[{"text": "Ann", "sort": "PER"}]', [{"text": "Ann", "label": "PER"}])
    assert isinstance(found, Score)
    assert (found.value, found.why) == (0, "spans without a label, and with 'sort'")


@pytest.mark.parametrize("kind", ["json", "spans"])
@pytest.mark.parametrize("target", ["Paris", "", "NaN", '{"a": 1', "no, [1]"])
def test_a_target_that_is_no_json_is_unscored_and_never_a_crash(kind: str, target: str) -> None:
    assert isinstance(_scored(kind, '{"city": "Paris"}', target), Unscored)


def _scored(kind: str, answer: str, target: Any, **options: Any) -> Score | Unparsable | Unscored:
    scorer = make_scorer(ScorerEntry(type=kind, options=options))
    assert not isinstance(scorer, AnswerScorer)
    return scorer.score(answer, Example(id="e", input="q", target=target))
