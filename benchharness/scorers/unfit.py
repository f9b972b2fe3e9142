"""Why a target is no JSON that a scorer could compare, in words that say what to write."""

from typing import Any

from benchharness.scorers.json_finding import json_of

__all__ = ["no_json", "no_json_field"]

SHOWN = 40


def no_json(label: str, target: Any, remedy: str) -> tuple[str, str] | None:
    """Return that a target isn't JSON, with a remedy in which `{}` stands for the target; None when it is."""
    if not isinstance(target, str):
        return None
    try:
        json_of(target)
    except ValueError:
        shown = repr(target if len(target) <= SHOWN else target[: SHOWN - 1] + "…")
        return f"the scorer `{label}` compares JSON, and {shown} is none", remedy.replace("{}", shown)
    return None


def no_json_field(label: str, _options: Any, target: Any) -> tuple[str, str] | None:
    """Return the same for a scorer that compares fields."""
    return no_json(label, target, "write the target as JSON, or find a key with `extract: {json_key: ...}` and score it with `exact`")
