"""Ask for an answer of a form in the strictest way a provider takes: JSON Schema, JSON mode, a tool's arguments, plain words."""

from collections.abc import Mapping
from typing import Any

from benchharness.records.json_form import canonical

__all__ = ["MODES", "in_mode", "refuses_mode"]

# From strict to loose; a provider is asked down this ladder until it takes a step.
MODES = ("json_schema", "json_object", "tool", "text")
# What a refusal of a mode names, in the words of the providers litellm translates for.
NAMED = {
    "json_schema": (
        "response_format",
        "responseformat",
        "json_schema",
        "response_schema",
        "responseschema",
        "responsejsonschema",
        "response_json_schema",
        "output_format",
        "output_config",
        "outputconfig",
        "structured output",
    ),
    "json_object": ("response_format", "responseformat", "json_object", "json mode", "response_mime_type", "responsemimetype"),
    "tool": ("tools", "tool_choice", "toolconfig", "tool_config", "function call", "tool use", "tool calling"),
}
TOOL = "answer"
INSTRUCTION = "Answer with one JSON value that fits this JSON Schema, and with nothing else: "


def in_mode(body: Mapping[str, Any], mode: str) -> dict[str, Any]:
    """Return a body that asks in another mode than by JSON Schema; the messages tell the schema where the mode doesn't."""
    if mode == "json_schema":
        return dict(body)
    changed = {name: value for name, value in body.items() if name != "response_format"}
    schema = body["response_format"]["json_schema"]["schema"]
    if mode == "tool":
        changed["tools"] = [{"type": "function", "function": {"name": TOOL, "description": "Give the answer.", "parameters": schema}}]
        changed["tool_choice"] = {"type": "function", "function": {"name": TOOL}}
        return changed
    if mode == "json_object":
        changed["response_format"] = {"type": "json_object"}
    # Somebody has to name the fields, and JSON mode is refused where no message says JSON.
    last = body["messages"][-1]
    told = {**last, "content": f"{last['content']}\n\n{INSTRUCTION}{canonical(schema)}"}
    changed["messages"] = [*body["messages"][:-1], told]
    return changed


def refuses_mode(words: str, mode: str) -> bool:
    """Tell whether a refusal's words name the mode that was asked in."""
    lowered = words.lower()
    return any(name in lowered for name in NAMED.get(mode, ()))
