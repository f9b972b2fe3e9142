"""`bench history`: rate, cost and verdict of a suite over its runs."""

from pathlib import Path

import click

from benchharness.cli.printing import say
from benchharness.pipeline.remembering import history

__all__ = ["command"]


@click.command()
@click.argument("suite", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), default=Path("reports"), help="Where run directories are.  [default: reports]")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(*, suite: Path, out: Path, as_json: bool) -> None:
    """Show how SUITE's rates, costs and verdict moved from run to run. Needs the extra `history`."""
    from benchharness.records.json_form import FORMAT_VERSION, to_json
    from benchharness.report import history as screen

    runs = history(suite, out)
    if as_json:
        import json

        say(json.dumps({"format_version": FORMAT_VERSION, "runs": [to_json(each) for each in runs]}, ensure_ascii=False))
    else:
        say(screen.render(runs))
