"""Regular expressions of a suite on texts of strangers: they end in time, or say that they didn't."""

from functools import cache
from typing import Any

from benchharness.errors import SetupError

__all__ = ["LIMIT_S", "TOO_SLOW", "TooSlowError", "all_matches", "compiled", "matches_whole"]

# A pattern with nested repeats takes exponential time on a text made for it; a sane one takes microseconds.
LIMIT_S = 1.0
TOO_SLOW = f"the pattern took longer than {LIMIT_S:g} s on this answer; make it simpler"


class TooSlowError(Exception):
    """Happens when a pattern doesn't end within LIMIT_S seconds of this process's time."""


def all_matches(pattern: str, text: str, *, ignore_case: bool = False) -> list[Any]:
    """Return every match as `re` would find them; TooSlowError when that takes longer than LIMIT_S."""
    try:
        return list(compiled(pattern, ignore_case).finditer(text, timeout=LIMIT_S))
    except TimeoutError as error:
        raise TooSlowError from error


def matches_whole(pattern: str, text: str, *, ignore_case: bool = False) -> bool:
    """Tell whether the pattern matches the text from its first to its last character; TooSlowError as `all_matches`."""
    try:
        return compiled(pattern, ignore_case).fullmatch(text, timeout=LIMIT_S) is not None
    except TimeoutError as error:
        raise TooSlowError from error


@cache
def compiled(pattern: str, ignore_case: bool = False) -> Any:
    """Return a pattern as the package `regex` reads it; SetupError for one it can't."""
    import regex

    try:
        return regex.compile(pattern, regex.IGNORECASE if ignore_case else 0)
    except regex.error as error:
        # Python's own `re` read it before, and the two differ in a corner.
        raise SetupError(f"not a regular expression: {pattern!r}: {error}", hint="write it more plainly") from error
