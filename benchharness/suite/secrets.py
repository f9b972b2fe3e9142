"""Refuse keys written into a suite, without ever showing them."""

import re
from collections.abc import Iterator
from typing import Any

from benchharness.errors import Mistake
from benchharness.suite.wording import Places

__all__ = ["hidden", "looks_random", "looks_secret", "secret_mistakes"]

# A long word after one of the prefixes the big providers use; with a digit, so that `sk-learn-something` stays a name.
SECRET = re.compile(
    r"\b(?:(?:sk-|hf_|gsk_|r8_|gh[pousr]_|github_pat_)(?=[\w-]*[0-9])[\w-]{16,}|AKIA[0-9A-Z]{16}|xox[abpr]-[\w-]{10,}|AIza[\w-]{30,})"
)
# A variable's name is written in words; this is drawn at random.
RANDOM_WORD = re.compile(r"(?=[^0-9]*[0-9])(?=[^A-Za-z]*[A-Za-z])[A-Za-z0-9+/=.-]{20,}")


def looks_secret(text: str) -> bool:
    """Tell whether a text holds what looks like an API key."""
    return SECRET.search(text) is not None


def looks_random(text: str) -> bool:
    """Tell whether a text is one long word of letters and digits, as a key is and a variable's name isn't."""
    return RANDOM_WORD.fullmatch(text) is not None


def hidden(text: str) -> str:
    """Return a text without what looks like an API key."""
    return SECRET.sub("[hidden]", text)


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
            if looks_secret(name):
                yield key, name
                continue
            yield from _texts(each, f"{key}.{name}" if key else name)
    elif isinstance(value, list):
        for at, each in enumerate(value):
            yield from _texts(each, f"{key}[{at}]")
