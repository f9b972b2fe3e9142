"""`bench show`: what every candidate said to one example."""

from pathlib import Path

import click

from benchharness.cli.printing import say

__all__ = ["command"]


@click.command()
@click.argument("run", type=click.Path(path_type=Path))
@click.option("--example", required=True, metavar="ID", help="The example's id.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(*, run: Path, example: str, as_json: bool) -> None:
    """Show every answer of RUN to one example: what was said, what was found in it, and how it was marked."""
    from benchharness.pipeline.show import found_by, rows_of
    from benchharness.records.json_form import one_line
    from benchharness.report import show as screen

    found = rows_of(run, example)
    ways = found_by(run, found)
    if as_json:
        say(one_line({"rows": found, "found_by": ways}))
    else:
        say(screen.render(found, ways))
