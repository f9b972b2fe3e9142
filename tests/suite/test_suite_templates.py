from pathlib import Path
from typing import Any

import pytest

from benchharness.errors import Mistake
from benchharness.suite.reading import SuiteFile, parse_suite
from benchharness.suite.templates import Fields, TemplateFailedError, check_templates, compile_template, variables

HEAD = "name: t\ncandidates: [{name: a}]\ndecision: {accuracy_target: 0.9}\nprompts:\n"
AVAILABLE = Fields(names=frozenset({"input", "metadata", "question"}), metadata=frozenset({"team"}), plain=False)


def with_user(template: str) -> SuiteFile:
    written = template.replace("\\", "\\\\").replace('"', '\\"')
    return parse_suite(f'{HEAD}  one: {{user: "{written}"}}\n', path=Path("s.yaml"), scorer_options={})


def problems(template: str) -> list[Mistake]:
    return check_templates(with_user(template), AVAILABLE)


def render(template: str, **fields: Any) -> str:
    return compile_template(template).render(fields)


@pytest.mark.parametrize(
    "template",
    [
        "{{ input }}",
        "{{ question }} {{ metadata.team }}",
        "{% for each in input %}{{ loop.index }} {{ each }}{% endfor %}",
        "{% set x = 5 %}{{ x }}",
        "{% if input is string %}{{ input|upper|trim }}{% endif %}",
        "{% for n in range(3) %}{{ n }}{% endfor %}",
        "{% raw %}{{ nothing }}{% endraw %}",
        "plain text, 100% { of } it",
    ],
)
def test_a_good_template_has_no_mistakes(template: str) -> None:
    assert problems(template) == []


@pytest.mark.parametrize(
    ("template", "words", "hint"),
    [
        ("{{ inptu }}", "the data has no 'inptu' in every example", "did you mean 'input'?"),
        ("{{ salary }}", "the data has no 'salary'", "there are input, metadata, question"),
        ("{{ target }}", "the data has no 'target'", "there are"),
        ("{{ input }", "line 1 of the template", "Jinja2"),
        ("{% if input %}", "line 1 of the template", "Jinja2"),
        ("{% frobnicate %}", "line 1 of the template", "Jinja2"),
        ("{{ input|uper }}", "unknown filter 'uper'", "did you mean 'upper'?"),
        ("{{ input is strng }}", "unknown test 'strng'", "did you mean 'string'?"),
        ("{{ input|random }}", "unknown filter 'random'", ""),
        ("{{ ''.__class__ }}", "must not reach for '__class__'", "own fields"),
        ("{{ ''['__class__'] }}", "must not reach for '__class__'", "own fields"),
        ("{{ input|attr('__class__') }}", "must not reach for '__class__'", "own fields"),
        ("{{ [input]|map(attribute='__class__')|list }}", "must not reach for '__class__'", "own fields"),
        ("{{ range.__globals__ }}", "must not reach for '__globals__'", "own fields"),
        ("{{ cycler.next() }}", "the data has no 'cycler'", ""),
        ("{% include 'x' %}", "can't take in another file", "extends"),
        ("{% import 'x' as y %}", "can't take in another file", "extends"),
        (
            "{% for a in input %}{% for b in a %}{% for c in b %}{% for d in c %}{% endfor %}{% endfor %}{% endfor %}{% endfor %}",
            "more than 3 deep",
            "",
        ),
        ("{{ " + "(" * 3000 + "1" + ")" * 3000 + " }}", "nested too deeply", ""),
    ],
    ids=lambda each: each[:30],
)
def test_a_wrong_template_is_found_before_it_is_filled(template: str, words: str, hint: str) -> None:
    found = problems(template)
    assert [words in each.message for each in found] == [True], found
    assert hint in found[0].hint
    assert (found[0].key, found[0].line, found[0].column) == ("prompts.one.user", 5, 15)


def test_a_block_templates_mistake_has_the_line_it_stands_on() -> None:
    text = f"{HEAD}  one:\n    user: |-\n      First {{{{ input }}}}\n\n      then {{{{ nobody }}}}\n      {{% if %}}\n"
    file = parse_suite(text, path=Path("s.yaml"), scorer_options={})
    assert [each.line for each in check_templates(file, AVAILABLE)] == [10]
    file = parse_suite(text.replace("{% if %}", ""), path=Path("s.yaml"), scorer_options={})
    assert [(each.line, each.message) for each in check_templates(file, AVAILABLE)] == [(9, "the data has no 'nobody' in every example")]


def test_a_prompt_is_plain_text_and_nothing_is_escaped() -> None:
    assert render("{{ input }}\n", input="<b> & 'c'") == "<b> & 'c'\n"


def test_what_the_data_holds_is_never_a_template() -> None:
    assert render("{{ input }}", input="{{ 7 * 7 }}") == "{{ 7 * 7 }}"


@pytest.mark.parametrize(
    "template",
    [
        "{{ nobody }}",
        "{{ input.nobody }}",
        "{{ ''[hidden] }}",
        "{{ 1 // 0 }}",
        "{{ 'x' * 1000000000000 }}",
        "{{ 1000000000000 * [1] }}",
        "{{ 10 ** 10000000 }}",
        "{% for a in range(100000000) %}{% endfor %}",
        "{% for a in range(1000) %}{% for b in range(1000) %}{% endfor %}{% endfor %}",
        "{% for a in range(9000) %}{{ 'x' * 1000 }}{% endfor %}",
        "{{ range('a') }}",
        "{{ input + 1 }}",
        "{{ range._left }}",
    ],
)
def test_a_template_that_reaches_too_far_fails_in_words(template: str) -> None:
    with pytest.raises(TemplateFailedError, match="can't be filled"):
        render(template, input="text", hidden="__class__")


def test_one_filling_takes_nothing_from_the_next_ones_budget() -> None:
    template = compile_template("{% for a in range(9000) %}{% endfor %}{{ input }}")
    assert [template.render({"input": each}) for each in "abc"] == ["a", "b", "c"]


def test_a_field_called_like_a_function_is_the_field() -> None:
    assert render("{{ range }}", range="5 km") == "5 km"


def test_a_templates_variables_are_named() -> None:
    assert variables("{% for x in items %}{{ x }}{{ input.y }}{% endfor %}{{ range(2) }}") == {"items", "input"}


def test_a_text_that_is_no_template_is_said_when_it_is_compiled() -> None:
    for make in (compile_template, variables):
        with pytest.raises(TemplateFailedError, match="is none"):
            make("{{ input")
