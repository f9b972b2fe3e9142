"""Map a file's columns to ours: in the open, overridable, never guessed twice."""

import json
from collections.abc import Collection, Mapping
from difflib import get_close_matches
from typing import Any

from benchharness.errors import Mistake

__all__ = ["ALIASES", "CANONICAL", "map_columns", "to_canonical"]

CANONICAL = ("id", "input", "target", "metadata", "tags", "cluster")

# What other tools call our columns (Inspect, openai/evals, promptfoo, Braintrust, Langfuse, pydantic-evals, deepeval,
# ragas, MLflow). The first name of a list that is there wins only when it's the only one there.
ALIASES: dict[str, tuple[str, ...]] = {
    "id": ("example_id", "sample_id", "uuid", "name"),
    "input": ("inputs", "question", "user_input", "prompt", "text", "query", "sentence", "vars"),
    "target": (
        "reference", "expected", "ideal", "expected_output", "expectedOutput", "expectations", "label_text", "label", "answer", "output",
        "__expected",
    ),
    "metadata": ("additional_metadata", "additionalMetadata", "__metadata"),
    "tags": ("tag",),
    "cluster": ("group", "group_id", "document_id", "source_trace_id"),
}  # fmt: skip


def map_columns(names: Collection[str], overrides: Mapping[str, str], *, file: str) -> tuple[dict[str, str], list[Mistake]]:
    """Return our column to the file's, and what can't be mapped; `names` are the columns of the whole file."""
    mistakes = [_unknown(ours, theirs, names, file) for ours, theirs in overrides.items() if theirs not in names or ours not in CANONICAL]
    mapping = {ours: theirs for ours, theirs in overrides.items() if theirs in names and ours in CANONICAL}
    taken = set(mapping.values())
    if "instruction" in names and "input" not in mapping and "target" not in mapping:
        # The Alpaca format calls the context `input`; the question stands in `instruction`.
        mapping["input"] = "instruction"
        taken |= {"instruction", "input"}
    for ours in CANONICAL:
        if ours in mapping:
            continue
        if ours in names and ours not in taken:
            mapping[ours] = ours
            continue
        found = [alias for alias in ALIASES[ours] if alias in names and alias not in taken]
        if len(found) > 1 and ours in ("input", "target"):
            mistakes.append(
                Mistake(
                    file=file,
                    key=f"columns.{ours}",
                    message=f"{' and '.join(repr(each) for each in found)} could both be the {ours}",
                    hint=f"say which in the suite: `columns: {{{ours}: {found[0]}}}`",
                )
            )
        elif found:
            mapping[ours] = found[0]
            taken.add(found[0])
    if "input" not in mapping and not mistakes:
        mistakes.append(
            Mistake(
                file=file,
                message=f"no column for the input; the file has {', '.join(sorted(names)) or 'none'}",
                hint="say which in the suite: `columns: {input: NAME}`",
            )
        )
    return mapping, mistakes


def to_canonical(raw: Mapping[str, Any], mapping: Mapping[str, str]) -> dict[str, Any]:
    """Return a raw row under our names; what isn't mapped goes to `metadata`."""
    used = set(mapping.values())
    rest = {name: value for name, value in raw.items() if name not in used}
    row = {ours: raw[theirs] for ours, theirs in mapping.items() if theirs in raw}
    if mapping.get("input") == "instruction" and rest.get("input"):
        row["input"] = {"instruction": raw.get("instruction"), "context": rest.pop("input")}
    own = row.get("metadata")
    if isinstance(own, str):
        own = _object(own)
    row["metadata"] = {**rest, **(own if isinstance(own, Mapping) else {})}
    return row


def _object(text: str) -> Any:
    try:
        return json.loads(text) if text.strip().startswith("{") else {"metadata": text} if text else {}
    except ValueError:
        return {"metadata": text}


def _unknown(ours: str, theirs: str, names: Collection[str], file: str) -> Mistake:
    if ours not in CANONICAL:
        return Mistake(file=file, key=f"columns.{ours}", message=f"{ours!r} is no column of ours", hint=f"ours are {', '.join(CANONICAL)}")
    near = get_close_matches(theirs, list(names), n=1)
    return Mistake(
        file=file,
        key=f"columns.{ours}",
        message=f"the file has no column {theirs!r}",
        hint=f"did you mean {near[0]!r}?" if near else f"it has {', '.join(sorted(names))}",
    )
