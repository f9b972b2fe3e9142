"""What people write at first is refused with the line that works."""

from pathlib import Path

import pytest

from benchharness.errors import Mistake, MistakesError
from benchharness.records.reasoning import Reasoning
from benchharness.scorers import scorer_options
from benchharness.suite.reading import SuiteFile, parse_suite

GOOD = """\
name: tickets
golden_set: {path: golden.jsonl}
prompts:
  zero-shot: {user: "{{ input }}"}
candidates:
  - {name: small, model: openai/x, prompts: [zero-shot]}
scorers:
  - {type: exact}
decision: {accuracy_target: 0.95}
"""


def read(text: str) -> SuiteFile:
    return parse_suite(text, path=Path("s.yaml"), scorer_options=scorer_options())


def mistakes_of(old: str, new: str) -> list[Mistake]:
    assert old in GOOD
    with pytest.raises(MistakesError) as caught:
        read(GOOD.replace(old, new))
    return list(caught.value.mistakes)


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("golden_set: {path: golden.jsonl}", "golden_set: golden.jsonl", "write `golden_set: {path: golden.jsonl}`"),
        ("golden_set: {path: golden.jsonl}", "golden_set: my golden.csv", 'write `golden_set: {path: "my golden.csv"}`'),
        ("name: tickets", "name: tickets\ntraining_pool: pool.jsonl", "write `training_pool: {path: pool.jsonl}`"),
        ('{user: "{{ input }}"}', '"Route it: {{ input }}"', 'write `zero-shot: {user: "Route it: {{ input }}"}`'),
        ('{user: "{{ input }}"}', "|\n    Route it:\n    {{ input }}", "put the text below `zero-shot:` as `user: |`"),
        ("- {type: exact}", "- exact", "write `- {type: exact}`"),
        ("\n  - {type: exact}", " exact", "write `scorers: [{type: exact}]`"),
        ("- {name: small, model: openai/x, prompts: [zero-shot]}", "- gpt-4o", "write `- {name: gpt-4o, model: gpt-4o, prompts: [NAME]}`"),
        ("decision: {accuracy_target: 0.95}", "decision: 0.95", "write `decision: {accuracy_target: 0.95}`"),
        ("prompts: [zero-shot]", "prompts: zero-shot", "write `prompts: [zero-shot]`"),
        ('{{ input }}"}', '{{ input }}", extract: "Answer:"}', 'write `extract: {after: "Answer:"}`'),
    ],
)
def test_a_shorthand_is_told_the_line_that_works(old: str, new: str, line: str) -> None:
    (mistake,) = mistakes_of(old, new)
    assert mistake.hint == line


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("path: golden.jsonl", 'path: "${DATA}/golden.jsonl"', "golden_set.path"),
        ("path: golden.jsonl", "path: $HOME/golden.jsonl", "golden_set.path"),
        ("path: golden.jsonl", "path: ~/golden.jsonl", "golden_set.path"),
        ("path: golden.jsonl", 'path: "%USERPROFILE%/golden.jsonl"', "golden_set.path"),
        ("model: openai/x", "model: recorded/$RUN/rows.jsonl", "candidates[0].model"),
        ("model: openai/x", 'model: "${MODEL}"', "candidates[0].model"),
        ("model: openai/x", "model: embedded/m, adapter: ~/a.gguf", "candidates[0].adapter"),
        ("model: openai/x", 'endpoint: "http://${HOST}:8000/v1"', "candidates[0].endpoint"),
        ("model: openai/x", 'endpoint: "${BASE_URL}"', "candidates[0].endpoint"),
        ("model: openai/x", 'endpoint: "http://{{ env.HOST }}/v1"', "candidates[0].endpoint"),
        ("name: tickets", "name: tickets\ntraining_pool: {path: ~/pool.jsonl}", "training_pool.path"),
    ],
)
def test_what_a_shell_would_fill_in_is_refused(old: str, new: str, key: str) -> None:
    (mistake,) = mistakes_of(old, new)
    assert mistake.key == key
    assert "isn't filled in here" in mistake.message
    assert mistake.hint.startswith("write ")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("name: tickets", "name: \u201ctickets\u201d"),
        ("path: golden.jsonl", "path: \u201cgolden.jsonl\u201d"),
        ("model: openai/x", "model: \u201copenai/x\u201d"),
        ("model: openai/x", "model: \u2018openai/x\u2019"),
        ("{type: exact}", "{type: label, labels: [\u201cyes\u201d]}"),
        ("{type: exact}", "{type: label, labels: [\u201eja\u201c]}"),
    ],
)
def test_curly_quotes_around_a_value_are_refused(old: str, new: str) -> None:
    (mistake,) = mistakes_of(old, new)
    assert "curly quotes" in mistake.message
    assert "straight quotes" in mistake.hint


@pytest.mark.parametrize(
    "text", ["dogs\u2019 day", "say \u201cyes\u201d or \u201cno\u201d", "\u201eJa\u201c oder \u201eNein\u201c?", "l\u2019eau"]
)
def test_curly_quotes_within_a_text_stay(text: str) -> None:
    block = GOOD.replace('{user: "{{ input }}"}', f"\n    user: {text}")
    assert read(block).suite.prompts["zero-shot"].user == text


def test_a_prompt_may_say_what_becomes_of_a_thought() -> None:
    for word in Reasoning:
        found = read(GOOD.replace('{{ input }}"}', f'{{{{ input }}}}", extract: {{reasoning: {word}}}}}'))
        assert found.suite.prompts["zero-shot"].extract is not None
        assert found.suite.prompts["zero-shot"].extract.reasoning is word
    (mistake,) = mistakes_of('{{ input }}"}', '{{ input }}", extract: {reasoning: hide}}')
    assert "'apart' or 'keep'" in mistake.message
    (blank,) = mistakes_of('{{ input }}"}', '{{ input }}", extract: {after: " "}}')
    assert blank.message == "must not be empty"
