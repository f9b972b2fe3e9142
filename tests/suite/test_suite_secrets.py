from pathlib import Path

import pytest

from benchharness.errors import MistakesError
from benchharness.scorers import scorer_options
from benchharness.suite.reading import parse_suite
from benchharness.suite.secrets import looks_random, looks_secret

MARK = "A1b2C3d4E5f6G7h8I9j0"
KEYS = [
    f"sk-proj-{MARK}",
    f"sk-ant-api03-{MARK}",
    "AKIA" + "A1B2C3D4E5F6G7H8",
    f"ghp_{MARK}",
    f"hf_{MARK}",
    f"gsk_{MARK}",
    f"xoxb-{MARK}",
    "AIza" + MARK * 2,
]
HEAD = "name: t\ndecision: {accuracy_target: 0.9}\n"
PLACES = [
    "description: KEY\ncandidates: [{name: a}]\n",
    "candidates: [{name: a, api_key_env: KEY}]\n",
    "candidates: [{name: a, api_key: KEY}]\n",
    "candidates: [{name: a, model: m, endpoint: 'https://x/v1?key=KEY'}]\n",
    "candidates: [{name: a, KEY: 1}]\n",
    "candidates: [{name: KEY}, {name: KEY}]\n",
    "candidates: [{name: a, parameters: {max_tokens: KEY}}]\n",
    "candidates: [{name: a}]\nprompts: {one: {system: 'use KEY please'}}\n",
    "candidates: [{name: a}]\nKEY: 1\nKEY: 2\n",
    "candidates: [{name: a}]\ndescription: *KEY\n",
    "candidates: [{name: a}]\ndescription: !KEY x\n",
]


@pytest.mark.parametrize("key", KEYS, ids=lambda key: key[:7])
@pytest.mark.parametrize("text", PLACES)
def test_a_key_in_a_suite_is_refused_and_never_shown(text: str, key: str) -> None:
    with pytest.raises(MistakesError) as caught:
        parse_suite(HEAD + text.replace("KEY", key), path=Path("s.yaml"), scorer_options=scorer_options())
    told = " ".join(f"{each} {each.hint} {each.key}" for each in caught.value.mistakes)
    assert MARK not in told
    assert key not in told


@pytest.mark.parametrize(
    "text",
    ["sk-learn-based-classifier", "task-sk-1", "hf_dataset_of_many_words", "risk-1234567890123456789", "openai/gpt-4.1-mini-2025-04-14"],
)
def test_an_ordinary_name_is_no_key(text: str) -> None:
    assert not looks_secret(text)


def test_a_variable_that_is_a_random_word_is_refused_without_being_shown() -> None:
    word = "9f86d081884c7d659a2feaa0c55ad015"
    with pytest.raises(MistakesError) as caught:
        parse_suite(f"{HEAD}candidates: [{{name: a, api_key_env: {word}}}]\n", path=Path("s.yaml"), scorer_options={})
    assert "looks like a key itself" in caught.value.mistakes[0].message
    assert word not in f"{caught.value.mistakes[0]} {caught.value.mistakes[0].hint}"


@pytest.mark.parametrize("name", ["OPENAI_API_KEY", "OUR_VLLM_KEY_2", "KEY", "AZURE_OPENAI_API_KEY_EAST_US_2"])
def test_a_variables_name_is_a_variables_name(name: str) -> None:
    assert not looks_random(name)
    text = f"{HEAD}candidates: [{{name: a, api_key_env: {name}}}]\n"
    assert parse_suite(text, path=Path("s.yaml"), scorer_options={}).suite.candidates[0].api_key_env == name


def test_what_is_no_variables_name_is_said_without_being_shown() -> None:
    with pytest.raises(MistakesError) as caught:
        parse_suite(f"{HEAD}candidates: [{{name: a, api_key_env: my-own-pass}}]\n", path=Path("s.yaml"), scorer_options={})
    assert [each.message for each in caught.value.mistakes] == ["expected the name of an environment variable"]
