"""`bench history`: rate, cost and verdict of a suite over its runs."""

from pathlib import Path

import click

from benchharness.cli.printing import say

__all__ = ["command"]


@click.command()
@click.argument("suite", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), default=Path("reports"), help="Where run directories are.  [default: reports]")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(*, suite: Path, out: Path, as_json: bool) -> None:
    """Show how SUITE's rates, costs and verdict moved from run to run. Needs the extra `history`."""
    from benchharness.pipeline.history import history
    from benchharness.records.json_form import one_line
    from benchharness.report import history as screen

    runs = history(suite, out)
    if as_json:
        say(one_line({"runs": runs}))
    else:
        say(screen.render(runs))
