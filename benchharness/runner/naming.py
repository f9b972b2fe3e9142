"""Name a request by what decides its answer, and write down what may be kept of it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from benchharness.records.json_form import canonical

__all__ = ["NamedRequest", "name_request", "request_key", "without_password"]


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedRequest:
    """One request, ready to be looked up and to be kept beside its answer."""

    key: str
    """SHA-256 over the canonical JSON of the wire request and the repeat, in hex."""
    text: str
    """That JSON, without what a URL may carry besides its place: user, password, query."""


def name_request(wire: Mapping[str, Any], repeat: int) -> NamedRequest:
    """Return the name of a wire request and its text; the JSON is written once for both."""
    text = canonical({"wire": wire, "repeat": repeat})
    key = hashlib.sha256(text.encode()).hexdigest()
    # Only an address stands at the top of a wire; a prompt may hold any URL it likes, and is what was asked.
    if any(isinstance(each, str) and "://" in each and ("@" in each or "?" in each) for each in wire.values()):
        text = canonical({"wire": {name: without_password(each) for name, each in wire.items()}, "repeat": repeat})
    return NamedRequest(key=key, text=text)


def request_key(wire: Mapping[str, Any], repeat: int) -> str:
    """Return the name under which the answer to a wire request is stored: SHA-256 over its canonical JSON and the repeat."""
    return hashlib.sha256(canonical({"wire": wire, "repeat": repeat}).encode()).hexdigest()


def without_password(value: Any) -> Any:
    """Return a URL without user, password and query; anything else as it is."""
    if not isinstance(value, str) or "://" not in value:
        return value
    try:
        parts = urlsplit(value)
    except ValueError:
        return "a URL that can't be read"
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))
