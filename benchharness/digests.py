"""One hash of each thing: a file, a text, a value as JSON, an output whose words may not stand."""

import hashlib
from pathlib import Path
from typing import Any

from benchharness.records.json_form import canonical

__all__ = ["file_hash", "output_hash", "text_hash", "value_hash"]

SHA256 = "sha256:"
OUTPUT_HASH = 16


def file_hash(path: Path) -> str:
    """Return `sha256:...` of a file's bytes."""
    with path.open("rb") as file:
        return SHA256 + hashlib.file_digest(file, "sha256").hexdigest()


def text_hash(text: str) -> str:
    """Return `sha256:...` of a text."""
    return SHA256 + hashlib.sha256(text.encode()).hexdigest()


def value_hash(value: Any) -> str:
    """Return `sha256:...` of a record, list or map in its one JSON form."""
    return text_hash(canonical(value))


def output_hash(output: str) -> str:
    """Return the short hash a bundle keeps of what was said."""
    return hashlib.sha256(output.encode("utf-8", "surrogatepass")).hexdigest()[:OUTPUT_HASH]
