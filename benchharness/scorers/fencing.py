"""Put a stranger's text into a judge's prompt so that where it begins and ends can't be mistaken: fenced, its own fences broken."""

import hashlib
import re

from benchharness.records.json_form import canonical

__all__ = ["cut_to", "fence_token", "fenced"]

TOKEN = 24
# What could pass for one of our marks, whatever stands behind the dash.
MARK = re.compile(r"<(?=\s*/?\s*(?:task|reference|answer|first|second)-)", re.IGNORECASE)
BROKEN = "‹"


def fence_token(*texts: str | None) -> str:
    """Return a token for one request, by hash of all that's in it: the same request has the same key in the store.

    A text can't hold its own token: it would have to hold a hash of itself.
    """
    return hashlib.sha256(canonical(list(texts)).encode("utf-8", "surrogatepass")).hexdigest()[:TOKEN]


def fenced(name: str, token: str, text: str) -> str:
    """Return a text between `<name-token>` and `</name-token>`; whatever in it looks like such a mark is no mark any more."""
    inert = MARK.sub(BROKEN, text).replace(token, "")
    return f"<{name}-{token}>\n{inert}\n</{name}-{token}>"


def cut_to(text: str, most: int) -> tuple[str, int]:
    """Return a text with at most so many characters, its middle left out and that said, and how many were left out."""
    if len(text) <= most:
        return text, 0
    gone = len(text) - most
    head = most - most // 2
    return f"{text[:head]}\n[... {gone:,} characters left out here by the harness ...]\n{text[len(text) - most // 2 :]}", gone
