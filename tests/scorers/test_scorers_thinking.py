"""What a model thought is kept and shown, and never scored."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchharness.records.answer import Answer, AnswerStatus
from benchharness.records.example import Example
from benchharness.records.judge import JudgeQuestion
from benchharness.records.reasoning import Reasoning
from benchharness.records.score import Parsed, Unparsable
from benchharness.records.suite import Extract, ScorerEntry
from benchharness.scorers.extracting import extract
from benchharness.scorers.grading import read_grade
from benchharness.scorers.marking import make_marker
from benchharness.scorers.rubric import Options, rubric_of
from benchharness.scorers.thinking import said

THOUGHTS = [
    ("<think>\nIs it A? No.\n</think>\n\nB", "Is it A? No.", "B"),
    ("<think>\n\n</think>\n\nB", "", "B"),
    ("<thinking>A?</thinking>B", "A?", "B"),
    ("<reasoning>A?</reasoning> B", "A?", "B"),
    ("<thought>A?</thought>\nB", "A?", "B"),
    ("<THINK>A?</Think>B", "A?", "B"),
    ('<think effort="high">A?</think>B', "A?", "B"),
    ("<seed:think>A?</seed:think>B", "A?", "B"),
    ("[THINK]A?[/THINK]B", "A?", "B"),
    ("◁think▷A?◁/think▷B", "A?", "B"),
    ("<|START_THINKING|>A?<|END_THINKING|><|START_RESPONSE|>B<|END_RESPONSE|>", "A?", "B"),
    ("<|begin_of_thought|>A?<|end_of_thought|>\n<|begin_of_solution|>B<|end_of_solution|>", "A?", "B"),
    ("<think>A?</think><answer>B</answer>", "A?", "B"),
    ("<|channel|>analysis<|message|>A?<|end|><|start|>assistant<|channel|>final<|message|>B<|return|>", "A?", "B"),
    ("<|channel|>analysis<|message|>A?<|end|><|start|>assistant<|channel|>final<|message|>B", "A?", "B"),
    ("<|channel|>commentary<|message|>hm<|end|><|channel|>final <|constrain|>json<|message|>B<|end|>", "hm", "B"),
    ("analysisThe user asks. A?assistantfinalB", "The user asks. A?", "B"),
    # The opening mark stood in the chat template.
    ("Is it A? No.\n</think>\n\nB", "Is it A? No.", "B"),
    ("Paris or Lyon? `Paris`</think>Lyon", "Paris or Lyon? `Paris`", "Lyon"),
    # A thought speaks of thoughts, models think twice, and nobody ends one twice.
    ("<think>The user says <think> is a tag.</think>B", "The user says <think> is a tag.", "B"),
    ("<think>a</think>Step.<think>b</think> B", "ab", "Step. B"),
    ("<think>I'd end with `</think>` and A. </think>B", "I'd end with `` and A. ", "B"),
    ("思考：<think>是甲吗？不是。</think>乙", "是甲吗？不是。", "思考：乙"),
    ("<think>क्या यह क है?</think>ख", "क्या यह क है?", "ख"),
]


@pytest.mark.parametrize(("output", "thought", "answer"), THOUGHTS)
def test_an_answer_is_what_stands_outside_every_thought(output: str, thought: str, answer: str) -> None:
    found = said(output)
    assert found.answer == answer
    assert found.thought.split() == thought.split()


@pytest.mark.parametrize(
    "output",
    [
        "<think>It might be Paris, but let me",
        "Okay. <think>Paris",
        "Paris <thinking>or is it Lyon?",
        "[THINK]Paris",
        "<|channel|>analysis<|message|>Paris",
        "<|begin_of_thought|>Paris",
        "<think>a</think>Paris<think>but wait",
        "◁think▷Paris",
    ],
)
@pytest.mark.parametrize("kind", ["exact", "contains", "f1", "label", "regex", "levenshtein"])
def test_a_thought_that_never_ends_holds_no_answer(output: str, kind: str) -> None:
    options = {"pattern": "(Paris)"} if kind == "regex" else {}
    mark = make_marker([ScorerEntry(type=kind, options=options)], match_at=0.1, labels=("Paris", "Lyon"))
    found = mark(Example(id="e", input="q", target="Paris"), None, Answer(output=output))
    assert (found.status, found.score, found.matched) == (AnswerStatus.UNPARSABLE, 0.0, False)
    assert found.why is not None
    assert "never ended" in found.why


@pytest.mark.parametrize(
    "output",
    [
        "Reasoning models write `<think>` before and `</think>` after.",
        "I think it's B.",
        "[think] about it",
        "a < thinking",
        "analysis of the text",
        "x <| y |> z",
        "<b>B</b>",
        "reasoning: B",
    ],
)
def test_a_text_that_only_speaks_of_thinking_is_left_as_it_is(output: str) -> None:
    assert said(output).answer == output


@given(st.text(max_size=60).filter(lambda text: "<" not in text and "`" not in text and "[" not in text and "◁" not in text))
def test_whatever_is_thought_the_answer_is_the_same(thought: str) -> None:
    assert said(f"<think>{thought}</think>\nB").answer == "B"
    assert said(f"{thought}</think>\nB").answer == "B"


@pytest.mark.parametrize("hostile", ["<think>" * 30_000, "`<think>`" * 20_000, "`" * 1000 + "</think>" * 20_000, "<|channel|>x" * 20_000])
def test_a_text_full_of_marks_is_read_in_no_time(hostile: str) -> None:
    started = time.perf_counter()
    said(hostile)
    assert time.perf_counter() - started < 1


class TestASuite:
    def test_gets_its_marker_pattern_or_key_behind_the_thought(self) -> None:
        output = '<think>Answer: A. {"a": 1} [A]</think>Answer: B {"a": 2} [B]'
        for how, text in ((Extract(after="Answer:"), 'B {"a": 2} [B]'), (Extract(regex=r"\[(\w)\]"), "B"), (Extract(json_key="a"), "2")):
            found = extract(output, how)
            assert isinstance(found, Parsed)
            assert found.text == text
            assert "what follows the reasoning" in found.how

    def test_that_names_such_marks_itself_works_on_the_whole_output(self) -> None:
        assert extract("<think>A</think>\nB", Extract(after="</think>")) == Parsed(text="B", how="after '</think>'")
        found = extract("<think>A</think>\nB", Extract(regex="<think>(.*)</think>"))
        assert isinstance(found, Parsed)
        assert found.text == "A"

    def test_may_keep_it_where_answers_rightly_hold_such_marks(self) -> None:
        output = "<think>is a tag</think>"
        mark = make_marker([ScorerEntry(type="exact")], match_at=1.0)
        example = Example(id="e", input="q", target=output)
        assert mark(example, Extract(reasoning=Reasoning.KEEP), Answer(output=output)).matched is True
        assert mark(example, None, Answer(output=output)).status is AnswerStatus.UNPARSABLE

    def test_that_wants_a_form_gets_it_of_the_answer(self) -> None:
        mark = make_marker([ScorerEntry(type="form", options={"json": True})], match_at=1.0)
        example = Example(id="e", input="q", target=None)
        assert mark(example, None, Answer(output='<think>{"a"?</think>{"a": 1}')).matched is True
        assert mark(example, None, Answer(output='<think>{"a": 1}')).matched is False

    def test_asks_a_pattern_without_a_group_of_the_answer_alone(self) -> None:
        mark = make_marker([ScorerEntry(type="regex", options={"pattern": "Paris"})], match_at=1.0)
        assert mark(Example(id="e", input="q", target=None), None, Answer(output="<think>Paris?</think>Lyon")).matched is False


def test_nothing_behind_a_thought_is_no_answer_and_right_where_the_target_is_empty() -> None:
    mark = make_marker([ScorerEntry(type="exact")], match_at=1.0)
    found = mark(Example(id="e", input="q", target="B"), None, Answer(output="<think>B</think>\n"))
    assert (found.status, found.matched, found.why) == (AnswerStatus.UNPARSABLE, False, "nothing follows the reasoning")
    assert mark(Example(id="e", input="q", target=""), None, Answer(output="<think>B</think>\n")).matched is True


def test_an_answer_of_a_judge_is_what_it_says_and_not_what_it_thinks() -> None:
    rubric = rubric_of(Options(judge="j", criteria={"useful": "?"}))
    question = JudgeQuestion(scorer="s", example_id="e", task="t", answer="a")
    low = '{"reasons": "x", "grades": {"useful": "fail"}}'
    high = low.replace("fail", "pass")
    found = read_grade(rubric, question, f"<think>{low}</think>{high}")
    assert found is not None
    assert found.value == 1
    assert read_grade(rubric, question, f"<think>{high}") is None
    assert read_grade(rubric, question, f"{high} as I thought: {low}</think>") is None


def test_it_is_told_how_an_answer_was_found_behind_a_thought() -> None:
    unclosed = extract("<think>x", None)
    assert isinstance(unclosed, Unparsable)
    assert extract("<think>x</think>B", None) == Parsed(text="B", how="what follows the reasoning")
