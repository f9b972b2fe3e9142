"""`bench cost`: what prompting and the fine-tune cost in all, at every projected volume."""

from pathlib import Path

import click

from benchharness.cli.printing import say

__all__ = ["command"]


@click.command()
@click.argument("suite", type=click.Path(path_type=Path))
@click.option("--results", type=click.Path(path_type=Path), help="A run's directory, for the cost of answers as measured.")
@click.option("--explain", is_flag=True, help="Show how every part was computed.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(*, suite: Path, results: Path | None, explain: bool, as_json: bool) -> None:
    """Compare the total cost of both paths from what SUITE states under `decision.costs`: answers, machines, training, engineers.

    What isn't known exactly is a range, and every answer holds at both of its ends. No model is called.
    """
    from benchharness.pipeline.cost import cost_report
    from benchharness.records.json_form import one_line
    from benchharness.report import cost

    report = cost_report(suite, results)
    if as_json:
        say(one_line(report))
    else:
        say(cost.render(report, explain=explain))
