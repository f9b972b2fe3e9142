"""`bench init`: write a small working suite with its golden set."""

import re

import click

from benchharness.cli.printing import say
from benchharness.errors import UsageError
from benchharness.pipeline.starting import write_starter

__all__ = ["command"]


@click.command()
@click.argument("name")
@click.option("--force", is_flag=True, help="Write over files that are there.")
def command(*, name: str, force: bool) -> None:
    """Write suites/NAME.yaml, its golden set and its training pool below the current folder; it runs as it is."""
    if not re.fullmatch(r"[A-Za-z0-9][\w-]*", name):
        raise UsageError(f"{name!r} can't name a suite", hint="letters, digits, - and _, e.g. ticket-routing")
    for path in write_starter(name, force=force):
        say(f"written  {path}")
    say(f"next     bench check suites/{name}.yaml")
    say(f"         bench run suites/{name}.yaml")
