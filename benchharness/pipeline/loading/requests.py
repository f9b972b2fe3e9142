"""What is really sent: prompts and models are told apart by their requests, never by what somebody calls them."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from benchharness.digests import value_hash
from benchharness.records.comparison import candidate_key
from benchharness.records.effort import Effort
from benchharness.records.json_form import to_json
from benchharness.records.suite import CandidateEntry, Prompt, Strategy

__all__ = ["duplicates", "sent_request", "sent_words", "strategies_of", "told_twice"]


# A variable or a field of one, as nearly every template has them.
FIELD = re.compile(r"\{\{ *([A-Za-z]\w*(?:\.[A-Za-z]\w*)*) *\}\}")
MARKS = ("{{", "{%", "{#")


class _Probe(str):
    """An example's field, whatever a template takes of it: a text that names where it came from."""

    __slots__ = ()

    def __getattr__(self, name: str) -> "_Probe":
        if name.startswith("__"):
            raise AttributeError(name)
        return _Probe(f"<{self[1:-1]}.{name}>")


def sent_words(prompt: Prompt) -> str:
    """Return `sha256:...` of what a prompt sends to any model: its texts filled for one probe example, shots and schema.

    Blanks don't count, and neither does what is never sent: its name, its strategy, how its answer is read.
    """
    shots: Any = to_json(prompt.shots)
    texts = [_filled(text) for text in (prompt.system or "", "{{ input }}" if prompt.user is None else prompt.user)]
    return value_hash({"texts": texts, "shots": shots, "schema": prompt.response_schema})


def sent_request(entry: CandidateEntry, model: str, prompt: Prompt | None) -> str:
    """Return `sha256:...` of the request an entry sends with a prompt; `model` is what answers it, empty when nobody knows.

    Providers fold the case of a model's name, so it's folded here; a model nobody knows is only itself.
    """
    asked = {
        "model": model.casefold() or ["unknown", entry.name],
        "endpoint": (entry.endpoint or "").rstrip("/").casefold(),
        "adapter": entry.adapter,
        "parameters": to_json(entry.parameters),
        "words": None if prompt is None else sent_words(prompt),
    }
    return value_hash(asked)


def strategies_of(prompts: Mapping[str, Prompt], names: Iterable[str]) -> tuple[str, ...]:
    """Return the strategies of some prompts of a suite, each once; the same words under two strategies are the first one's."""
    first: dict[str, Strategy] = {}
    known = {name: first.setdefault(sent_words(prompt), prompt.strategy or Strategy.ZERO_SHOT) for name, prompt in prompts.items()}
    return tuple(dict.fromkeys(known[name].value for name in names if name in known))


def duplicates(efforts: Iterable[Effort]) -> tuple[tuple[str, ...], ...]:
    """Return the measured `candidate/prompt`s that send one and the same request, group by group."""
    found: dict[str, list[str]] = {}
    for each in efforts:
        for prompt, request in zip(each.prompts, each.requests, strict=False) if each.measured else ():
            found.setdefault(request, []).append(candidate_key(each.candidate, prompt))
    return tuple(tuple(keys) for keys in found.values() if len(keys) > 1)


def told_twice(efforts: Iterable[Effort]) -> tuple[str, ...]:
    """Return a sentence for each group of candidates that ask the same thing of the same model."""
    return tuple(f"{' and '.join(keys)} are duplicates: they send the same request, and count as one try." for keys in duplicates(efforts))


def _filled(text: str) -> str:
    filled = FIELD.sub(r"<\1>", text)
    if any(mark in filled for mark in MARKS):
        # Only such a text needs the library, which a gate does without.
        from benchharness.suite.templates import TemplateFailedError, compile_template, variables

        try:
            filled = compile_template(text).render({name: _Probe(f"<{name}>") for name in variables(text)})
        except TemplateFailedError:
            filled = text
    return " ".join(filled.split())
