"""`bench schema`: print the suite's JSON Schema."""

import json
from pathlib import Path

import click

from benchharness.cli.printing import say
from benchharness.scorers import scorer_options
from benchharness.suite.schema import suite_schema

__all__ = ["command"]


@click.command()
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write it to this file instead.")
def command(*, out: Path | None) -> None:
    """Print the JSON Schema of a suite file; editors check and complete with it.

    A suite names it on its first line: # yaml-language-server: $schema=suite.schema.json
    """
    text = json.dumps(suite_schema(scorer_options()), indent=2, ensure_ascii=False) + "\n"
    if out is None:
        say(text.rstrip())
        return
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(text, encoding="utf-8")
    say(f"written  {out}")
