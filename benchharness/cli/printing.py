"""Print: results on stdout, everything else on stderr; the one door, where text of people and models can't steer a terminal or a log."""

import sys
from pathlib import Path

import click

from benchharness.errors import SetupError
from benchharness.report import untrusted

__all__ = ["say", "say_bytes", "say_line", "shown", "warn", "write_file"]

# What stands for our typography on a stream that can't write it.
PLAIN = str.maketrans({"·": "-", "–": "-", "…": "...", "━": "#", "╌": "."})


def say(text: str, *, err: bool = False) -> None:
    """Print a text of lines; control characters are shown, and no line is a command of a build server."""
    click.echo(shown(text, err=err), err=err)


def say_line(text: str) -> None:
    """Print what is one line, whatever stands in it: its line ends are shown as well."""
    say(untrusted.shown(text))


def say_bytes(text: str) -> None:
    """Print what its renderer made inert, sign by sign: a page, or commands to a build server that are meant."""
    click.echo(text.encode("utf-8"), nl=False)


def warn(text: str, *, hint: str = "") -> None:
    """Print a message to stderr on one line, and a hint below it."""
    text = shown(untrusted.shown(text), err=True)
    head, colon, rest = text.partition(": ")
    if head == "error" and colon:
        click.echo(click.style("error:", fg="red", bold=True) + f" {rest}", err=True)
    else:
        click.echo(text, err=True)
    if hint:
        click.echo(click.style("hint:", fg="cyan") + f"  {shown(untrusted.shown(hint), err=True)}", err=True)


def write_file(path: Path, text: str, *, option: str, append: bool = False) -> None:
    """Write what an option named a file for; SetupError when it can't be written."""
    try:
        with path.open("ab" if append else "wb") as file:
            file.write(text.encode("utf-8", "replace"))
    except OSError as error:
        raise SetupError(f"can't be written: {error.strerror or error}", file=path, hint=f"name another file with {option}") from error


def shown(text: str, *, err: bool = False) -> str:
    """Return text made inert, as the stream can write it: signs it doesn't know become plain ones, or question marks."""
    text = untrusted.clean(text)
    encoding = (sys.stderr if err else sys.stdout).encoding or "ascii"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return text.translate(PLAIN).encode(encoding, "replace").decode(encoding)
    return text
