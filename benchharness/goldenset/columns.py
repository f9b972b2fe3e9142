"""Map a file's columns to ours: in the open, overridable, never guessed twice."""

import json
import re
from collections.abc import Collection, Mapping
from difflib import get_close_matches
from typing import Any

from benchharness.errors import Mistake

__all__ = ["ALIASES", "CANONICAL", "map_columns", "recognised", "to_canonical"]

CANONICAL = ("id", "input", "target", "metadata", "tags", "cluster")

# What other tools call our columns (Inspect, openai/evals, promptfoo, Braintrust, Langfuse, pydantic-evals, deepeval, ragas, MLflow,
# SQuAD, TriviaQA). An `input` or `target` is taken by another name only when one name alone is there: `answer` is the reference in
# GSM8K and the model's own in ragas. Case, blanks, hyphens and underscores matter not.
ALIASES: dict[str, tuple[str, ...]] = {
    "id": ("example_id", "sample_id", "uuid", "name"),
    "input": ("inputs", "question", "user_input", "prompt", "text", "query", "sentence", "vars", "messages", "conversation"),
    "target": (
        "reference", "expected", "ideal", "expected_output", "expectedOutput", "expectations", "ground_truth", "ground_truths", "truth",
        "gold", "gold_answer", "gold_label", "expected_answer", "reference_answer", "correct_answer", "references", "answers",
        "reference_output", "label_text", "label", "answer", "output", "completion", "response", "__expected",
    ),
    "metadata": ("additional_metadata", "additionalMetadata", "__metadata"),
    "tags": ("tag",),
    "cluster": ("group", "group_id", "document_id", "source_trace_id"),
}  # fmt: skip
# Names that some tools give to what a model said, or to what it was asked with.
UNLIKELY = ("answer", "output", "completion", "response", "prompt", "text")


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
        found = [name for name in _known(ours, names) if name not in taken]
        if len(found) > 1 and ours in ("input", "target"):
            mistakes.append(_ambiguous(ours, found, file))
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


def recognised(names: Collection[str]) -> int:
    """Return how many of a file's columns are ours, by any of their names."""
    known = {_folded(each) for ours in CANONICAL for each in (ours, *ALIASES.get(ours, ()))}
    return sum(_folded(name) in known for name in names)


def _known(ours: str, names: Collection[str]) -> list[str]:
    """Return the file's names of one of our columns, in the order of ALIASES."""
    by_fold: dict[str, list[str]] = {}
    for name in names:
        by_fold.setdefault(_folded(name), []).append(name)
    return list(dict.fromkeys(name for alias in (ours, *ALIASES[ours]) for name in by_fold.get(_folded(alias), ())))


def _folded(name: str) -> str:
    # The two underscores of `__expected` tell it from `expected`.
    head = "__" if name.startswith("__") else ""
    return head + re.sub(r"[\s_-]+", "", name).casefold()


def _ambiguous(ours: str, found: list[str], file: str) -> Mistake:
    likely = next((each for each in found if _folded(each) not in UNLIKELY), found[0])
    return Mistake(
        file=file,
        key=f"columns.{ours}",
        message=f"{' and '.join(map(repr, found))} could {'both' if found[2:] == [] else 'all'} be the {ours}",
        hint=f"say which in the suite: `columns: {{{ours}: {likely}}}`",
    )


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
