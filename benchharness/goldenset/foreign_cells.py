"""What other tools put into a cell: a conversation as the input, an assertion as the target."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

__all__ = ["assertion", "conversation"]

ROLES = {
    "system": "system", "developer": "system", "user": "user", "human": "user", "assistant": "assistant", "gpt": "assistant",
    "model": "assistant",
}  # fmt: skip
# promptfoo's assertions, and the scorer that does the same here.
SAME = {"contains": "contains", "icontains": "contains", "starts-with": "starts-with", "regex": "regex", "levenshtein": "levenshtein"}
SAME |= {
    "contains-any": "contains",
    "contains-all": "contains",
    "contains-json": "json",
    "is-json": "form",
    "rouge-n": "rouge",
    "bleu": "bleu",
}
SAME |= {"similar": "similar", "llm-rubric": "rubric", "factuality": "reference", "latency": "latency", "cost": "cost", "equals": "exact"}
OTHERS = (
    "javascript",
    "fn",
    "eval",
    "python",
    "file",
    "grade",
    "g-eval",
    "answer-relevance",
    "is-sql",
    "is-valid-openai-tools-call",
    "webhook",
)
ASSERTION = re.compile(r"(not-)?([a-z][a-z-]+)(?:\([\d.,\s]*\))?\s*(?::\s*(.*)|\Z)", re.DOTALL)


def conversation(value: Sequence[Any]) -> list[dict[str, str]] | str:
    """Return the messages of a conversation as `role` and `content`, or why it can't be asked.

    The last is the user's. ShareGPT's `from` and `value` are read too, and content in parts where all of them are text.
    """
    turns: list[dict[str, str]] = []
    for at, each in enumerate(value, start=1):
        if not isinstance(each, Mapping):
            return "expected text, an object of variables or a list of messages with `role` and `content`"
        role = ROLES.get(str(each.get("role", each.get("from"))).lower())
        content = _content(each.get("content", each.get("value")))
        if role is None:
            return f"message {at} is of the role {each.get('role', each.get('from'))!r}, expected system, user or assistant"
        if content is None:
            return f"message {at} holds more than text, which isn't asked here"
        turns.append({"role": role, "content": content})
    if turns and turns[-1]["role"] == "assistant":
        return "the conversation ends with the assistant's answer; it must end with the user's message, and the answer be the target"
    return turns if turns and turns[-1]["role"] == "user" else "a conversation ends with the user's message"


def _content(value: Any) -> str | None:
    if isinstance(value, str):
        return value
    parts = value if isinstance(value, list | tuple) else [None]
    texts = [each.get("text") if isinstance(each, Mapping) and each.get("type", "text") == "text" else None for each in parts]
    return None if any(not isinstance(each, str) for each in texts) else "".join(map(str, texts))


def assertion(cell: Any) -> tuple[str, str] | None:
    """Return what is wrong with a cell of promptfoo's that holds an assertion, and what to write instead; None for a plain text."""
    found = ASSERTION.fullmatch(cell.strip()) if isinstance(cell, str) else None
    if found is None or found.group(2) not in {*SAME, *OTHERS}:
        return None
    negated, name, wanted = found.groups()
    told = f"{cell.strip()[:60]!r} is an assertion of promptfoo's, and here a target is the answer itself"
    if negated or name not in SAME or (wanted is None and SAME[name] != "form"):
        return told, "write the expected answer alone, and say how it's compared in `scorers`"
    if not wanted:
        return told, f"leave the cell empty, and add the scorer `- {{type: {SAME[name]}, json: true}}`"
    return told, f"write {wanted.strip()[:40]!r} alone, and `scorers: [{{type: {SAME[name]}}}]` in the suite"
