"""`bench power`: what a golden set can settle, and what the open rules would take."""

from pathlib import Path

import click

from benchharness.cli.printing import say

__all__ = ["command"]


@click.command()
@click.argument("suite", type=click.Path(path_type=Path))
@click.option("--results", type=click.Path(path_type=Path), help="A run's directory, or rows as .jsonl, .csv or .parquet.")
@click.option("--examples", type=click.IntRange(min=1), help="Ask for a golden set of this size instead.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(*, suite: Path, results: Path | None, examples: int | None, as_json: bool) -> None:
    """Say what SUITE's golden set can settle: counts that prove a bar, the smallest gap it can show.

    With --results also how many more examples each open rule needs, and what asking them would cost. No model is called.
    """
    from benchharness.pipeline.power import power_of
    from benchharness.records.json_form import one_line
    from benchharness.report import power

    report = power_of(suite, results=results, examples=examples)
    if as_json:
        say(one_line(report))
    else:
        say(power.render(report))
