"""Find what follows a marker such as `Answer:`, however its Markdown, case and colon are written."""

import re
from functools import cache

__all__ = ["after_marker"]

COLONS = ":\uff1a\ufe55\ufe13"
EMPHASIS = r"[*_`~]{0,3}"
BLANK = r"[^\S\n]"
# What stands at a line's beginning before its first word: a heading, a quotation, a list.
LINE_BEGIN = rf"(?m:^){BLANK}*(?:(?:[#>+*-]+|\d+[.)]){BLANK}+)?"
# The emphasis that was opened last before a marker, in its line.
OPENED = re.compile(r"(?:^|[\s>#(\[])([*_`]{1,3}|~~)(?=[^\s*_`])[^*`]*$")
WHOLE = re.compile(r"(\*{1,3}|`{1,3}|~~)(?P<inside>[^*`]+)\1[.\u3002]?")


def after_marker(output: str, marker: str) -> str | None:
    """Return the rest of the line after a marker's last occurrence, the next line where nothing follows in its own; None without one.

    A colon that ends the marker may be full-width, after blanks, or within emphasis. Where no colon follows the words anywhere, a
    dash between blanks at the beginning of a line stands for it (`Answer - B`).
    """
    strict, loose = _patterns(marker.strip())
    for pattern in (strict, loose):
        found = [] if pattern is None else list(pattern.finditer(output))
        if found:
            return _rest(output, found[-1])
    return None


@cache
def _patterns(marker: str) -> tuple[re.Pattern[str], re.Pattern[str] | None]:
    """Return how a marker is written, and how it may be where it ends with a colon and never occurs."""
    words = marker.rstrip(COLONS).rstrip()
    if not words or words == marker:
        colon = rf"(?:{EMPHASIS}{BLANK}*[{COLONS}])?" if marker[-1:].isalnum() else ""
        return re.compile(rf"(?P<words>{_words(marker)}){colon}", re.IGNORECASE), None
    core = _words(words)
    strict = rf"(?P<words>{core}){EMPHASIS}{BLANK}*[{COLONS}]"
    loose = rf"{LINE_BEGIN}{EMPHASIS}(?P<words>{core}){EMPHASIS}{BLANK}+[-\u2012-\u2015\u2212=]{BLANK}+"
    return re.compile(strict, re.IGNORECASE), re.compile(loose, re.IGNORECASE)


def _words(marker: str) -> str:
    """Return a marker's words, with any blanks between them."""
    return r"\s+".join(map(re.escape, marker.split()))


def _rest(output: str, found: re.Match[str]) -> str:
    begin = output.rfind("\n", 0, found.start()) + 1
    first = found.start("words")
    rest = output[found.end() :]
    opened = _opened(output[max(begin, first - 200) : first])
    rest = rest.lstrip()
    if opened and opened not in output[first : found.end()]:
        rest = rest.split("\n", 1)[0].replace(opened, "", 1).strip() or rest.removeprefix(opened).lstrip()
    line = rest.split("\n", 1)[0].strip()
    whole = WHOLE.fullmatch(line)
    return line if whole is None else whole["inside"].strip() or line


def _opened(before: str) -> str:
    """Return the emphasis that is open at the end of a line's beginning; empty when none is."""
    found = OPENED.search(before + "x")
    # In a script without blanks nothing but two stars tells emphasis from letters.
    return found.group(1) if found is not None else "**" if before.count("**") % 2 else ""
