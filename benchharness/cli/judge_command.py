"""`bench judge`: hold a suite's judge against what people say of the same answers."""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from benchharness import numbers
from benchharness.cli.addressing import allow_keys_to, tell_addresses
from benchharness.cli.printing import say
from benchharness.cli.spending import ask_before_spending
from benchharness.errors import UsageError
from benchharness.records.json_form import one_line, to_json

if TYPE_CHECKING:
    from benchharness.pipeline.asking.ask import Job
    from benchharness.pipeline.run import Cast, JobPlan, Loaded

__all__ = ["command"]


@click.command()
@click.argument("suite", type=click.Path(path_type=Path))
@click.option("--labels", type=click.Path(path_type=Path), metavar="FILE", help="People's marks, JSON Lines; see docs/judges.md.")
@click.option(
    "--draw",
    type=click.IntRange(min=1),
    metavar="N",
    help="Print every candidate's answers to the same N random examples for people to mark; ask nobody.",
)
@click.option("--run", type=click.Path(path_type=Path), help="The run whose answers are marked.  [default: the suite's newest]")
@click.option("--out", type=click.Path(path_type=Path), default=Path("reports"), show_default=True, help="Where runs lie.")
@click.option("--scorer", metavar="NAME", help="The scorer whose judge it is.  [default: the one that decides]")
@click.option("--repeats", type=click.IntRange(1, 10), default=2, show_default=True, help="Ask about each answer so often, for drift.")
@click.option("--budget", "budgets", multiple=True, metavar="USD|NAME=USD", help="Spend at most this, for all or for one judge.")
@allow_keys_to
@click.option("--yes", is_flag=True, help="Spend without asking.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(  # noqa: PLR0913 - the command's options
    *,
    suite: Path,
    labels: Path | None,
    draw: int | None,
    run: Path | None,
    out: Path,
    scorer: str | None,
    repeats: int,
    budgets: tuple[str, ...],
    yes: bool,
    as_json: bool,
) -> None:
    """Judge labelled answers of SUITE, hold the grades against the labels, and keep the calibration beside the suite.

    Until a judge agrees with people (kappa 0.6 on 30 labels, its interval above 0.4) its score opens no one-way door.
    """
    if (labels is None) == (draw is None):
        raise UsageError("needs exactly one of --labels and --draw", hint="--draw 40 > labels.jsonl, mark them, then --labels labels.jsonl")
    if draw is not None:
        from benchharness.pipeline.judge import draw_answers, labels_asked

        lines = draw_answers(suite, run=run, out=out, count=draw)
        for each in lines:
            say(_line(each))
        say(labels_asked(lines, draw), err=True)
        return
    from benchharness.cli.progress import Screen
    from benchharness.pipeline.asking.ask import Listener
    from benchharness.pipeline.asking.limits import parse_budgets
    from benchharness.pipeline.judge import CalibrationOptions, calibrate
    from benchharness.report import judge

    assert labels is not None
    options = CalibrationOptions(
        suite=suite, labels=labels, run=run, out=out, scorer=scorer, repeats=repeats, budgets=parse_budgets(budgets)
    )
    with Screen() as screen:

        def starts(loaded: "Loaded", jobs: "Sequence[Job]", cast: "Cast") -> None:
            tell_addresses(cast.addresses)
            screen.start(loaded.suite.name, jobs)

        def confirm(loaded: "Loaded", plans: "Sequence[JobPlan]") -> None:
            if not yes:
                most = min(sum(each.usd_high or 0.0 for each in plans), options.budgets.get("", math.inf))
                ask_before_spending(most, loaded.suite.limits.confirm_above_usd)

        hears = Listener(starts=starts, progress=screen.update, stopping=screen.stopping)
        found = calibrate(options, hears, confirm)
    if as_json:
        say(one_line({"decides": found.decides, "file": str(found.path), "usd": found.usd, "calibration": found.calibration}))
        return
    say(judge.render(found.calibration, asks=found.asks, decides=found.decides, usd=found.usd))
    for count, told in ((found.labels.unmarked, "not marked yet"), (found.labels.unanswered, "of questions without an answer in the run")):
        if count:
            say(f"{numbers.quantity(count, 'line')} {told}.")
    say(f"\nkept    {found.path}")


def _line(each: Any) -> str:
    import json

    # Escaped beyond ASCII: what a model wrote can't steer the terminal it's printed on.
    return json.dumps(to_json(each), ensure_ascii=True).replace("##[", "#\\u0023[")
