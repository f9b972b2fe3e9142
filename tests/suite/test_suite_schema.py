from typing import Any

import jsonschema
import pytest

from benchharness.scorers import scorer_options
from benchharness.suite.schema import SCHEMA_FILE, suite_schema
from benchharness.suite.starter import starter_files
from benchharness.suite.yaml_reading import read_yaml

DECISION = {"accuracy_target": 0.95, "gap_rule": "44 of 50", "volume": {"requests_per_month": 1_500_000, "project": [1, 3, 10, 100]}}
GOOD: dict[str, Any] = {
    "name": "resume-review",
    "golden_set": {"path": "../goldensets/resume/golden.jsonl"},
    "prompts": {"zero-shot": {"user": "{{ input }}"}, "retrieval": {"extends": "zero-shot", "shots": {"k": 8, "pick": "nearest"}}},
    "candidates": [{"name": "gpt-mini", "model": "openai/<model>", "prompts": ["zero-shot"]}],
    "scorers": [{"type": "label", "primary": True, "labels": ["a", "b"]}],
    "decision": DECISION,
}


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    return suite_schema(scorer_options())


def fits(schema: dict[str, Any], document: Any) -> bool:
    return bool(jsonschema.Draft202012Validator(schema).is_valid(document))


def test_the_schema_is_a_schema_that_names_itself(schema: dict[str, Any]) -> None:
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["title"] == "benchharness suite"
    assert schema["$id"].endswith(SCHEMA_FILE)


def test_the_schema_accepts_a_suite_of_every_part(schema: dict[str, Any]) -> None:
    jsonschema.validate(GOOD, schema)


def test_the_schema_accepts_what_init_writes(schema: dict[str, Any]) -> None:
    jsonschema.validate(read_yaml(starter_files("demo")["suites/demo.yaml"], name="x").value, schema)


@pytest.mark.parametrize(
    "change",
    [
        {"nme": "x"},
        {"candidates": []},
        {"candidates": [{"name": "a", "modle": "b"}]},
        {"scorers": [{"type": "lable"}]},
        {"scorers": [{"type": "label", "lables": ["a"]}]},
        {"scorers": [{"type": "label", "options": {}}]},
        {"scorers": [{"type": "exact", "labels": ["a"]}]},
        {"scorers": [{"labels": ["a"]}]},
        {"prompts": {"one": {"usr": "x"}}},
        {"prompts": {"one": {"user": "x", "shots": 0}}},
        {"decision": {**DECISION, "accuracy_target": 1.9}},
        {"decision": {}},
    ],
    ids=str,
)
def test_the_schema_refuses_what_the_reader_refuses(schema: dict[str, Any], change: dict[str, Any]) -> None:
    assert not fits(schema, {**GOOD, **change})


def test_an_editor_is_told_what_each_key_means(schema: dict[str, Any]) -> None:
    for name, definition in [("suite", schema), *schema["$defs"].items()]:
        for key, field in definition.get("properties", {}).items():
            named = schema["$defs"].get(field.get("$ref", "").removeprefix("#/$defs/"), {})
            assert field.get("description") or named.get("description"), f"{name}.{key} has no description"
    for branch in schema["$defs"]["ScorerEntry"]["oneOf"]:
        assert branch["properties"]["type"]["const"] == branch["title"]
        assert "options" not in branch["properties"]
        assert all(field.get("description") for field in branch["properties"].values()), branch["title"]
