"""The shipped schemas of proposals and of the gate's policy: editors accept what we write and refuse what the reader refuses."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from benchharness.errors import MistakesError
from benchharness.gate.workflows import policy_starter
from benchharness.records.suite import Decision
from benchharness.suite.proposal_reading import parse_gate_policy, parse_proposal
from benchharness.suite.proposal_writing import Beginning, proposal_text
from benchharness.suite.schema import GATE_FILE, PROPOSAL_FILE, gate_schema, proposal_schema
from benchharness.suite.yaml_reading import read_yaml

DIGEST = "sha256:" + "9b1c" * 16
BEGUN = proposal_text(
    Beginning(
        id="FT-0007", created="2026-11-21", valid_until="2027-02-19", suite="../suite.yaml",
        decision=Decision(accuracy_target=0.9), metric="label", smallest_useful_gain=0.03, kind="lora", base_model="base",
        candidate="tuned", training_data="../data.jsonl", training_digest=DIGEST, training_examples=5, tried=("zero-shot",),
        bundle="evidence/FT-0007", digest=DIGEST, verdict="Yes.",
    )
)  # fmt: skip
GOOD: dict[str, Any] = read_yaml(BEGUN, name="x").value
DECISION = {"outcome": "rejected", "by": ["@lead"], "date": "2026-11-24", "reason": "no", "valid_until": "2027-02-22"}
WAIVER = {"check": "gap", "reason": "a contract", "approved_by": "@cto", "expires": "2027-03-01"}
POLICY: dict[str, Any] = read_yaml(policy_starter(), name="x").value


def fits(schema: dict[str, Any], document: Any) -> bool:
    jsonschema.Draft202012Validator.check_schema(schema)
    return bool(jsonschema.Draft202012Validator(schema).is_valid(document))


def is_read(document: Any) -> bool:
    """Tell whether the reader takes a document; JSON is YAML."""
    try:
        parse_proposal(json.dumps(document), path=Path("FT-0007.yaml"))
    except MistakesError:
        return False
    return True


def policy_is_read(document: Any) -> bool:
    try:
        parse_gate_policy(json.dumps(document), path=Path("gate.yaml"))
    except MistakesError:
        return False
    return True


def test_they_name_themselves() -> None:
    assert proposal_schema()["$id"].endswith(PROPOSAL_FILE)
    assert gate_schema()["$id"].endswith(GATE_FILE)


def test_the_shipped_one_is_the_one_that_is_made(root: Path) -> None:
    assert json.loads((root / "suites" / PROPOSAL_FILE).read_text()) == proposal_schema()


@pytest.mark.parametrize(
    "change",
    [
        {}, {"decision": DECISION}, {"waivers": [WAIVER]}, {"decision": {**DECISION, "applies_to": ["training/**"], "record": "x.md"}},
        {"training_data": {}}, {"costs": {"training_usd": 1}, "traffic": {"requests_per_month": 1}, "constraints": {"offline": False}},
        {"recheck": {"every_days": 1}}, {"intervention": {"kind": "self-host"}}, {"stop_if": []}, {"training_data": None},
    ],
    ids=str,
)  # fmt: skip
def test_a_proposal_both_take(change: dict[str, Any]) -> None:
    assert fits(proposal_schema(), {**GOOD, **change})
    assert is_read({**GOOD, **change})


@pytest.mark.parametrize(
    "change",
    [
        {"ownr": "x"},
        {"title": ""},
        {"title": 5},
        {"id": None},
        {"problem": {**GOOD["problem"], "target": 92}},
        {"problem": {**GOOD["problem"], "target": 0}},
        {"problem": {**GOOD["problem"], "targett": 0.9}},
        {"problem": {}},
        {"intervention": {"kind": "lorra"}},
        {"intervention": {}},
        {"evidence": {"bundle": "x"}},
        {"evidence": {"bundle": "", "digest": DIGEST}},
        {"decision": {**DECISION, "outcome": "no"}},
        {"decision": {**DECISION, "by": []}},
        {"decision": {**DECISION, "by": "@lead"}},
        {"decision": {**DECISION, "applies_to": [""]}},
        {"decision": {"outcome": "approved"}},
        {"waivers": [{"check": "gap"}]},
        {"waivers": WAIVER},
        {"recheck": {"every_days": 0}},
        {"recheck": {"every_days": "90"}},
        {"traffic": {"requests_per_month": 0}},
        {"costs": {"training_usd": -1}},
        {"training_data": {"examples": -1}},
        {"constraints": {"latency_p95_s": 0}},
        {"tried": [{"strategy": ""}]},
        {"stop_if": "never"},
    ],
    ids=str,
)
def test_a_proposal_neither_takes(change: dict[str, Any]) -> None:
    assert not fits(proposal_schema(), {**GOOD, **change})
    assert not is_read({**GOOD, **change})


@pytest.mark.parametrize(
    "change", [{}, {"guards": [{"paths": ["a/**"]}]}, {"guards": [{"paths": ["a"], "needs": "live-decision"}]}, {"grace_days": 0}], ids=str
)
def test_a_policy_both_take(change: dict[str, Any]) -> None:
    assert fits(gate_schema(), {**POLICY, **change})
    assert policy_is_read({**POLICY, **change})


@pytest.mark.parametrize(
    "change",
    [
        {"evidence_day": 1},
        {"evidence_days": 0},
        {"evidence_days": 4000},
        {"price_days": "90"},
        {"longest_waiver_days": 1.5},
        {"grace_days": -1},
        {"grace_days": 366},
        {"guards": [{}]},
        {"guards": [{"paths": []}]},
        {"guards": [{"paths": [""]}]},
        {"guards": [{"paths": ["a"], "needs": "x"}]},
        {"proposals": "proposals"},
        {"proposals": [""]},
    ],
    ids=str,
)
def test_a_policy_neither_takes(change: dict[str, Any]) -> None:
    assert not fits(gate_schema(), {**POLICY, **change})
    assert not policy_is_read({**POLICY, **change})


@pytest.mark.parametrize("make", [proposal_schema, gate_schema])
def test_an_editor_is_told_what_each_key_means(make: Any) -> None:
    schema = make()
    for name, definition in [("", schema), *schema.get("$defs", {}).items()]:
        for key, field in definition.get("properties", {}).items():
            named = schema.get("$defs", {}).get(field.get("$ref", "").removeprefix("#/$defs/"), {})
            assert field.get("description") or named.get("description"), f"{name}.{key} has no description"
