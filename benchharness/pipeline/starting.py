"""What a newcomer is given: a suite that runs, the schema editors check it with, and the gate's workflows."""

import json
from pathlib import Path

from benchharness.errors import UsageError
from benchharness.gate.workflows import POLICY_FILE, policy_starter, workflow_files
from benchharness.scorers import scorer_options
from benchharness.suite.schema import SCHEMA_FILE, suite_schema
from benchharness.suite.starter import starter_files

__all__ = ["schema_text", "write_starter"]


def schema_text() -> str:
    """Return the suite's JSON Schema as indented text."""
    return json.dumps(suite_schema(scorer_options()), indent=2, ensure_ascii=False) + "\n"


def write_starter(name: str | None, *, force: bool, github: bool = False) -> list[Path]:
    """Write a suite called `name`, the gate's workflows, or both below the current folder; UsageError when a file is there.

    The policy of the gate and the schema are written where they're absent; the policy never over one that is there.
    """
    workflows = workflow_files() if github else {}
    suite = starter_files(name) if name is not None else {}
    files = {Path(path): text for path, text in (workflows | suite).items()}
    there = sorted(str(path) for path in files if path.exists())
    if there and not force:
        other = "" if there[0] in workflows else "choose another name, or "
        raise UsageError(f"{there[0]} is there already", hint=f"{other}--force to write over it")
    schema = Path("suites") / SCHEMA_FILE
    if name is not None and (force or not schema.exists()):
        files[schema] = schema_text()
    policy = Path(POLICY_FILE)
    if github and not policy.exists():
        files[policy] = policy_starter()
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return list(files)
