"""`bench cache`: look into the response store, prune it, export it, merge others into it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from benchharness.cli.printing import say
from benchharness.errors import UsageError

__all__ = ["command"]

FILE = click.Path(path_type=Path, dir_okay=False)
LONGEST_AGE = 36_500  # a century, in days
HERE = Path(".bench") / "responses.sqlite"

_store = click.option("--store", type=FILE, default=HERE, show_default=True, help="The response store.")
_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")


@click.group()
def command() -> None:
    """Look after the answers that were paid for: .bench/responses.sqlite.

    `stats` says what it holds, `explain` what a key or a run's example stands for, `prune` removes what is old or unused, `export`
    writes a file that `bench run --replay FILE` answers from without a key, `merge` adds such files.
    """


@command.command(short_help="What the store holds, by provider and model.")
@_store
@_json
def stats(*, store: Path, as_json: bool) -> None:
    """Say what the store holds: answers, size, age and dollars by provider and model."""
    from benchharness.pipeline import cache
    from benchharness.report import cache as report

    _tell({"stats": cache.stats(store)}, lambda found: report.stats(found["stats"]), as_json=as_json)


@command.command(short_help="The request and answer behind a key or example.")
@click.argument("what", nargs=-1, required=True, metavar="KEY...|RUN EXAMPLE_ID...")
@_store
@_json
def explain(*, what: tuple[str, ...], store: Path, as_json: bool) -> None:
    """Show the request and the answer that keys stand for, or those of a run's examples."""
    from benchharness.pipeline import cache
    from benchharness.report import cache as report

    run = Path(what[0])
    if not run.is_dir():
        found = cache.explain_keys(store, what)
    elif len(what) == 1:
        raise UsageError("name the examples as well", file=run, hint=f"bench cache explain {run} EXAMPLE_ID")
    else:
        found = cache.explain_run(store, run, what[1:])
    _tell({"answers": found}, lambda told: report.explained(told["answers"]), as_json=as_json)


@command.command(short_help="Remove what is old or unused.")
@click.option(
    "--older-than", "days", type=click.IntRange(0, LONGEST_AGE), metavar="DAYS", help="Answers asked for at least so many days ago."
)
@click.option("--model", metavar="MODEL", help="Answers of this model, as the suite names it.")
@click.option("--unused", is_flag=True, help="Answers that no run below --reports uses.")
@click.option("--reports", type=click.Path(path_type=Path), default=Path("reports"), show_default=True, help="Where run directories are.")
@click.option("--yes", is_flag=True, help="Remove them; without, only what would go is told.")
@_store
@_json
def prune(*, days: int | None, model: str | None, unused: bool, reports: Path, yes: bool, store: Path, as_json: bool) -> None:
    """Remove answers for which every given option holds, with their requests, and shrink the file."""
    from benchharness.pipeline import cache
    from benchharness.report import cache as report

    if days is None and model is None and not unused:
        raise UsageError("say which answers may go", hint="--older-than DAYS, --model MODEL or --unused")
    unwanted = cache.Unwanted(older_than_days=days, model=model, unused_below=reports if unused else None)
    _tell({"pruned": cache.prune(store, unwanted, remove=yes)}, lambda found: report.pruned(found["pruned"]), as_json=as_json)


@command.command(short_help="Write answers to a file for --replay or merge.")
@click.argument("file", type=FILE)
@click.option("--suite", type=FILE, help="Only answers to this suite's questions.")
@click.option("--run", type=click.Path(path_type=Path), help="Only answers to this run's questions.")
@_store
@_json
def export(*, file: Path, suite: Path | None, run: Path | None, store: Path, as_json: bool) -> None:
    """Write answers to FILE (.jsonl.gz): prompts and answers, no key; the same answers are the same bytes."""
    from benchharness import numbers
    from benchharness.pipeline import cache

    if suite is not None and run is not None:
        raise UsageError("--suite and --run can't be combined", hint="give one of them")
    found = cache.export(store, file, suite=suite, run=run)
    missing = f"; {numbers.quantity(found.missing, 'question')} without a stored answer" if found.missing else ""
    missing += f"; {numbers.quantity(found.failed, 'question')} that got none in the run" if found.failed else ""
    _tell({"exported": found}, lambda _: f"{file}: {numbers.quantity(found.answers, 'answer')}{missing}", as_json=as_json)


@command.command(short_help="Add the answers of exports or other stores.")
@click.argument("files", type=FILE, nargs=-1, required=True, metavar="FILE...")
@_store
@_json
def merge(*, files: tuple[Path, ...], store: Path, as_json: bool) -> None:
    """Add the answers of exports or other stores; where another answer is here already, it stays and is told."""
    from benchharness.pipeline import cache
    from benchharness.report import cache as report

    _tell({"merged": cache.merge(store, files)}, lambda found: report.merged(found["merged"]), as_json=as_json)


def _tell(found: dict[str, Any], render: Callable[[dict[str, Any]], str], *, as_json: bool) -> None:
    from benchharness.records.json_form import one_line

    say(one_line(found) if as_json else render(found))
