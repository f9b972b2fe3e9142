"""What each scorer wants of a target, so that one it can't score is told before anything is asked."""

import re
from typing import Any

from benchharness.records.suite import ScorerEntry
from benchharness.scorers import runs_strange_code, scorer_traits_of

__all__ = ["needs_target", "unfit_target", "writes_number"]


def needs_target(entry: ScorerEntry) -> bool:
    """Tell whether a scorer can say nothing without a target; of a stranger's nobody knows, so it may."""
    traits = scorer_traits_of(entry)
    return not (traits.beside_rightness or runs_strange_code(entry)) and traits.needs_target(entry.options)


def unfit_target(entry: ScorerEntry, target: Any) -> tuple[str, str] | None:
    """Return why a scorer can't compare anything with a target, and what to do; None when it can, or when there is none."""
    if target is None or (isinstance(target, str) and not target.strip()):
        return None
    unfit = scorer_traits_of(entry).unfit
    return None if unfit is None else unfit(entry.label, entry.options, target)


def writes_number(target: Any) -> bool:
    """Tell whether a JSON target, or a field of it, is a text that writes a number as JSON does."""
    values = target.values() if isinstance(target, dict) else (target,) if isinstance(target, str) else ()
    return any(isinstance(each, str) and re.fullmatch(r"-?(0|[1-9]\d*)(\.\d+)?", each.strip()) is not None for each in values)
