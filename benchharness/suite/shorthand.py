"""Say the line that would work where a suite says a thing shorter than it's written here."""

import re
from typing import Any

__all__ = ["line_for", "not_filled_in"]

LONGEST = 40
QUOTED = re.compile(r"[^\w./-]")
# `${VAR}`, `$VAR`, `%VAR%`, and the two ways in which other tools' files ask for a variable.
VARIABLE = re.compile(r"\$\{[^}]*\}|\$[A-Za-z_]\w*|%[A-Za-z_]\w*%|\{\{.*?\}\}|\bos\.environ/\w+")


# The key that a value alone most likely stands for, by where it stands.
MAPPINGS = (
    (re.compile(r"(?:.*\.)?(golden_set|training_pool|trained_on)"), "path"),
    (re.compile(r"prompts\.([^.]+)"), "user"),
    (re.compile(r"(decision)"), "accuracy_target"),
    (re.compile(r"prompts\..+\.(extract)"), "after"),
    (re.compile(r"decision\.(volume)"), "requests_per_month"),
)
ITEMS = {
    "scorers": "- {{type: {0}}}",
    "judges": "- {{name: {0}, model: {0}}}",
    "candidates": "- {{name: {0}, model: {0}, prompts: [NAME]}}",
}


def line_for(key: str, expected: str, met: Any) -> str:
    """Return the line to write instead of a text or number where a mapping or a list belongs; empty where none comes to mind."""
    if isinstance(met, bool) or not isinstance(met, str | int | float):
        return ""
    name = re.split(r"[.\[]", key)[-1]
    if expected == "a list":
        return f"write `{name}: [{'{type: ' + _quoted(met) + '}' if key == 'scorers' else _quoted(met)}]`"
    item = re.fullmatch(r"(\w+)\[\d+\]", key)
    if item is not None and item.group(1) in ITEMS:
        return f"write `{ITEMS[item.group(1)].format(_quoted(met))}`"
    inner = next((inner for where, inner in MAPPINGS if expected == "a mapping" and where.fullmatch(key)), None)
    if inner is None:
        return ""
    if isinstance(met, str) and "\n" in met:
        return f"put the text below `{name}:` as `{inner}: |`"
    return f"write `{name}: {{{inner}: {_quoted(met, always=inner in ('user', 'after'))}}}`"


def not_filled_in(text: str) -> str:
    """Return what of a path or an address asks to be filled in from the environment; empty when nothing does."""
    found = VARIABLE.search(text)
    return found.group() if found is not None else "~" if text == "~" or text.startswith(("~/", "~\\")) else ""


def _quoted(value: Any, *, always: bool = False) -> str:
    text = str(value)
    if isinstance(value, int | float) or (not always and not QUOTED.search(text)):
        return text
    shown = text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
    return f"'{shown}'" if '"' in shown else f'"{shown}"'
