"""What was really sent of what was asked: read off the request as a library wrote it, since libraries change and drop without a word.

litellm 1.106.2 makes 0.01 of SageMaker's temperature 0, a tool of a JSON Schema for Groq and older models on Bedrock, and
nothing at all of JSON mode for Claude.
"""

import json
from collections.abc import Mapping
from typing import Any

__all__ = ["effective_parameters", "flat_parameters", "mode_of", "wire_of"]

NOT_PARAMETERS = ("messages", "model", "response_format", "tools", "tool_choice")
# Where providers keep what isn't the messages.
INSIDE = ("generationConfig", "inferenceConfig", "options", "parameters", "input", "additionalModelRequestFields")
SAME = {"max_completion_tokens": "max_tokens"}
NAMES = {
    "temperature": ("temperature",),
    "seed": ("seed", "random_seed"),
    "top_p": ("top_p", "topP", "p"),
    "stop": ("stop", "stop_sequences", "stopSequences"),
    "max_tokens": (
        "max_tokens",
        "max_completion_tokens",
        "max_output_tokens",
        "maxOutputTokens",
        "maxTokens",
        "max_new_tokens",
        "num_predict",
        "max_tokens_to_sample",
    ),
}
SCHEMAS = (
    "output_format",
    "output_config",
    "outputConfig",
    "response_json_schema",
    "responseJsonSchema",
    "response_schema",
    "responseSchema",
)
JSON_MODE = ("response_mime_type", "responseMimeType")
TOOLS = ("tools", "toolConfig")


def wire_of(written: Any) -> Mapping[str, Any] | None:
    """Return a request as a flat mapping, the parts providers nest lifted up; None when it isn't one."""
    if isinstance(written, str | bytes):
        try:
            written = json.loads(written)
        except (ValueError, RecursionError):
            return None
    if not isinstance(written, Mapping) or not written:
        return None
    return {
        **written,
        **{name: value for part in INSIDE if isinstance(inner := written.get(part), Mapping) for name, value in inner.items()},
    }


def mode_of(wire: Mapping[str, Any]) -> str:
    """Return how a request really asks for a form: `json_schema`, `json_object`, `tool` or `text`."""
    asked = wire.get("response_format")
    if isinstance(asked, Mapping):
        return "json_schema" if asked.get("type") == "json_schema" or "schema" in asked else "json_object"
    form = wire.get("format")
    if isinstance(form, Mapping) or any(name in wire for name in SCHEMAS):
        return "json_schema"
    if any(wire.get(name) for name in TOOLS):
        return "tool"
    return "json_object" if form == "json" or any(name in wire for name in JSON_MODE) else "text"


def flat_parameters(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a chat body asks of the model besides the messages; the most tokens by one name, whichever was sent."""
    kept = {SAME.get(name, name): value for name, value in body.items() if name not in NOT_PARAMETERS}
    if "response_format" in body or "tools" in body:
        kept["response_format"] = mode_of(body)
    return kept


def effective_parameters(asked: Mapping[str, Any], sent: Mapping[str, Any], wire: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return what was really sent; what was asked and wasn't sent so stands under `not_sent`, with the value asked for."""
    wanted = flat_parameters(asked)
    kept = flat_parameters(sent) if wire is None else _found(wanted, wire)
    if "response_format" in wanted:
        kept["response_format"] = kept.get("response_format", "text") if wire is None else mode_of(wire)
    not_sent = {name: value for name, value in wanted.items() if kept.get(name) != value}
    return {**kept, "not_sent": not_sent} if not_sent else kept


def _found(wanted: Mapping[str, Any], wire: Mapping[str, Any]) -> dict[str, Any]:
    found = {}
    for name in wanted:
        own = next((each for each in NAMES.get(name, (name,)) if wire.get(each) is not None), None)
        if own is not None:
            found[name] = wire[own]
    return found
