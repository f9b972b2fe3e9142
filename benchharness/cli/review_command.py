"""`bench review`: which decisions are due, and why."""

from datetime import UTC, date, datetime
from pathlib import Path

import click

from benchharness.cli.addressing import allow_keys_to, tell_addresses
from benchharness.cli.printing import say, warn

__all__ = ["command"]

STALE = 12


@click.command()
@click.argument("path", type=click.Path(path_type=Path), default=Path("reports"))
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), help="The day to look from, UTC.  [default: today]")
@click.option("--rerun", is_flag=True, help="Run every suite that's due again; the store answers what hasn't changed.")
@allow_keys_to
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(*, path: Path, today: datetime | None, rerun: bool, as_json: bool) -> None:
    """List the latest decision of every suite below PATH: its age, its day, and what calls it up again. Nobody is asked.

    Exits 12 when one is due.
    """
    from benchharness.pipeline.review import review
    from benchharness.records.json_form import one_line
    from benchharness.records.review import ReviewState
    from benchharness.report import review as screen

    day: date = today.date() if today is not None else datetime.now(UTC).date()
    found = review(path, day)
    if as_json:
        say(one_line({"decisions": found}))
    else:
        say(screen.render(found))
    due = [each for each in found if each.standing is ReviewState.DUE]
    known = [each for each in due if each.suite_file]
    if rerun:
        from benchharness.pipeline.asking.ask import Listener
        from benchharness.pipeline.run import Options, run

        hears = Listener(starts=lambda _loaded, _jobs, cast: tell_addresses(cast.addresses))
        for each in known:
            result = run(Options(suite=Path(each.suite_file), out=path, command=("bench", "review", "--rerun")), hears)
            warn(f"{each.suite}: {each.verdict} before, {result.decided.verdict.verdict.value} now, in {result.folder.shown}")
    if len(known) < len(due) or (due and not rerun):
        raise SystemExit(STALE)
