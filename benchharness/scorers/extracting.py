"""Find the answer in what a model wrote: its reasoning apart, then by marker, pattern or key; apart from scoring, and shown."""

import json
from collections.abc import Mapping
from typing import Any

from benchharness.records.reasoning import Reasoning
from benchharness.records.score import Parsed, Unparsable, Unscored
from benchharness.records.suite import Extract
from benchharness.scorers.json_finding import LONGEST_TEXT, find_json
from benchharness.scorers.markers import after_marker
from benchharness.scorers.patterns import TOO_SLOW, TooSlowError, all_matches
from benchharness.scorers.thinking import NEVER_ENDED, names_a_thought, said

__all__ = ["extract", "found_in", "without_reasoning"]

WHOLE = "the whole output"
BEHIND = "what follows the reasoning"


def extract(output: str, how: Extract | None) -> Parsed | Unparsable | Unscored:
    """Return the answer in an output; the last one when there are several, since models correct themselves.

    A thought is no part of it, and one that never ended has no answer behind it. A pattern that doesn't end in time is the
    suite's fault and not the candidate's: unscored.
    """
    answer = without_reasoning(output, how)
    return Unparsable(reason=NEVER_ENDED) if answer is None else found_in(answer, how, whole=answer == output)


def found_in(answer: str, how: Extract | None, *, whole: bool) -> Parsed | Unparsable | Unscored:
    """Return the same of an output that its reasoning was left out of; `whole` when there was none."""
    where = WHOLE if whole else BEHIND
    if how is None or (how.after is None and how.regex is None and how.json_key is None):
        return Parsed(text=answer, how=where)
    found = _found(answer, how)
    return found if whole or not isinstance(found, Parsed) else Parsed(text=found.text, how=f"{found.how} in {where}")


def without_reasoning(output: str, how: Extract | None) -> str | None:
    """Return an output without what was thought in it; None when a thought never ended.

    It's returned whole where the suite says so (`reasoning: keep`), and where its marker or pattern names such marks itself.
    """
    if how is not None and (how.reasoning is Reasoning.KEEP or (how.reasoning is None and names_a_thought(how.after or how.regex or ""))):
        return output
    return said(output).answer


def _found(answer: str, how: Extract) -> Parsed | Unparsable | Unscored:
    if how.after is not None:
        return _after(answer, how.after)
    return _by_regex(answer, how.regex) if how.regex is not None else _by_key(answer, how.json_key or "")


def _after(answer: str, marker: str) -> Parsed | Unparsable:
    rest = after_marker(answer, marker)
    if rest is None:
        return Unparsable(reason=f"{marker!r} doesn't occur")
    return Parsed(text=rest, how=f"after {marker!r}") if rest else Unparsable(reason=f"nothing after {marker!r}")


def _by_regex(answer: str, pattern: str) -> Parsed | Unparsable | Unscored:
    try:
        matches = all_matches(pattern, answer[-LONGEST_TEXT:])
    except TooSlowError:
        return Unscored(reason=TOO_SLOW)
    if not matches:
        return Unparsable(reason=f"nothing matches {pattern!r}")
    last = matches[-1]
    found: str | None = last.group(1) if last.re.groups else last.group()
    return Unparsable(reason=f"the group of {pattern!r} is empty") if found is None else Parsed(text=found, how=f"by {pattern!r}")


def _by_key(answer: str, key: str) -> Parsed | Unparsable:
    parts = key.split(".")
    found = find_json(answer, like={}, keys=parts[:1])
    if found is None:
        return Unparsable(reason="no JSON in the output")
    value: Any = found[0]
    for part in parts:
        if not isinstance(value, Mapping) or part not in value:
            return Unparsable(reason=f"no key {key!r} in the JSON")
        value = value[part]
    return Parsed(text=value if isinstance(value, str) else json.dumps(value, ensure_ascii=False), how=f"the key {key!r}")
