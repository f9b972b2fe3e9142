"""Prompts and models are told apart by what is sent, never by what they are called."""

import pytest

from benchharness.pipeline.loading.effort import effort_of, model_of
from benchharness.pipeline.loading.requests import duplicates, sent_words, strategies_of
from benchharness.records.suite import CandidateEntry, CandidatePath, Extract, Parameters, Pick, Prompt, Shots, Strategy

PLAIN = Prompt(user="{{ input }}")


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (Prompt(user="{{input}}"), True),
        (Prompt(user="  {{ input }}\n"), True),
        (Prompt(user="{{ input }}{# a remark #}"), True),
        (Prompt(user="{{ input }}", strategy=Strategy.CHAIN_OF_THOUGHT), True),
        (Prompt(user="{{ input }}", extract=Extract(after="A:")), True),
        (Prompt(system="", user="{{ input }}"), True),
        (Prompt(user="{% if true %}{{ input }}{% endif %}"), True),
        (Prompt(user="{{ input | trim }}"), True),
        (Prompt(user="input"), False),
        (Prompt(user="{% for each in input %}"), False),
        (Prompt(user="Say: {{ input }}"), False),
        (Prompt(system="Be brief.", user="{{ input }}"), False),
        (Prompt(user="{{ metadata.topic }}"), False),
        (Prompt(user="{{ input }}", shots=Shots(k=4)), False),
        (Prompt(user="{{ input }}", response_schema={"type": "object"}), False),
    ],
)
def test_prompts_are_the_same_when_they_send_the_same(other: Prompt, *, same: bool) -> None:
    assert (sent_words(PLAIN) == sent_words(other)) is same


def test_shots_are_told_apart_by_number_and_pick() -> None:
    asked = [Shots(k=4), Shots(k=5), Shots(k=4, pick=Pick.NEAREST)]
    assert len({sent_words(Prompt(user="{{ input }}", shots=each)) for each in asked}) == len(asked)


def test_a_strategy_is_that_of_the_first_prompt_with_its_words() -> None:
    prompts = {"a": PLAIN, "b": Prompt(user="{{ input }}", strategy=Strategy.CHAIN_OF_THOUGHT), "c": Prompt(user="Think. {{ input }}")}
    assert strategies_of(prompts, ["a", "b", "c"]) == ("zero-shot",)


@pytest.mark.parametrize(
    ("other", "same"),
    [
        ({"model": "OpenAI/API"}, True),
        ({"name": "other"}, True),
        ({"endpoint": "http://here:1/v1"}, False),
        ({"parameters": Parameters(temperature=1.0)}, False),
        ({"model": "openai/other"}, False),
    ],
)
def test_entries_are_duplicates_when_they_send_the_same_request(other: dict[str, object], *, same: bool) -> None:
    first = CandidateEntry(name="first", model="openai/api", prompts=("a",))
    second = CandidateEntry(**{"name": "second", "model": "openai/api", "prompts": ("a",), **other})  # type: ignore[arg-type]
    found = duplicates([effort_of(each, {"a": PLAIN}) for each in (first, second)])
    assert found == ((("first/a", f"{second.name}/a"),) if same else ())


@pytest.mark.parametrize(
    ("entry", "told", "model"),
    [
        (CandidateEntry(name="x", model="openai/api"), "", "openai/api"),
        (CandidateEntry(name="x", model="openai/api"), "openai/told", "openai/api"),
        (CandidateEntry(name="x", model="recorded/api.jsonl"), "", ""),
        (CandidateEntry(name="x", model="recorded/api.jsonl"), "openai/told", "openai/told"),
        (CandidateEntry(name="x", model="recorded/api.jsonl"), "recorded/other.jsonl", ""),
        (CandidateEntry(name="x", model="recorded/api.jsonl", stands_for="openai/said"), "openai/told", "openai/said"),
        (CandidateEntry(name="x"), "", ""),
        (CandidateEntry(name="x"), "openai/told", "openai/told"),
    ],
)
def test_a_model_is_what_answered_and_no_files_or_candidates_name(entry: CandidateEntry, told: str, model: str) -> None:
    assert model_of(entry, told) == model


@pytest.mark.parametrize(
    ("entry", "base"),
    [
        (CandidateEntry(name="x", model="embedded/small", adapter="a.gguf"), "embedded/small"),
        (CandidateEntry(name="x", path=CandidatePath.FINE_TUNED, model="openai/ft:x"), ""),
        (CandidateEntry(name="x", path=CandidatePath.FINE_TUNED, model="openai/ft:x", base_model="openai/api"), "openai/api"),
        (CandidateEntry(name="x", path=CandidatePath.FINE_TUNED, model="recorded/f.jsonl", stands_for="openai/ft:x"), ""),
        (CandidateEntry(name="x", model="openai/api"), "openai/api"),
    ],
)
def test_a_fine_tunes_base_is_its_adapters_model_or_what_the_suite_says(entry: CandidateEntry, base: str) -> None:
    assert effort_of(entry, {}).base_model == base
