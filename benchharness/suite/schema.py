"""The suite file's JSON Schema, for editors: completion, descriptions and mistakes while typing."""

from collections.abc import Mapping
from typing import Any

from benchharness.records.suite import Suite

__all__ = ["SCHEMA_FILE", "suite_schema"]

SCHEMA_FILE = "suite.schema.json"


def suite_schema(scorer_options: Mapping[str, type]) -> dict[str, Any]:
    """Return the schema (draft 2020-12); each scorer's own options stand beside its `type`."""
    from pydantic import TypeAdapter

    schema: dict[str, Any] = TypeAdapter(Suite).json_schema()
    definitions = schema["$defs"]
    entry = definitions.pop("ScorerEntry")
    branches = []
    for name, options in scorer_options.items():
        own = TypeAdapter(options).json_schema(ref_template="#/$defs/{model}")
        definitions.update(own.pop("$defs", {}))
        common = {key: value for key, value in entry["properties"].items() if key not in ("type", "options")}
        branches.append(
            {
                "type": "object",
                "title": name,
                "description": own.get("description", ""),
                "properties": {"type": {"const": name, "description": f"The scorer `{name}`."}, **common, **own.get("properties", {})},
                "required": ["type", *own.get("required", [])],
                "additionalProperties": False,
            }
        )
    definitions["ScorerEntry"] = {"oneOf": branches, "description": entry["description"]}
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": f"urn:benchharness:{SCHEMA_FILE}"}
    return {**head, **schema, "title": "benchharness suite"}
