"""`bench decide`: turn results from anywhere into a verdict; ask nobody."""

from pathlib import Path

import click

from benchharness.cli.printing import say

__all__ = ["command"]


@click.command()
@click.argument("suite", type=click.Path(path_type=Path))
@click.option("--results", required=True, type=click.Path(path_type=Path), help="Rows as .jsonl, .csv or .parquet, or a run's directory.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--explain", is_flag=True, help="Show the reasoning, question by question.")
def command(*, suite: Path, results: Path, as_json: bool, explain: bool) -> None:
    """Decide SUITE's question from the rows in RESULTS; no model is called.

    A row needs `candidate`, `example_id` and `score` or `matched`; the suite needs `name`, `candidates` and `decision`.
    """
    from benchharness.pipeline.decide import decide_file, explained
    from benchharness.pipeline.loading.policy import load_suite
    from benchharness.report.verdict import FORMATS, VerdictReport, reasoning

    decided = decide_file(load_suite(suite).suite, results, suite.parent, keeps_look=True)
    say(FORMATS.render("json" if as_json else "text", VerdictReport(verdict=decided.verdict, comparison=decided.comparison)))
    if explain and not as_json:
        say(reasoning.render(explained(decided)))
