"""What each scorer wants of a target, so that one it can't score is told before anything is asked."""

import re
from typing import Any

from benchharness.records.judging import AGAINST_TARGET
from benchharness.records.suite import ScorerEntry
from benchharness.scorers import BESIDE_RIGHTNESS, runs_strange_code
from benchharness.scorers.json_finding import json_of
from benchharness.scorers.spans import LABEL_KEYS, NoSpanError, spans_of, unlabelled_keys

__all__ = ["needs_target", "unfit_target", "writes_number"]

SHOWN = 40


def needs_target(entry: ScorerEntry) -> bool:
    """Tell whether a scorer can say nothing without a target; of a stranger's nobody knows, so it may."""
    if entry.type in BESIDE_RIGHTNESS or runs_strange_code(entry):
        return False
    if entry.type == "rubric":
        return bool(entry.options.get("show_target"))
    if entry.type == "pairwise":
        return str(entry.options.get("against", AGAINST_TARGET)) == AGAINST_TARGET
    return entry.type != "regex" or re.compile(str(entry.options["pattern"])).groups > 0


def unfit_target(entry: ScorerEntry, target: Any) -> tuple[str, str] | None:
    """Return why a scorer can't compare anything with a target, and what to do; None when it can, or when there is none."""
    if entry.type not in ("json", "spans") or target is None or (isinstance(target, str) and not target.strip()):
        return None
    try:
        value = json_of(target) if isinstance(target, str) else target
    except ValueError:
        told = f"the scorer `{entry.label}` compares JSON, and {_short(target)} is none"
        if entry.type == "spans":
            return told, f"write spans, e.g. [{_short(target)}], or score with `exact` or `f1`"
        return told, "write the target as JSON, or find a key with `extract: {json_key: ...}` and score it with `exact`"
    return _unfit_spans(entry, value) if entry.type == "spans" else None


def _unfit_spans(entry: ScorerEntry, value: Any) -> tuple[str, str] | None:
    try:
        list(spans_of(value))
    except NoSpanError as error:
        return f"the scorer `{entry.label}` compares spans: {error}", 'e.g. [{"text": "SQL", "label": "skill"}]'
    strange = sorted(unlabelled_keys(value)) if entry.options.get("labels", True) else []
    if not strange:
        return None
    return (
        f"a span says {', '.join(map(repr, strange))}, which the scorer `{entry.label}` doesn't compare, and no label",
        f"call the label one of {', '.join(LABEL_KEYS[:4])}, or say `labels: false`",
    )


def writes_number(target: Any) -> bool:
    """Tell whether a JSON target, or a field of it, is a text that writes a number as JSON does."""
    values = target.values() if isinstance(target, dict) else (target,) if isinstance(target, str) else ()
    return any(isinstance(each, str) and re.fullmatch(r"-?(0|[1-9]\d*)(\.\d+)?", each.strip()) is not None for each in values)


def _short(target: str) -> str:
    return repr(target if len(target) <= SHOWN else target[: SHOWN - 1] + "…")
