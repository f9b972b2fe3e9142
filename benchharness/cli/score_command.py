"""`bench score`: score a run's stored outputs again under an edited suite; ask nobody."""

import sys
from pathlib import Path

import click

from benchharness.cli.printing import say

__all__ = ["command"]


@click.command()
@click.argument("run", type=click.Path(path_type=Path))
@click.option("--suite", type=click.Path(path_type=Path), help="The suite to score under.  [default: the run's own, as it lies here now]")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="Folder for the new run.  [default: beside RUN's suite]")
@click.option("--show", type=click.IntRange(min=1), metavar="N", help="Show N answers: what was found in each, how, and its scores.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(*, run: Path, suite: Path | None, out: Path | None, show: int | None, as_json: bool) -> None:
    """Score the stored outputs of RUN again and write a new run directory beside it; RUN isn't touched.

    Once the answers are known a changed policy is chosen with them at hand: the new verdict is marked `exploratory`.
    """
    from benchharness.pipeline.score import ScoreOptions, score_again
    from benchharness.pipeline.show import found_answers
    from benchharness.report import score
    from benchharness.report.verdict import FORMATS, VerdictReport

    result = score_again(ScoreOptions(run=run, suite=suite, out=out, command=("bench", *sys.argv[1:])))
    shown = found_answers(result.folder.path, before=run, most=show) if show is not None else ()
    report = VerdictReport(
        verdict=result.decided.verdict,
        comparison=result.decided.comparison,
        record=result.record,
        run=result.folder.shown,
        also={"scored": result.scored, "changed": result.changed, "consistency": result.consistency, "shown": shown},
    )
    say(FORMATS.render("json" if as_json else "text", report))
    if as_json:
        return
    say(score.render(result.scored, result.changed, result.consistency))
    if shown:
        say(score.shown_answers(shown))
    say(f"\nreport  {result.folder.shown}/{result.folder.page.name}")
