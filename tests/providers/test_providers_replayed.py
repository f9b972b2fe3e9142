"""In a replay a request is named as the machine that asked named it: no key, extra or weights are needed."""

from collections.abc import Mapping, Sequence
from importlib import metadata, util
from pathlib import Path
from typing import Any

import pytest

from benchharness.providers import embedded, make_provider
from benchharness.providers.context import ProviderContext, Replayed
from benchharness.records.example import Example
from benchharness.records.request import Message, Request, Role
from benchharness.records.run import Skipped
from benchharness.records.suite import CandidateEntry, Parameters

REQUEST = Request(example_id="e", input="hi", messages=(Message(role=Role.USER, content="hi"),), parameters=Parameters(max_tokens=9))
POOL = (Example(id="p", input="a", target="b"),)


def kept(*wires: Mapping[str, Any]) -> Replayed:
    """Return what a store with these requests, newest first, tells of any model."""

    def seen(_model: str, names: tuple[str, ...]) -> Sequence[Mapping[str, Any]]:
        return [{name: wire[name] for name in names} for wire in wires]

    return seen


def make(replayed: Replayed | None, environment: Mapping[str, str] | None = None, **entry: Any) -> Any:
    context = ProviderContext(folder=Path(), seed=7, timeout_s=1, environment=environment or {}, pool=POOL, replayed=replayed)
    return make_provider(CandidateEntry(name="c", **entry), context)


@pytest.mark.parametrize(
    ("entry", "environment"),
    [
        ({"model": "openai/gpt-6-luna"}, {"OPENAI_API_KEY": "k"}),
        ({"model": "m", "endpoint": "http://127.0.0.1:9/v1", "api_key_env": "OURS"}, {"OURS": "k"}),
    ],
)
def test_a_model_with_a_key_is_named_alike_without_it(
    entry: dict[str, Any], environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Whether litellm is installed here or not.
    monkeypatch.setattr(util, "find_spec", lambda _name: "it is there")
    assert make(kept({}), **entry).wire(REQUEST) == make(None, environment, **entry).wire(REQUEST)
    assert isinstance(make(None, **entry), Skipped)
    # Of a model without stored answers the reason stays what it is for everybody.
    assert isinstance(make(kept(), **entry), Skipped)


def test_a_hosted_model_needs_no_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(util, "find_spec", lambda _name: None)
    assert make(kept({}), model="openai/gpt-6-luna").wire(REQUEST)["litellm"] == "openai/gpt-6-luna"
    assert isinstance(make(None, {"OPENAI_API_KEY": "k"}, model="openai/gpt-6-luna"), Skipped)


def test_the_embedded_model_is_named_as_where_it_answered_though_it_is_not_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "_weights", lambda _package: None)
    theirs = {"weights": "smollm2.gguf 94", "xllamacpp": "2026.1"}
    wire = make(kept(theirs), model="embedded/smollm2-135m").wire(REQUEST)
    assert {name: wire[name] for name in theirs} == theirs
    assert wire["adapter"] is None
    assert isinstance(make(kept(), model="embedded/smollm2-135m"), Skipped)


def test_a_linear_model_is_named_by_the_version_that_answered_and_by_ours_when_it_did_too() -> None:
    ours = {"scikit-learn": metadata.version("scikit-learn")}
    theirs = {"scikit-learn": "0.1"}
    named = [
        make(seen, model="sklearn/majority").wire(REQUEST)["scikit-learn"] for seen in (None, kept(theirs), kept(theirs, ours), kept())
    ]
    assert named == [ours["scikit-learn"], "0.1", ours["scikit-learn"], ours["scikit-learn"]]
