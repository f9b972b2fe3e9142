"""Jinja2's one home: compile prompts in its sandbox, name their variables, fill them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

import jinja2
from jinja2 import meta, nodes
from jinja2.sandbox import SandboxedEnvironment

from benchharness.errors import BenchError, Mistake
from benchharness.records.example import written
from benchharness.records.suite import Prompt

if TYPE_CHECKING:
    from benchharness.suite.reading import SuiteFile

__all__ = ["Fields", "Template", "TemplateFailedError", "check_templates", "compile_template", "uses_nothing", "variables"]

LONGEST_PROMPT = 1_000_000
MOST_TURNS = 10_000
DEEPEST_LOOPS = 3
# What makes a text more than itself; Jinja2 writes other line ends as its own.
MARKS = ("{{", "{%", "{#", "\r")
ALONE = re.compile(r"\{\{ *(?!(?:[Tt]rue|[Ff]alse|[Nn]one)\b)([A-Za-z]\w*) *\}\}")


class TemplateFailedError(BenchError):
    """Happens when a template can't be filled for an example although its variables are there."""


class _Sandbox(SandboxedEnvironment):
    """Jinja2's sandbox, which also stops what would fill the memory."""

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Return the product or power when it stays small."""
        numbers = isinstance(left, int | float) and isinstance(right, int | float)
        if operator == "*":
            size = 0 if numbers else _size(left) * _size(right)
        else:
            size = int(abs(right)) * int(abs(left)).bit_length() if numbers else 0
        if size > LONGEST_PROMPT:
            raise OverflowError(f"{operator} makes something too large for a prompt")
        return super().call_binop(context, operator, left, right)


_environment = _Sandbox(undefined=jinja2.StrictUndefined, autoescape=False, keep_trailing_newline=True, finalize=written)
# A prompt stands alone: nothing to import from, and filters that draw lots would change it from run to run.
_GLOBALS = frozenset({"range", "dict", "namespace"})
_environment.globals = {name: value for name, value in _environment.globals.items() if name in _GLOBALS}
_environment.filters.pop("random")
_environment.intercepted_binops = frozenset({"*", "**"})


class Template:
    """A compiled prompt text."""

    def __init__(self, template: jinja2.Template, text: str) -> None:
        self._template = template
        self._text = text
        # Most texts are plain words or one variable: a golden set fills them a million times.
        self._plain = not any(mark in text for mark in MARKS) and len(text) <= LONGEST_PROMPT
        alone = ALONE.fullmatch(text)
        self._alone = alone.group(1) if alone else None

    def render(self, variables: Mapping[str, Any]) -> str:
        """Return the text with the variables filled in; TemplateFailedError when it can't be."""
        if self._plain:
            return self._text
        value = variables.get(self._alone) if self._alone is not None else None
        if isinstance(value, str) and len(value) <= LONGEST_PROMPT:
            return value
        parts, size = [], 0
        try:
            for part in self._template.generate({"range": _Turns(), **variables}):
                size += len(part)
                if size > LONGEST_PROMPT:
                    raise self._failed(f"it makes a prompt of more than {LONGEST_PROMPT:,} characters")
                parts.append(part)
        except (jinja2.TemplateError, TypeError, ValueError, ArithmeticError, AttributeError, LookupError, RecursionError) as error:
            raise self._failed(str(error)) from error
        return "".join(parts)

    def _failed(self, reason: str) -> TemplateFailedError:
        return TemplateFailedError(f"the template {self._text[:60]!r} can't be filled: {reason}")


class _Turns:
    """The `range` of one filling, whose loops share one budget of turns."""

    def __init__(self) -> None:
        self._left = MOST_TURNS

    def __call__(self, *bounds: int) -> range:
        turns = range(*bounds)
        if len(turns) > self._left:
            raise OverflowError(f"its loops take more than {MOST_TURNS:,} turns")
        self._left -= len(turns)
        return turns


def compile_template(text: str) -> Template:
    """Return the compiled template; TemplateFailedError when it's none."""
    try:
        return Template(_environment.from_string(text), text)
    except (jinja2.TemplateSyntaxError, RecursionError) as error:
        raise TemplateFailedError(f"the template {text[:60]!r} is none: {error}") from error


def variables(text: str) -> frozenset[str]:
    """Return the names a template wants from the data; TemplateFailedError when it's none."""
    try:
        return frozenset(meta.find_undeclared_variables(_environment.parse(text))) - _GLOBALS
    except (jinja2.TemplateSyntaxError, RecursionError) as error:
        raise TemplateFailedError(f"the template {text[:60]!r} is none: {error}") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Fields:
    """What every example gives a template."""

    names: frozenset[str]
    """Names a template may use as they are: `input`, `metadata`, and the input's own variables."""
    metadata: frozenset[str] = frozenset()
    """Keys of every example's metadata."""
    plain: bool = True
    """Whether some input is a text or a conversation, and no object of variables."""


def check_templates(file: "SuiteFile", fields: Fields) -> list[Mistake]:
    """Return what's wrong with the prompts' templates."""
    return [
        mistake
        for name, prompt in file.suite.prompts.items()
        for part in ("system", "user")
        if (text := getattr(prompt, part)) is not None
        for mistake in _check(file, f"prompts.{name}.{part}", text, fields)
    ]


def uses_nothing(prompt: Prompt) -> bool:
    """Tell whether a prompt says the same to every example; one without `user` asks with the input itself."""
    try:
        return prompt.user is not None and not any(variables(text) for text in (prompt.system, prompt.user) if text is not None)
    except TemplateFailedError:
        return False


def _check(file: "SuiteFile", key: str, text: str, fields: Fields) -> list[Mistake]:
    try:
        tree = _environment.parse(text)
        # Only a tree of known words can be asked for its variables and compiled.
        found = list(_words(file, key, tree)) or [*_variables(file, key, tree, fields), *_parts(file, key, tree, fields)]
        if not found:
            _environment.compile(text)
    except jinja2.TemplateSyntaxError as error:
        mistake = file.mistake(key, f"line {error.lineno} of the template: {error.message}", "Jinja2: {{ input }}, {% if ... %}")
        return [_moved(file, mistake, error.lineno)]
    except RecursionError:
        return [file.mistake(key, "the template is nested too deeply")]
    return [_moved(file, mistake, line) for line, mistake in found]


def _variables(file: "SuiteFile", key: str, tree: nodes.Template, fields: Fields) -> Iterator[tuple[int, Mistake]]:
    """Yield the names that some example lacks, each with the template's line."""
    lines = {each.name: each.lineno for each in reversed(list(tree.find_all(nodes.Name)))}
    for name in sorted(meta.find_undeclared_variables(tree) - _GLOBALS - fields.names):
        near = get_close_matches(name, fields.names, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(sorted(fields.names))}"
        if name in fields.metadata:
            hint = f"write {{{{ metadata.{name} }}}}"
        yield lines.get(name, 1), file.mistake(key, f"the data has no {name!r} in every example", hint)


def _parts(file: "SuiteFile", key: str, tree: nodes.Template, fields: Fields) -> Iterator[tuple[int, Mistake]]:
    """Yield what a template wants of `input` or `metadata` and some example lacks; one that provides for it is left alone."""
    provides = any(each.name in ("default", "d") for each in tree.find_all(nodes.Filter))
    if provides or any(tree.find_all((nodes.Test, nodes.If, nodes.CondExpr))):
        return
    own = frozenset() if fields.plain else fields.names - {"input", "metadata"}
    for line, owner, name in _reached(tree):
        there = own if owner == "input" else fields.metadata
        text = owner == "input" and fields.plain
        if name in there or hasattr(str if text else dict, name):
            continue
        told = f"the {owner} is a text and has no {name!r}" if text else f"the {owner} has no {name!r} in every example"
        hint = f"it has {', '.join(sorted(there))}" if there else f"write {{{{ {owner} }}}}"
        if owner == "input" and name in fields.metadata:
            hint = f"write {{{{ metadata.{name} }}}}"
        yield line, file.mistake(key, told, hint)


def _reached(tree: nodes.Template) -> Iterator[tuple[int, str, str]]:
    """Yield the line, the owner and the name of every `input.name`, `metadata.name` and `metadata["name"]`."""
    for attribute in tree.find_all(nodes.Getattr):
        if isinstance(attribute.node, nodes.Name) and attribute.node.name in ("input", "metadata"):
            yield attribute.lineno, attribute.node.name, attribute.attr
    for item in tree.find_all(nodes.Getitem):
        owner, at = item.node, item.arg
        if (
            isinstance(owner, nodes.Name)
            and owner.name in ("input", "metadata")
            and isinstance(at, nodes.Const)
            and isinstance(at.value, str)
        ):
            yield item.lineno, owner.name, at.value


def _words(file: "SuiteFile", key: str, tree: nodes.Template) -> Iterator[tuple[int, Mistake]]:
    """Yield what the sandbox would refuse or doesn't know, each with the template's line."""
    for line, name in sorted(set(_hidden(tree))):
        yield line, file.mistake(key, f"a template must not reach for {name!r}", "only the example's own fields are there")
    for kind, noun, table in ((nodes.Filter, "filter", _environment.filters), (nodes.Test, "test", _environment.tests)):
        for each in tree.find_all(kind):
            if each.name not in table:
                close = get_close_matches(each.name, table, n=1)
                yield each.lineno, file.mistake(key, f"unknown {noun} {each.name!r}", f"did you mean {close[0]!r}?" if close else "")
    for taken in tree.find_all((nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends)):
        yield taken.lineno, file.mistake(key, "a template can't take in another file", "use the prompt's `extends`")
    if _loops(tree) > DEEPEST_LOOPS:
        yield 1, file.mistake(key, f"loops stand more than {DEEPEST_LOOPS} deep")


def _hidden(tree: nodes.Template) -> Iterator[tuple[int, str]]:
    """Yield underscored names a template reaches for, in any way Jinja2 has to write it."""
    for attribute in tree.find_all(nodes.Getattr):
        yield from _underscored(attribute.lineno, attribute.attr)
    for item in tree.find_all(nodes.Getitem):
        if isinstance(item.arg, nodes.Const):
            yield from _underscored(item.lineno, item.arg.value)
    for each in tree.find_all(nodes.Filter):
        # `x|attr("__class__")` and `x|map(attribute="__class__")`
        words = [*each.args, *(pair.value for pair in each.kwargs)]
        for word in words:
            if isinstance(word, nodes.Const):
                yield from _underscored(each.lineno, word.value, dunder=True)


def _underscored(line: int, name: Any, *, dunder: bool = False) -> Iterator[tuple[int, str]]:
    if isinstance(name, str) and name.startswith("__" if dunder else "_"):
        yield line, name


def _loops(node: nodes.Node) -> int:
    return int(isinstance(node, nodes.For)) + max(map(_loops, node.iter_child_nodes()), default=0)


def _moved(file: "SuiteFile", mistake: Mistake, line: int) -> Mistake:
    """Return the mistake at the template's line, where the suite writes the template as a block of lines."""
    lines = file.text.splitlines()
    if mistake.line is None or mistake.column is None or mistake.line + line > len(lines):
        return mistake
    block = lines[mistake.line - 1][mistake.column - 1 : mistake.column] in ("|", ">")
    return replace(mistake, line=mistake.line + line, column=None) if block else mistake


def _size(value: Any) -> int:
    """Return how long a text or list is, or how often a number repeats it."""
    return max(value, 0) if isinstance(value, int) else len(value) if isinstance(value, str | list | tuple) else 1
