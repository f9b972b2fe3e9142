"""Refuse keys written into a suite, without ever showing them."""

import re
from collections.abc import Iterator
from typing import Any

from benchharness.errors import Mistake
from benchharness.suite.wording import Places

__all__ = ["looks_secret", "secret_mistakes"]

SECRET = re.compile(
    r"\b(?:sk-[\w-]{16,}|AKIA[0-9A-Z]{16}|gh[pousr]_\w{20,}|github_pat_\w{20,}|xox[abpr]-[\w-]{10,}|AIza[\w-]{30,}|hf_\w{20,}|gsk_\w{20,}|r8_\w{20,})"
)


def looks_secret(text: str) -> bool:
    """Tell whether a text holds what looks like an API key."""
    return SECRET.search(text) is not None


def secret_mistakes(document: Any, places: Places) -> list[Mistake]:
    """Return one mistake per value that looks like a key; the value itself is not in it."""
    return [
        places.mistake(
            key,
            "this looks like an API key; a suite is committed and shared",
            "put the key into an environment variable or .env and revoke this one; name the variable with api_key_env",
        )
        for key, text in _texts(document, "")
        if looks_secret(text)
    ]


def _texts(value: Any, key: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield key, value
    elif isinstance(value, dict):
        for name, each in value.items():
            yield from _texts(each, f"{key}.{name}" if key else name)
    elif isinstance(value, list):
        for at, each in enumerate(value):
            yield from _texts(each, f"{key}[{at}]")
