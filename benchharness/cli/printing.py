"""Print: results on stdout, everything else on stderr; untrusted text can't steer the terminal."""

import click

__all__ = ["clean", "say", "warn"]


def say(text: str, *, err: bool = False) -> None:
    """Print a text; colour is left out by click where the stream is no terminal."""
    click.echo(text, err=err)


def warn(text: str, *, hint: str = "") -> None:
    """Print a message to stderr, and a hint below it."""
    head, colon, rest = clean(text).partition(": ")
    if head == "error" and colon:
        click.echo(click.style("error:", fg="red", bold=True) + f" {rest}", err=True)
    else:
        click.echo(clean(text), err=True)
    if hint:
        click.echo(click.style("hint:", fg="cyan") + f"  {clean(hint)}", err=True)


def clean(text: str) -> str:
    """Return text with control characters shown instead of obeyed; line breaks and tabs stay."""
    return "".join(char if char.isprintable() or char in "\n\t" else f"\\x{ord(char):02x}" for char in text)
