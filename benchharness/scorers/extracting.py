"""Find the answer in what a model wrote; apart from scoring, and shown."""

import json
import re
from collections.abc import Mapping
from typing import Any

from benchharness.records.score import Parsed, Unparsable, Unscored
from benchharness.records.suite import Extract
from benchharness.scorers.patterns import TOO_SLOW, TooSlowError, all_matches

__all__ = ["extract", "find_json"]

LONGEST_TEXT = 200_000
# Where to start reading JSON: the first few openings; more would make a hostile text slow.
MOST_STARTS = 50


def extract(output: str, how: Extract | None) -> Parsed | Unparsable | Unscored:
    """Return the answer in an output; the last one when there are several, since models correct themselves.

    A pattern that doesn't end in time is the suite's fault and not the candidate's: unscored.
    """
    if how is None:
        return Parsed(text=output, how="the whole output")
    if how.after is not None:
        return _after(output, how.after)
    if how.regex is not None:
        return _by_regex(output, how.regex)
    return _by_key(output, how.json_key or "")


def _after(output: str, marker: str) -> Parsed | Unparsable:
    at = output.casefold().rfind(marker.casefold())
    if at < 0:
        return Unparsable(reason=f"{marker!r} doesn't occur")
    rest = output[at + len(marker) :].strip().split("\n", 1)[0].strip()
    if not rest:
        return Unparsable(reason=f"nothing after {marker!r}")
    return Parsed(text=rest, how=f"after {marker!r}")


def _by_regex(output: str, pattern: str) -> Parsed | Unparsable | Unscored:
    try:
        matches = all_matches(pattern, output[-LONGEST_TEXT:])
    except TooSlowError:
        return Unscored(reason=TOO_SLOW)
    if not matches:
        return Unparsable(reason=f"nothing matches {pattern!r}")
    last = matches[-1]
    found: str | None = last.group(1) if last.re.groups else last.group()
    return Unparsable(reason=f"the group of {pattern!r} is empty") if found is None else Parsed(text=found, how=f"by {pattern!r}")


def _by_key(output: str, key: str) -> Parsed | Unparsable:
    found = find_json(output)
    if found is None:
        return Unparsable(reason="no JSON in the output")
    value: Any = found[0]
    for part in key.split("."):
        if not isinstance(value, Mapping) or part not in value:
            return Unparsable(reason=f"no key {key!r} in the JSON")
        value = value[part]
    return Parsed(text=value if isinstance(value, str) else json.dumps(value, ensure_ascii=False), how=f"the key {key!r}")


def find_json(text: str) -> tuple[Any] | None:
    """Return the first JSON object or array in a text, code fences and words around it allowed; wrapped, since null is a value."""
    text = text.strip()[:LONGEST_TEXT]
    try:
        return (json.loads(text),)
    except (ValueError, RecursionError):
        pass
    decoder = json.JSONDecoder()
    for start in [match.start() for match in re.finditer(r"[{\[]", text)][:MOST_STARTS]:
        try:
            return (decoder.raw_decode(text, start)[0],)
        except (ValueError, RecursionError):
            continue
    return None
