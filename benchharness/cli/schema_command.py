"""`bench schema`: print the JSON Schema of a file people write."""

from pathlib import Path

import click

from benchharness.cli.printing import say

__all__ = ["command"]


@click.command()
@click.argument("kind", type=click.Choice(["suite", "proposal", "gate"]), default="suite")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write it to this file instead.")
def command(*, kind: str, out: Path | None) -> None:
    """Print the JSON Schema of a suite, of a proposal, or of the gate's policy; editors check and complete with it.

    A file names it on its first line: # yaml-language-server: $schema=suite.schema.json
    """
    from benchharness.pipeline.init import schema_text

    if out is None:
        say(schema_text(kind).rstrip())
        return
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(schema_text(kind), encoding="utf-8")
    say(f"written  {out}")
