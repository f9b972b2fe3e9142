"""The same worlds under an earlier revision, which knows fewer things: `PYTHONPATH=tests PYTHON -m truth.before RUNS`.

PYTHON is an interpreter in which that revision is installed. What it says is added to `truth/before.jsonl`, which `truth.full` shows
beside today's. Only names differ: where a fact lives, and that nothing asked whether prompting is refuted.
"""

import importlib
import sys
import types
from dataclasses import fields
from typing import Any


def main() -> None:
    """Make the earlier revision look like today's, then count."""
    _moved("benchharness.records.outcomes", "benchharness.comparison.outcomes", "Outcomes")
    _moved("benchharness.records.effort", "benchharness.records.evidence", "Effort")
    _moved("benchharness.records.leakage", "benchharness.records.evidence", "Leakage")
    suite = importlib.import_module("benchharness.records.suite")
    vars(suite).setdefault("PromptingMustBe", str)
    outcomes: Any = importlib.import_module("benchharness.comparison.outcomes")
    if not hasattr(outcomes.Outcomes, "rows"):
        outcomes.Outcomes.rows = _rows
    judging: Any = importlib.import_module("truth.judging")
    judging.Decision = _only_known(judging.Decision)
    keeping = importlib.import_module("truth.keeping")
    keeping.run(keeping.BEFORE, int(sys.argv[1]) if len(sys.argv) > 1 else 200, others=False)


def _moved(new: str, old: str, name: str) -> None:
    try:
        importlib.import_module(new)
    except ModuleNotFoundError:
        module: Any = types.ModuleType(new)
        module.__dict__[name] = getattr(importlib.import_module(old), name)
        sys.modules[new] = module


def _only_known(cls: Any) -> Any:
    """Return a maker of this class that leaves out what it doesn't know yet."""
    known = {each.name for each in fields(cls)}
    return lambda **given: cls(**{name: value for name, value in given.items() if name in known})


def _rows(self: Any, at: Any, *, expected: int) -> Any:
    """Return some rows of an earlier revision's outcomes."""
    parts = {name: getattr(self, name) for name in ("codes", "matched", "clusters")}
    made = {name: None if value is None else value[at] for name, value in parts.items()}
    return type(self)(candidate=self.candidate, prompt=self.prompt, path=self.path, expected=expected, **made)


if __name__ == "__main__":
    main()
