import os
import random
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchharness.errors import Mistake, MistakesError, SetupError
from benchharness.records.suite import CandidatePath, Pick, Shots, Strategy
from benchharness.scorers import scorer_options
from benchharness.suite.reading import SuiteFile, parse_suite, read_suite
from benchharness.suite.resolving import candidate_path, resolve_prompts
from benchharness.verdict.thresholds import THRESHOLDS

# The suite that the design of this tool began with.
EXAMPLE = """\
name: resume-review
description: Name the one main problem of a resume bullet, as our reviewers did.
golden_set: {path: ../goldensets/resume/golden.jsonl}
training_pool: {path: ../goldensets/resume/pool.jsonl}
prompts:
  zero-shot: {system: "...", user: "{{ input }}"}
  few-shot:  {extends: zero-shot, shots: 8}
  retrieval: {extends: zero-shot, shots: {k: 8, pick: nearest}}
candidates:
  - {name: gpt-mini, model: openai/<model>, prompts: [zero-shot, few-shot, retrieval]}
  - {name: smollm2, model: embedded/smollm2-135m, prompts: [zero-shot, few-shot, retrieval]}
  - {name: smollm2-lora, path: fine-tuned, model: embedded/smollm2-135m, adapter: ../goldensets/resume/adapter.gguf, prompts: [zero-shot]}
  - {name: our-vllm, path: fine-tuned, endpoint: "http://localhost:8000/v1", model: resume-lora, prompts: [zero-shot]}
  - {name: tfidf, path: classical, model: sklearn/tfidf-logreg}
scorers:
  - {type: label, primary: true}
decision:
  accuracy_target: 0.95
  ninety_percent_rule: 0.90
  gap_rule: 44 of 50
  volume: {requests_per_month: 1_500_000, project: [1, 3, 10, 100]}
  fine_tune: {labelled_examples: 5000, training_cost_usd: 12_000}
"""

MINIMAL = """\
name: decide-only
candidates:
  - {name: prompted, path: api}
  - {name: tuned, path: fine-tuned}
decision: {accuracy_target: 0.9}
"""


def read(text: str) -> SuiteFile:
    return parse_suite(text, path=Path("suite.yaml"), scorer_options=scorer_options(), thresholds=THRESHOLDS)


def said(text: str) -> list[str]:
    with pytest.raises(MistakesError) as caught:
        read(text)
    return [str(each) for each in caught.value.mistakes]


def test_the_example_of_the_design_reads_as_it_says() -> None:
    suite = read(EXAMPLE).suite
    assert suite.decision.volume is not None
    assert suite.decision.volume.requests_per_month == 1_500_000
    assert list(suite.decision.volume.project) == [1, 3, 10, 100]
    assert suite.decision.fine_tune is not None
    assert suite.decision.fine_tune.training_cost_usd == 12_000
    assert [candidate_path(each) for each in suite.candidates] == [
        CandidatePath.API,
        CandidatePath.API,
        CandidatePath.FINE_TUNED,
        CandidatePath.FINE_TUNED,
        CandidatePath.CLASSICAL,
    ]
    prompts = resolve_prompts(suite)
    assert prompts["zero-shot"].strategy is Strategy.ZERO_SHOT
    assert (prompts["few-shot"].shots, prompts["few-shot"].strategy) == (Shots(k=8, pick=Pick.FIXED), Strategy.FEW_SHOT)
    assert (prompts["retrieval"].shots, prompts["retrieval"].strategy) == (Shots(k=8, pick=Pick.NEAREST), Strategy.RETRIEVAL)
    assert {each.user for each in prompts.values()} == {"{{ input }}"}


def test_a_suite_for_deciding_alone_needs_name_candidates_and_decision_only() -> None:
    suite = read(MINIMAL).suite
    assert [each.model for each in suite.candidates] == [None, None]
    assert suite.scorers == ()


def test_the_only_scorer_is_the_primary_one() -> None:
    suite = read(MINIMAL + "scorers: [{type: exact}]\n").suite
    assert [each.primary for each in suite.scorers] == [True]


def test_a_scorers_own_options_stand_beside_its_type() -> None:
    suite = read(MINIMAL + "scorers: [{type: label, labels: [yes, no], mention: false}]\n").suite
    assert suite.scorers[0].options == {"labels": ("yes", "no"), "mention": False}


def test_scorers_of_one_type_can_stand_side_by_side_under_names_of_their_own() -> None:
    suite = read(MINIMAL + "scorers: [{type: exact, primary: true}, {type: exact, name: loose, normalise: [casefold]}]\n").suite
    assert [each.label for each in suite.scorers] == ["exact", "loose"]


def test_every_mistake_of_a_file_is_said_at_once_in_the_order_of_the_file() -> None:
    text = """\
        name: tickets
        golden_set: {path: g.jsonl, split: 5}
        prompts:
          plain: {user: "{{ input }}"}
          wide: {extends: plan}
        candidates:
          - {name: a, model: embedded/m, prompts: [plane], parameters: {max_tokens: 0}}
          - {nme: b}
        scorers:
          - {type: lable}
        decision:
          accuracy_target: 1.9
          gap_rule: 60 of 50
        """
    found = said(dedent(text))
    assert [each.split(": ", 2)[:2] for each in found] == [
        ["suite.yaml:2:36", "golden_set.split"],
        ["suite.yaml:5:19", "prompts.wide.extends"],
        ["suite.yaml:7:44", "candidates[0].prompts[0]"],
        ["suite.yaml:7:77", "candidates[0].parameters.max_tokens"],
        ["suite.yaml:8:5", "candidates[1]"],
        ["suite.yaml:8:6", "candidates[1].nme"],
        ["suite.yaml:10:12", "scorers[0].type"],
        ["suite.yaml:12:20", "decision.accuracy_target"],
        ["suite.yaml:13:13", "decision.gap_rule"],
    ]


def test_a_wrong_list_item_moves_no_other_mistakes_place() -> None:
    found = said(MINIMAL.replace("  - {name: prompted", "  - nonsense\n  - {name: other, prompts: [nobody]}\n  - {name: prompted"))
    assert found == [
        "suite.yaml:3:5: candidates[0]: expected a mapping, got the text 'nonsense'",
        "suite.yaml:4:29: candidates[1].prompts[0]: unknown prompt 'nobody'",
    ]


def test_a_broken_prompts_section_does_not_make_every_prompt_unknown() -> None:
    assert (
        len(said(EXAMPLE.replace("prompts:\n", "prompts: none\n#", 1).replace("\n  few-shot: ", "\n#").replace("\n  retrieval: ", "\n#")))
        == 1
    )


def test_a_wrong_extends_is_said_once_and_not_at_every_prompt_built_on_it() -> None:
    prompts = "prompts:\n  a: {extends: gone}\n  b: {extends: a}\n  c: {extends: d}\n  d: {extends: e}\n  e: {extends: d}\n"
    assert said(MINIMAL + prompts) == [
        "suite.yaml:7:16: prompts.a.extends: unknown prompt 'gone'",
        "suite.yaml:10:16: prompts.d.extends: goes round in a circle: d -> e -> d",
    ]


def test_a_prompt_called_like_a_key_is_no_trouble() -> None:
    found = said(MINIMAL + "prompts:\n  user: {usr: a}\n  shots: {user: a, shots: {k: 1, pik: nearest}}\n")
    assert [each.split(": ")[1] for each in found] == ["prompts.user.usr", "prompts.shots.shots.pik"]


def test_a_long_chain_of_prompts_resolves() -> None:
    links = "".join(f"  p{at}: {{extends: p{at - 1}}}\n" for at in range(1, 1500))
    suite = read(MINIMAL + "prompts:\n  p0: {user: x}\n" + links).suite
    assert resolve_prompts(suite)["p1499"].user == "x"


def test_a_byte_order_mark_is_no_part_of_the_suite(tmp_path: Path) -> None:
    path = tmp_path / "suite.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + MINIMAL.encode())
    assert read_suite(path, scorer_options=scorer_options()).suite.name == "decide-only"


def test_a_file_that_is_not_utf_8_is_one_mistake(tmp_path: Path) -> None:
    path = tmp_path / "suite.yaml"
    path.write_bytes("name: café\n".encode("latin-1"))
    with pytest.raises(MistakesError) as caught:
        read_suite(path, scorer_options=scorer_options())
    assert [each.message for each in caught.value.mistakes] == ["not UTF-8 at byte 9"]


def test_a_missing_file_and_a_folder_say_their_path(tmp_path: Path) -> None:
    for path, words in ((tmp_path / "none.yaml", "no such file"), (tmp_path, "a folder")):
        with pytest.raises(SetupError, match=words) as caught:
            read_suite(path, scorer_options=scorer_options())
        assert str(path) in str(caught.value)


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads every file")
def test_an_unreadable_file_says_so(tmp_path: Path) -> None:
    path = tmp_path / "suite.yaml"
    path.write_text(MINIMAL)
    path.chmod(0)
    with pytest.raises(SetupError, match="can't be read"):
        read_suite(path, scorer_options=scorer_options())


def test_a_file_too_large_for_a_suite_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "suite.yaml"
    path.write_text("# data\n" * 200_000)
    with pytest.raises(SetupError, match="larger than any suite"):
        read_suite(path, scorer_options=scorer_options())


def only_mistakes(text: str) -> None:
    """Read a text; anything else than a suite or MistakesError fails the test."""
    found: tuple[Mistake, ...] = ()
    try:
        read(text)
    except MistakesError as error:
        found = error.mistakes or (Mistake(file="", message=""),)
    assert all(each.message and "\n" not in each.message for each in found)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_a_suite_or_mistakes(text: str) -> None:
    only_mistakes(text)


@settings(max_examples=150, deadline=None)
@given(
    st.integers(),
    st.lists(
        st.sampled_from(["{", "}", "[", "]", ":", "- ", "\n", "  ", "&a", "*a", "!x", "5", "-1", "null", "x", '"', "'", "|"]),
        min_size=1,
        max_size=4,
    ),
)
def test_a_damaged_suite_is_a_suite_or_mistakes(seed: int, pieces: list[str]) -> None:
    draw = random.Random(seed)
    text = EXAMPLE
    for piece in pieces:
        at = draw.randrange(len(text))
        text = text[:at] + piece + text[at + draw.choice((0, 1, 5, 20)) :]
    only_mistakes(text)


VALUES = st.recursive(
    st.sampled_from(["null", "true", "5", "-1", "0.5", "1e300", "text", '""', "~", "zero-shot", "9" * 400]),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda each: f"[{', '.join(each)}]")
        | st.dictionaries(st.sampled_from(["name", "k", "path", "type", "user", "odd"]), inner, max_size=3).map(
            lambda each: "{" + ", ".join(f"{key}: {value}" for key, value in each.items()) + "}"
        )
    ),
    max_leaves=5,
)
KEYS = ["name", "golden_set", "training_pool", "prompts", "candidates", "scorers", "match_at", "decision", "seed", "limits"]


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from(KEYS), VALUES, min_size=1))
def test_any_values_in_a_suites_places_are_a_suite_or_mistakes(values: dict[str, str]) -> None:
    only_mistakes("".join(f"{key}: {value}\n" for key, value in values.items()))
