"""Text that people or models wrote, made inert: in GitHub's Markdown, in a fence, in a marker, and on a log that GitHub reads."""

import re

__all__ = [
    "CUT",
    "cell",
    "cell_of_sheet",
    "clean",
    "code",
    "escaped",
    "fenced",
    "logged",
    "marker_word",
    "one_line",
    "prose",
    "shortened",
    "shown",
]

CUT = "…"
MOST_CELL = 240
MOST_ID = 80
MOST_MARKER = 64

# GitHub looks for mentions, issues and links in the rendered text, where a backslash is gone: only a character
# between the sign and the word stops it. Written as a reference it can be seen in the source.
APART = "&#8203;"
TRIGGERS = re.compile(
    r"(?P<code>(?<!`)`[A-Za-z0-9_.:/=,* -]{1,80}`(?!`))"  # a name in backticks: inert in code
    r"|(?P<apart>@|gh-(?=\d)|www(?=\.)|:(?=/|:|[\w+-]{1,40}:))"  # a mention, an issue, a link, an emoji
    r"|(?P<hash>#)"
    r"|(?P<pipe>\|)"
    r"|(?P<special>[\\`*_{}\[\]<>~!$&])"
    r"|(?P<plain>.)",
    re.IGNORECASE | re.DOTALL,
)
LEADING = re.compile(r"^(\d*)([-+=.)])(?=[-= ]|$)")
# What a build server takes for a command: `::` at the beginning of a line, `##[` anywhere.
COMMAND = re.compile(r"^(\s*:)(?=:)", re.MULTILINE)
# What a spreadsheet takes for a formula, in full width too.
FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20", "|")
MARKUP = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"})
IN_CODE = str.maketrans({"`": "'", "<": "‹", ">": "›"})


def shown(text: str) -> str:
    """Return text on one line in which control characters, line ends and what turns text around are shown, not obeyed."""
    return text if text.isprintable() else "".join(char if char.isprintable() else f"\\x{ord(char):02x}" for char in text)


def clean(text: str) -> str:
    """Return text as it may stand on a terminal or a log: its line ends and tabs stay, and no line is a command of a build server."""
    if not text.isprintable():
        text = "".join(char if char.isprintable() or char in "\n\t" else f"\\x{ord(char):02x}" for char in text)
    return COMMAND.sub(r"\1 ", text).replace("##[", "# #[")


def cell_of_sheet(text: str) -> str:
    """Return text for a cell of a spreadsheet: on one line, and no formula."""
    text = clean(shown(text))
    return f"'{text}" if text.lstrip(" '\"").startswith(FORMULA) else text


def one_line(text: str) -> str:
    """Return text on one line, without a character that can't be seen."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def shortened(text: str, most: int) -> str:
    """Return text cut to so many characters, the cut shown."""
    return text if len(text) <= most else text[: max(0, most - len(CUT))].rstrip() + CUT


def prose(text: str, *, most: int = MOST_CELL) -> str:
    """Return text as Markdown in which nothing is markup, a mention, a link or a second line; so long at most once escaped.

    A name in single backticks stays code: nothing GitHub looks for is looked for there.
    """
    text = one_line(text)
    found: list[str] = []
    length = 0
    for match in TRIGGERS.finditer(text):
        piece = _inert(match)
        if length + len(piece) > most - 1 - (len(CUT) if match.end() < len(text) else 0):
            found.append(CUT)
            break
        found.append(piece)
        length += len(piece)
    return LEADING.sub(r"\1\\\2", "".join(found))


def cell(text: str) -> str:
    """Return text for one cell of a Markdown table."""
    return prose(text)


def code(text: str, *, most: int = MOST_ID) -> str:
    """Return text as inline code, in which nothing is a tag, a mention or a link."""
    return f"`{fenced(text, most=most) or '(empty)'}`"


def fenced(text: str, *, most: int = MOST_ID) -> str:
    """Return text that can't end a fence or inline code, and can't look like this project's marker."""
    return shortened(clean(one_line(text)), most).translate(IN_CODE)


def marker_word(text: str) -> str:
    """Return a word that can't end an HTML comment."""
    return re.sub(r"-{2,}", "-", re.sub(r"[^0-9A-Za-z:.+-]", "", text))[:MOST_MARKER].strip("-")


def escaped(text: str) -> str:
    """Return text as HTML, SVG or XML with all that's markup escaped; a file that is printed on a log gives no command either."""
    return text.translate(MARKUP).replace("##[", "#&#35;[").replace("::", "&#58;:")


def logged(text: str) -> str:
    """Return text for a log: control characters are shown, and no line can be a command of a build server."""
    return shown(text).replace("::", ": :").replace("::", ": :").replace("##", "# #").replace("##", "# #")


def _inert(match: re.Match[str]) -> str:
    found = match.group()
    match match.lastgroup:
        case "apart":
            return found + APART
        case "hash":
            return f"\\{found}{APART}"
        case "pipe":
            return "&#124;"
        case "special":
            return f"\\{found}"
        case _:
            return found
