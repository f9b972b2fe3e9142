from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchharness.records.suite import CandidateEntry, CandidatePath, Decision, Extract, Pick, Prompt, Shots, Strategy, Suite
from benchharness.suite.resolving import candidate_path, parse_gap_rule, resolve_prompts


def suite(**prompts: Prompt) -> Suite:
    return Suite(name="s", candidates=(CandidateEntry(name="c"),), decision=Decision(accuracy_target=0.9), prompts=prompts)


def test_a_prompt_starts_from_what_it_extends_and_its_own_words_win() -> None:
    first = Prompt(system="A", user="B", extract=Extract(after="x"))
    resolved = resolve_prompts(suite(one=first, two=Prompt(extends="one", user="C"), three=Prompt(extends="two", shots=3)))
    assert (resolved["three"].system, resolved["three"].user, resolved["three"].extract) == ("A", "C", first.extract)
    assert resolved["three"].shots == Shots(k=3)
    assert resolved["one"].user == "B"


@pytest.mark.parametrize(
    ("fields", "strategy"),
    [
        ({}, Strategy.ZERO_SHOT),
        ({"shots": 2}, Strategy.FEW_SHOT),
        ({"shots": Shots(k=2, pick=Pick.NEAREST)}, Strategy.RETRIEVAL),
        ({"response_schema": {"type": "object"}}, Strategy.STRUCTURED),
        ({"response_schema": {"type": "object"}, "shots": 2}, Strategy.STRUCTURED),
        ({"strategy": Strategy.CHAIN_OF_THOUGHT}, Strategy.CHAIN_OF_THOUGHT),
        ({"strategy": Strategy.CHAIN_OF_THOUGHT, "shots": 2}, Strategy.CHAIN_OF_THOUGHT),
    ],
    ids=str,
)
def test_a_strategy_is_seen_from_the_rest_unless_it_is_said(fields: dict[str, Any], strategy: Strategy) -> None:
    assert resolve_prompts(suite(one=Prompt(user="x", **fields)))["one"].strategy is strategy


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"model": "openai/m"}, CandidatePath.API),
        ({"model": "embedded/m"}, CandidatePath.API),
        ({"model": "embedded/m", "adapter": "a.gguf"}, CandidatePath.FINE_TUNED),
        ({"model": "sklearn/tfidf-logreg"}, CandidatePath.CLASSICAL),
        ({"model": "embedded/m", "path": CandidatePath.SELF_HOSTED}, CandidatePath.SELF_HOSTED),
    ],
    ids=str,
)
def test_a_path_is_seen_from_the_model_unless_it_is_said(fields: dict[str, Any], path: CandidatePath) -> None:
    assert candidate_path(CandidateEntry(name="c", **fields)) is path


@given(st.integers(1, 10**6), st.integers(0, 10**6))
def test_a_gap_rule_reads_back_what_was_written(k: int, more: int) -> None:
    assert parse_gap_rule(f"{k} of {k + more}") == (k, k + more)


@pytest.mark.parametrize(
    "text", ["", "44", "44/50", "44 of", "a of b", "-1 of 50", "51 of 50", "0 of 0", "44 of 50 of 60", "4.4 of 50", "٤ of ٥"]
)
def test_anything_else_is_no_gap_rule(text: str) -> None:
    with pytest.raises(ValueError, match=r"of n|can't be"):
        parse_gap_rule(text)
