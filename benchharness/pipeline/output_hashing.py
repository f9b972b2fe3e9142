"""The short hash by which an output is known where its text may not stand."""

import hashlib

__all__ = ["output_hash"]

OUTPUT_HASH = 16


def output_hash(output: str) -> str:
    """Return the short hash a bundle keeps of what was said."""
    return hashlib.sha256(output.encode("utf-8", "surrogatepass")).hexdigest()[:OUTPUT_HASH]
