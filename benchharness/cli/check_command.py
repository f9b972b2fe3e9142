"""`bench check`: validate a suite and its data; ask nobody."""

from pathlib import Path

import click

from benchharness import numbers
from benchharness.cli.printing import say, say_line, warn
from benchharness.errors import Mistake, MistakesError

__all__ = ["command"]


@click.command()
@click.argument("suites", metavar="SUITE...", nargs=-1, required=True, type=click.Path(path_type=Path))
def command(*, suites: tuple[Path, ...]) -> None:
    """Validate SUITE, its templates, its golden set and its training pool; call nothing. Exits 2 on any mistake."""
    mistakes: list[Mistake] = []
    for suite in suites:
        try:
            _check(suite)
        except MistakesError as error:
            mistakes.extend(error.mistakes)
    if mistakes:
        raise MistakesError(mistakes)
    say("No mistakes.")


def _check(suite: Path) -> None:
    from benchharness.pipeline.loading.suite import load

    loaded = load(suite)
    say_line(f"suite          {suite}: {loaded.suite.name}")
    say_line(f"golden set     {loaded.golden.source}: {numbers.quantity(len(loaded.golden), 'example')}")
    say_line(f"               {loaded.golden.fingerprint}")
    mapped = ", ".join(f"{ours} from {theirs}" for ours, theirs in loaded.golden.columns.items() if ours != theirs)
    if mapped:
        say_line(f"               {mapped}")
    if loaded.pool is not None:
        say_line(f"training pool  {loaded.pool.source}: {numbers.quantity(len(loaded.pool), 'example')}")
    targets = loaded.golden_facts.targets
    if targets:
        say_line(f"targets        {', '.join(f'{name} {count}' for name, count in list(targets.items())[:12])}")
    prompts = ", ".join(f"{name} ({prompt.strategy})" for name, prompt in loaded.prompts.items())
    say_line(f"prompts        {prompts or 'none'}")
    say_line(f"candidates     {', '.join(entry.name for entry in loaded.suite.candidates)}")
    if loaded.suite.judges:
        say_line(f"judges         {', '.join(entry.name for entry in loaded.suite.judges)}")
    for warning in loaded.warnings:
        warn(f"warning: {warning}")
