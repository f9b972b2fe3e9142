"""Print: results on stdout, everything else on stderr; untrusted text can't steer the terminal."""

import sys
from pathlib import Path

import click

from benchharness.errors import SetupError

__all__ = ["clean", "say", "shown", "warn", "write_file"]

# What stands for our typography on a stream that can't write it.
PLAIN = str.maketrans({"·": "-", "–": "-", "…": "...", "━": "#", "╌": "."})


def say(text: str, *, err: bool = False) -> None:
    """Print a text; colour is left out by click where the stream is no terminal."""
    click.echo(shown(text, err=err), err=err)


def warn(text: str, *, hint: str = "") -> None:
    """Print a message to stderr, and a hint below it."""
    head, colon, rest = shown(clean(text), err=True).partition(": ")
    if head == "error" and colon:
        click.echo(click.style("error:", fg="red", bold=True) + f" {rest}", err=True)
    else:
        click.echo(shown(clean(text), err=True), err=True)
    if hint:
        click.echo(click.style("hint:", fg="cyan") + f"  {shown(clean(hint), err=True)}", err=True)


def write_file(path: Path, text: str, *, option: str, append: bool = False) -> None:
    """Write what an option named a file for; SetupError when it can't be written."""
    try:
        with path.open("ab" if append else "wb") as file:
            file.write(text.encode("utf-8", "replace"))
    except OSError as error:
        raise SetupError(f"can't be written: {error.strerror or error}", file=path, hint=f"name another file with {option}") from error


def shown(text: str, *, err: bool = False) -> str:
    """Return text as the stream can write it: signs it doesn't know become plain ones, or question marks."""
    encoding = (sys.stderr if err else sys.stdout).encoding or "ascii"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return text.translate(PLAIN).encode(encoding, "replace").decode(encoding)
    return text


def clean(text: str) -> str:
    """Return text with control characters shown instead of obeyed; line breaks and tabs stay."""
    return "".join(char if char.isprintable() or char in "\n\t" else f"\\x{ord(char):02x}" for char in text)
