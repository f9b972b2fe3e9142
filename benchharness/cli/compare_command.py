"""`bench compare`: a run's candidates side by side, or runs against each other on the unchanged examples."""

from pathlib import Path

import click

from benchharness.cli.printing import say

__all__ = ["command"]

FORMATS = ("text", "markdown", "csv", "json")


@click.command()
@click.argument("runs", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--against", metavar="CANDIDATE/PROMPT", help="Hold one run's candidates against this one.  [default: its best prompt]")
@click.option("--format", "kind", type=click.Choice(FORMATS), default="text", show_default=True, help="How it's written.")
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
def command(*, runs: tuple[Path, ...], against: str | None, kind: str, as_json: bool) -> None:
    """Compare candidates of one run, or RUNS against the first of them; on the same examples, with who flipped and by target.

    Several runs are compared on the examples that didn't change between them. Nobody is asked.
    """
    from benchharness.pipeline.comparing_runs import compare_runs
    from benchharness.records.json_form import one_line
    from benchharness.report import run_comparison

    found = compare_runs(runs, against=against)
    if as_json or kind == "json":
        say(one_line(found))
    elif kind == "markdown":
        say(run_comparison.as_markdown(found).rstrip("\n"))
    elif kind == "csv":
        say(run_comparison.as_csv(found).rstrip("\n"))
    else:
        say(run_comparison.as_text(found))
