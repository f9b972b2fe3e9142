"""`bench doctor`: say what is installed, which keys and endpoints answer, and what to do about the rest."""

from pathlib import Path

import click

from benchharness.cli.addressing import allow_keys_to
from benchharness.cli.printing import say, say_line

__all__ = ["command"]


@click.command()
@click.argument("suite", required=False, type=click.Path(path_type=Path))
@click.option("--offline", is_flag=True, help="Ask nobody, not even for one token.")
@allow_keys_to
@click.pass_context
def command(ctx: click.Context, *, suite: Path | None, offline: bool) -> None:
    """Say what is installed and which keys are set; with SUITE, ask each of its candidates for one token.

    Exits 2 when a candidate of SUITE can't be asked.
    """
    from benchharness.pipeline.doctor import examine

    missing = 0
    for check in examine(suite, offline=offline):
        say_line(f"{check.name:<16.16} {'ok' if check.ok else 'no':<3} {check.told}")
        if not check.ok and check.hint:
            say_line(f"{'':<20} {check.hint}")
        missing += check.needed and not check.ok
    if missing:
        say(f"{missing} of the suite's candidates can't be asked.")
        ctx.exit(2)
