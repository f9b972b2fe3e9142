"""What a newcomer is given: a suite that runs, the schema editors check it with, and the gate's workflows."""

import json
from pathlib import Path

from benchharness.errors import UsageError
from benchharness.gate.workflows import POLICY_FILE, policy_starter, workflow_files
from benchharness.scorers import scorer_options
from benchharness.suite.schema import GATE_FILE, PROPOSAL_FILE, SCHEMA_FILE, gate_schema, proposal_schema, suite_schema
from benchharness.suite.starter import starter_files

__all__ = ["SCHEMAS", "schema_text", "write_schemas", "write_starter"]


SCHEMAS = {"suite": SCHEMA_FILE, "proposal": PROPOSAL_FILE, "gate": GATE_FILE}


def schema_text(kind: str = "suite") -> str:
    """Return the JSON Schema of a suite, a `proposal` or the `gate`'s policy as indented text."""
    schema = proposal_schema() if kind == "proposal" else gate_schema() if kind == "gate" else suite_schema(scorer_options())
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def write_schemas(folder: Path, kinds: tuple[str, ...], *, force: bool = False) -> list[Path]:
    """Write the schemas of some kinds of file into a folder where they are absent, and return those written."""
    written = []
    for kind in kinds:
        path = folder / SCHEMAS[kind]
        if force or not path.exists():
            folder.mkdir(parents=True, exist_ok=True)
            path.write_text(schema_text(kind), encoding="utf-8")
            written.append(path)
    return written


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
    policy = Path(POLICY_FILE)
    if github and not policy.exists():
        files[policy] = policy_starter()
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    kinds = (*(("suite",) if name is not None else ()), *(("proposal", "gate") if github else ()))
    return [*files, *write_schemas(Path("suites"), kinds, force=force)]
