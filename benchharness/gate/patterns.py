"""Match paths against the patterns of guards and decisions: `*` within a folder, `**` across folders."""

import re
from collections.abc import Iterable
from functools import cache

__all__ = ["covered", "matches"]


def matches(path: str, pattern: str) -> bool:
    """Tell whether a path from the repository's root fits a pattern; a folder's name alone covers all below it."""
    return _compiled(pattern).fullmatch(path) is not None


def covered(path: str, patterns: Iterable[str]) -> bool:
    """Tell whether some pattern fits a path."""
    return any(matches(path, each) for each in patterns)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    # `training/**` is the folder's whole contents, and a link or a module in its place is that as well.
    plain = pattern.removeprefix("./").strip("/").removesuffix("/**")
    found, at = "", 0
    while at < len(plain):
        if plain.startswith("**/", at):
            found, at = found + "(?:[^/]+/)*", at + 3
        elif plain.startswith("**", at):
            found, at = found + ".*", at + 2
        elif plain[at] == "*":
            found, at = found + "[^/]*", at + 1
        elif plain[at] == "?":
            found, at = found + "[^/]", at + 1
        else:
            found, at = found + re.escape(plain[at]), at + 1
    # `training/` means what lies in it.
    return re.compile(found + "(?:/.*)?", re.DOTALL)
