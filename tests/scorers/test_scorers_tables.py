"""Answers as models really write them, and what each scorer makes of them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchharness.interfaces import AnswerScorer
from benchharness.records.answer import Answer, AnswerStatus
from benchharness.records.example import Example
from benchharness.records.score import Parsed, Score, Unparsable, Unscored
from benchharness.records.suite import Extract, ScorerEntry
from benchharness.scorers import SCORERS, make_scorer
from benchharness.scorers.extracting import extract
from benchharness.scorers.marking import make_marker

LABELS = ("no-result", "duty-only", "vague", "buzzwords", "overlong", "strong")


# The least each scorer must be told; `similar` and `python` have files of their own and tests of their own.
NEEDED: dict[str, dict[str, Any]] = {
    "regex": {"pattern": r"(\d+)"},
    "form": {"json": True},
    "length": {"most": 5},
    "latency": {"most_s": 1.0},
    "cost": {"most_usd": 1.0},
    "rubric": {"judge": "strict", "criteria": {"useful": "Is it of use?"}},
    "reference": {"judge": "strict"},
    "pairwise": {"judge": "strict"},
}
HERE = [each for each in SCORERS if each not in ("similar", "python")]
WITHOUT_TARGET = ("form", "refusal", "length", "latency", "cost")


def score(kind: str, answer: str, target: Any, **options: Any) -> Score | Unparsable | Unscored:
    scorer = make_scorer(ScorerEntry(type=kind, options=options), labels=LABELS)
    example = Example(id="e", input="q", target=target)
    return scorer.score_answer(Answer(output=answer), example) if isinstance(scorer, AnswerScorer) else scorer.score(answer, example)


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ("no-result", "no-result"),
        ("No result.", "no-result"),
        ("no_result", "no-result"),
        ("Label: no-result.", "no-result"),
        ("**no-result**", "no-result"),
        ("no-result, because nothing came of it", "no-result"),
        ("The main problem is that it's vague. Vague!", "vague"),
        ("It is not buzzwords but vague", None),
        ("vagueness", None),
        ("", None),
        ("None of these", None),
    ],
)
def test_a_label_is_found_when_exactly_one_is_named(answer: str, found: str | None) -> None:
    result = score("label", answer, "no-result")
    if found is None:
        assert isinstance(result, Unparsable)
    else:
        assert isinstance(result, Score)
        assert result.parsed == found
        assert result.value == float(found == "no-result")


def test_label_options_do_what_they_say() -> None:
    assert isinstance(score("label", "it's vague", "vague", mention=False), Unparsable)
    aliased = score("label", "missing outcome", "no-result", aliases={"no-result": ("missing outcome",)})
    assert isinstance(aliased, Score)
    assert aliased.value == 1
    longest = make_scorer(ScorerEntry(type="label", options={"labels": ("card", "card lost")}))
    assert not isinstance(longest, AnswerScorer)
    found = longest.score("my card lost, sorry", Example(id="e", input="q", target="card lost"))
    assert isinstance(found, Score)
    assert found.value == 1


@pytest.mark.parametrize(
    ("answer", "target", "options", "value"),
    [
        ("so the answer is 42.", "42", {}, 1),
        ("#### 1,234.50", "1234.5", {}, 1),
        ("It costs $5%", "5", {}, 1),
        ("\u22123 degrees", "-3", {}, 1),
        ("first 3, then 5", "3", {"which": "first"}, 1),
        ("first 3, then 5", "3", {}, 0),
        ("3.1", "3", {"absolute": 0.2}, 1),
        ("103", "100", {"relative": 0.02}, 0),
        ("1e3", "1000", {}, 1),
        ("v2 model", "2", {}, None),
    ],
)
def test_numbers_are_read_as_people_write_them(answer: str, target: str, options: dict[str, Any], value: int | None) -> None:
    result = score("number", answer, target, **options)
    if value is None:
        assert isinstance(result, Unparsable)
    else:
        assert isinstance(result, Score)
        assert result.value == value


def test_exact_contains_and_regex() -> None:
    assert score("exact", " yes\n", "yes") == Score(value=1.0, parsed="yes")
    assert score("exact", "Yes", "yes") == Score(value=0.0, parsed="Yes")
    assert isinstance(score("exact", "YES!", ["no", "yes"], normalise=("strip-punctuation", "casefold")), Score)
    contains = score("contains", "The  ANSWER is here", "answer is")
    assert isinstance(contains, Score)
    assert contains.value == 1
    regex = score("regex", "Grade: B, later Grade: A", "a", pattern=r"Grade: (\w)")
    assert isinstance(regex, Score)
    assert regex.value == 1
    assert isinstance(score("regex", "none", "a", pattern=r"Grade: (\w)"), Unparsable)


@pytest.mark.parametrize(
    ("answer", "value"),
    [
        ('{"name": "Ana", "skills": ["sql", "python"]}', 1.0),
        ('```json\n{"name": "ana", "skills": ["Python", "SQL"], "extra": 1}\n```', 1.0),
        ('Here you are: {"name": "Bo", "skills": ["sql", "python"]} Enjoy!', 0.5),
        ('{"name": "Ana"}', 0.5),
        ("no json here", None),
    ],
)
def test_json_is_scored_field_by_field(answer: str, value: float | None) -> None:
    result = score("json", answer, {"name": "Ana", "skills": ["python", "sql"]})
    assert isinstance(result, Unparsable) if value is None else (isinstance(result, Score) and result.value == value)


def test_json_that_breaks_its_schema_is_unparsable() -> None:
    schema = {"type": "object", "properties": {"age": {"type": "integer"}}, "required": ["age"]}
    result = score("json", '{"age": "ten"}', {"age": 10}, response_schema=schema)
    assert isinstance(result, Unparsable)
    assert "age" in result.reason


@pytest.mark.parametrize("kind", [each for each in HERE if each not in WITHOUT_TARGET])
def test_no_target_is_unscored_and_never_a_miss(kind: str) -> None:
    assert isinstance(score(kind, "anything", None, **NEEDED.get(kind, {})), Unscored)


@pytest.mark.parametrize("kind", HERE)
@pytest.mark.parametrize("hostile", ["[" * 1_000_000, "a" * 1_000_000, "\x00\x1b[2J", "{" * 10_000, "1" * 5_000, "\u202e<script>"])
def test_hostile_answers_are_scored_or_unparsable_and_never_raise(kind: str, hostile: str) -> None:
    target: Any = {"json": {"a": 1}, "spans": ["a"]}.get(kind, "5")
    result = score(kind, hostile, target, **NEEDED.get(kind, {}))
    assert isinstance(result, Score | Unparsable | Unscored)


@given(st.text())
def test_every_score_lies_between_0_and_1(answer: str) -> None:
    for kind in ("exact", "contains", "number", "label"):
        result = score(kind, answer, "5")
        assert not isinstance(result, Score) or 0 <= result.value <= 1


@pytest.mark.parametrize(
    ("how", "output", "found"),
    [
        (None, "all of it", "all of it"),
        (Extract(after="Answer:"), "Answer: no. Wait.\nanswer: yes\nBye", "yes"),
        (Extract(after="Answer:"), "I think yes", None),
        (Extract(regex=r"\[(\w+)\]"), "[one] then [two]", "two"),
        (Extract(json_key="a.b"), 'so: {"a": {"b": 3}}', "3"),
        (Extract(json_key="a"), "{}", None),
    ],
)
def test_the_last_answer_is_extracted_and_nothing_is_invented(how: Extract | None, output: str, found: str | None) -> None:
    result = extract(output, how)
    assert isinstance(result, Unparsable) if found is None else (isinstance(result, Parsed) and result.text == found)


def test_refused_truncated_and_unparsable_are_misses_with_their_status() -> None:
    mark = make_marker([ScorerEntry(type="label")], match_at=1.0, labels=LABELS)
    example = Example(id="e", input="q", target="vague")
    for status in (AnswerStatus.REFUSED, AnswerStatus.TRUNCATED):
        found = mark(example, None, Answer(output="vague", status=status))
        assert (found.status, found.score, found.matched) == (status, 0.0, False)
    found = mark(example, None, Answer(output="who knows"))
    assert (found.status, found.score, found.matched) == (AnswerStatus.UNPARSABLE, 0.0, False)
    assert found.why
    assert mark(example, None, Answer(output="vague")).matched is True
    unscored = mark(Example(id="e", input="q", target=None), None, Answer(output="vague"))
    assert (unscored.score, unscored.matched) == (None, None)


@pytest.mark.parametrize(
    "aliases",
    [{"vague": ("Unclear",), "strong": ("unclear",)}, {"vague": ("strong",)}],
)
def test_no_name_stands_for_two_labels(aliases: dict[str, tuple[str, ...]]) -> None:
    with pytest.raises(ValueError, match="one answer would be right for both"):
        score("label", "strong", "vague", labels=("vague", "strong"), aliases=aliases)
