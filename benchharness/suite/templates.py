"""Jinja2's one home: compile prompts in its sandbox, name their variables, fill them."""

from collections.abc import Collection, Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

import jinja2
from jinja2 import meta, nodes
from jinja2.sandbox import SandboxedEnvironment

from benchharness.errors import BenchError, Mistake

if TYPE_CHECKING:
    from benchharness.suite.reading import SuiteFile

__all__ = ["Template", "TemplateFailedError", "check_templates", "compile_template"]

LONGEST_PROMPT = 2_000_000

_environment = SandboxedEnvironment(undefined=jinja2.StrictUndefined, autoescape=False, keep_trailing_newline=True)


class TemplateFailedError(BenchError):
    """Happens when a template can't be filled for an example although its variables are there."""


class Template:
    """A compiled prompt text."""

    def __init__(self, template: jinja2.Template, text: str) -> None:
        self._template = template
        self._text = text

    def render(self, variables: Mapping[str, Any]) -> str:
        """Return the text with the variables filled in; TemplateFailedError when it can't be."""
        try:
            filled = self._template.render(variables)
        except (jinja2.TemplateError, TypeError, ValueError, ArithmeticError, OverflowError, AttributeError, LookupError) as error:
            raise TemplateFailedError(f"the template {self._text[:60]!r} can't be filled: {error}") from error
        if len(filled) > LONGEST_PROMPT:
            raise TemplateFailedError(f"the template {self._text[:60]!r} makes a prompt of {len(filled):,} characters")
        return filled


def compile_template(text: str) -> Template:
    """Return the compiled template; jinja2.TemplateSyntaxError when it's none."""
    return Template(_environment.from_string(text), text)


def check_templates(file: "SuiteFile", available: Collection[str]) -> list[Mistake]:
    """Return what's wrong with the prompts' templates; `available` are the names every example has."""
    return [
        mistake
        for name, prompt in file.suite.prompts.items()
        for part in ("system", "user")
        if (text := getattr(prompt, part)) is not None
        for mistake in _check(file, f"prompts.{name}.{part}", text, available)
    ]


def _check(file: "SuiteFile", key: str, text: str, available: Collection[str]) -> list[Mistake]:
    try:
        tree = _environment.parse(text)
    except jinja2.TemplateSyntaxError as error:
        return [file.mistake(key, f"line {error.lineno} of the template: {error.message}", "Jinja2: {{ input }}, {% if ... %}")]
    except RecursionError:
        return [file.mistake(key, "the template is nested too deeply")]
    hidden = sorted({str(name) for name in _reached(tree) if str(name).startswith("_")})
    mistakes = [file.mistake(key, f"a template must not reach for {name!r}", "only the example's own fields are there") for name in hidden]
    for name in sorted(meta.find_undeclared_variables(tree) - set(available)):
        near = get_close_matches(name, available, n=1)
        known = ", ".join(sorted(available))
        mistakes.append(
            file.mistake(key, f"the data has no {name!r} in every example", f"did you mean {near[0]!r}?" if near else f"there are {known}")
        )
    return mistakes


def _reached(tree: nodes.Template) -> list[object]:
    attributes = [each.attr for each in tree.find_all(nodes.Getattr)]
    items = [each.arg.value for each in tree.find_all(nodes.Getitem) if isinstance(each.arg, nodes.Const)]
    return [*attributes, *items]
