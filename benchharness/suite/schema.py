"""JSON Schemas of the files people write, for editors: completion, descriptions and mistakes while typing."""

from collections.abc import Mapping
from typing import Any

from benchharness.records.gate_policy import GatePolicy
from benchharness.records.proposal import Proposal
from benchharness.records.suite import Suite
from benchharness.suite.describing import described

__all__ = ["GATE_FILE", "PROPOSAL_FILE", "SCHEMA_FILE", "gate_schema", "proposal_schema", "suite_schema"]

SCHEMA_FILE = "suite.schema.json"
PROPOSAL_FILE = "proposal.schema.json"
GATE_FILE = "gate.schema.json"


def suite_schema(scorer_options: Mapping[str, type]) -> dict[str, Any]:
    """Return a suite's schema (draft 2020-12); each scorer's own options stand beside its `type`."""
    from pydantic import TypeAdapter

    schema = described(TypeAdapter(Suite).json_schema(), Suite)
    definitions = schema["$defs"]
    entry = definitions.pop("ScorerEntry")
    branches = []
    for name, options in scorer_options.items():
        own = described(TypeAdapter(options).json_schema(ref_template="#/$defs/{model}"), options)
        definitions.update(own.pop("$defs", {}))
        common = {key: value for key, value in entry["properties"].items() if key not in ("type", "options")}
        branches.append(
            {
                "type": "object",
                "title": name,
                "description": own.get("description", ""),
                "properties": {"type": {"const": name, "description": f"The scorer `{name}`."}, **common, **own.get("properties", {})},
                # A branch whose own key is its name, `python: file.py:function`, needs no type.
                "required": [*([] if name in own.get("properties", {}) else ["type"]), *own.get("required", [])],
                "additionalProperties": False,
            }
        )
    definitions["ScorerEntry"] = {"oneOf": branches, "description": entry["description"]}
    return _named(schema, SCHEMA_FILE, "suite")


def proposal_schema() -> dict[str, Any]:
    """Return a proposal's schema (draft 2020-12)."""
    return _of(Proposal, PROPOSAL_FILE, "proposal")


def gate_schema() -> dict[str, Any]:
    """Return the schema of the gate's policy (draft 2020-12)."""
    return _of(GatePolicy, GATE_FILE, "gate policy")


def _of(kind: type, file: str, noun: str) -> dict[str, Any]:
    from pydantic import TypeAdapter

    return _named(described(TypeAdapter(kind).json_schema(), kind), file, noun)


def _named(schema: dict[str, Any], file: str, noun: str) -> dict[str, Any]:
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": f"urn:benchharness:{file}"}
    return {**head, **schema, "title": f"benchharness {noun}"}
