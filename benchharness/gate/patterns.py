"""Match paths against the patterns of guards and decisions: `*` within a folder, `**` across folders."""

import re
import unicodedata
from collections.abc import Iterable
from fnmatch import translate
from functools import cache

__all__ = ["covered", "guards", "matches"]

# Any number of folders, none included.
ANY = re.compile("")


def matches(path: str, pattern: str) -> bool:
    """Tell whether a path from the repository's root fits a pattern; what fits a folder covers all below it.

    Read part by part, every way at once, so that no pattern takes long: it may come from a pull request.
    """
    wanted = _parts(pattern)
    at = _with_skipped({0}, wanted) - {len(wanted)}
    for part in path.split("/"):
        going_on = {each for each in at if wanted[each] is ANY}
        at = _with_skipped(going_on | {each + 1 for each in at - going_on if wanted[each].fullmatch(part)}, wanted)
        if len(wanted) in at:
            return True
    return False


def covered(path: str, patterns: Iterable[str]) -> bool:
    """Tell whether some pattern fits a path."""
    return any(matches(path, each) for each in patterns)


def guards(path: str, patterns: Iterable[str]) -> bool:
    """Tell whether a guard's pattern fits a path, written in any case and any of Unicode's ways.

    On some people's machines `Training/x` lies in `training/`: what guards a folder guards it there as well. What opens a guard
    is read to the letter.
    """
    return covered(_folded(path), map(_folded, patterns))


@cache
def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())


def _with_skipped(at: set[int], wanted: tuple[re.Pattern[str], ...]) -> set[int]:
    """Return places in a pattern with those behind each `**` that stands for nothing."""
    found = set(at)
    for each in at:
        behind = each
        while behind < len(wanted) and wanted[behind] is ANY:
            behind += 1
            found.add(behind)
    return found


@cache
def _parts(pattern: str) -> tuple[re.Pattern[str], ...]:
    # `training/` and `training/**` mean what lies in it, and a link or a module in its place is that as well.
    plain = pattern.removeprefix("./").strip("/").removesuffix("/**")
    return tuple(ANY if each == "**" else re.compile(translate(each.replace("[", "[[]"))) for each in plain.split("/"))
