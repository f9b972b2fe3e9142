"""What becomes of a thought that stands in an output."""

from enum import StrEnum

__all__ = ["Reasoning"]


class Reasoning(StrEnum):
    """Whether what a model thought, e.g. between `<think>` and `</think>`, is part of its answer."""

    APART = "apart"
    KEEP = "keep"
