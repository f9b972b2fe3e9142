"""`bench init`: write a small working suite with its golden set."""

import json
import re
from pathlib import Path

import click

from benchharness.cli.printing import say
from benchharness.errors import UsageError
from benchharness.scorers import scorer_options
from benchharness.suite.schema import SCHEMA_FILE, suite_schema
from benchharness.suite.starter import starter_files

__all__ = ["command"]


@click.command()
@click.argument("name")
@click.option("--force", is_flag=True, help="Write over files that are there.")
def command(*, name: str, force: bool) -> None:
    """Write suites/NAME.yaml, its golden set and its training pool below the current folder; it runs as it is."""
    if not re.fullmatch(r"[A-Za-z0-9][\w-]*", name):
        raise UsageError(f"{name!r} can't name a suite", hint="letters, digits, - and _, e.g. ticket-routing")
    files = {Path(path): text for path, text in starter_files(name).items()}
    schema = Path("suites") / SCHEMA_FILE
    there = sorted(str(path) for path in files if path.exists())
    if there and not force:
        raise UsageError(f"{there[0]} is there already", hint="choose another name, or --force to write over it")
    if not schema.exists() or force:
        files[schema] = json.dumps(suite_schema(scorer_options()), indent=2, ensure_ascii=False) + "\n"
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        say(f"written  {path}")
    say(f"next     bench check suites/{name}.yaml")
    say(f"         bench run suites/{name}.yaml")
