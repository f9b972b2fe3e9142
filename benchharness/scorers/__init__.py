"""Was the answer right: one file per scorer, one table."""

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

from benchharness.interfaces import Scorer
from benchharness.records.suite import ScorerEntry

__all__ = ["SCORERS", "make_scorer", "scorer_options"]

# Name in a suite -> the module; each holds `Options` and `make(options, name, labels)`.
SCORERS = {
    "exact": "benchharness.scorers.exact",
    "contains": "benchharness.scorers.contains",
    "regex": "benchharness.scorers.regex",
    "number": "benchharness.scorers.number",
    "label": "benchharness.scorers.label",
    "json": "benchharness.scorers.json_fields",
}


def scorer_options() -> dict[str, type]:
    """Return each scorer's options class by name, for the suite reader and the JSON Schema."""
    return {name: import_module(module).Options for name, module in SCORERS.items()}


def make_scorer(entry: ScorerEntry, *, labels: Sequence[str] = ()) -> Scorer:
    """Return the scorer of a suite's entry; `labels` are the data's targets, for scorers that want a closed list."""
    module = import_module(SCORERS[entry.type])
    values = {name: tuple(value) if isinstance(value, list) else value for name, value in entry.options.items()}
    make: Callable[[Any, str, tuple[str, ...]], Scorer] = module.make
    return make(module.Options(**values), entry.label, tuple(labels))
