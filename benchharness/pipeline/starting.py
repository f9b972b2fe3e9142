"""What a newcomer is given: a suite that runs, and the schema editors check it with."""

import json
from pathlib import Path

from benchharness.errors import UsageError
from benchharness.scorers import scorer_options
from benchharness.suite.schema import SCHEMA_FILE, suite_schema
from benchharness.suite.starter import starter_files

__all__ = ["schema_text", "write_starter"]


def schema_text() -> str:
    """Return the suite's JSON Schema as indented text."""
    return json.dumps(suite_schema(scorer_options()), indent=2, ensure_ascii=False) + "\n"


def write_starter(name: str, *, force: bool) -> list[Path]:
    """Write a suite called `name` with its data below the current folder and return the files; UsageError when one is there."""
    files = {Path(path): text for path, text in starter_files(name).items()}
    there = sorted(str(path) for path in files if path.exists())
    if there and not force:
        raise UsageError(f"{there[0]} is there already", hint="choose another name, or --force to write over it")
    schema = Path("suites") / SCHEMA_FILE
    if force or not schema.exists():
        files[schema] = schema_text()
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return list(files)
