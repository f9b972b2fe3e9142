"""`bench schema`: print the suite's JSON Schema."""

from pathlib import Path

import click

from benchharness.cli.printing import say
from benchharness.pipeline.starting import schema_text

__all__ = ["command"]


@click.command()
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write it to this file instead.")
def command(*, out: Path | None) -> None:
    """Print the JSON Schema of a suite file; editors check and complete with it.

    A suite names it on its first line: # yaml-language-server: $schema=suite.schema.json
    """
    if out is None:
        say(schema_text().rstrip())
        return
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(schema_text(), encoding="utf-8")
    say(f"written  {out}")
