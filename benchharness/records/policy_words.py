"""The words a policy may choose between."""

from enum import StrEnum

__all__ = ["NinetyPercentOf", "PromptingMustBe", "TargetIs"]


class TargetIs(StrEnum):
    """What the target, its bars and every gap are of."""

    SHARE = "share"
    """The share of answers that match."""
    MEAN = "mean"
    """The mean primary score."""


class NinetyPercentOf(StrEnum):
    """What the 90% rule is a share of."""

    TARGET = "target"
    FINE_TUNED = "fine-tuned"


class PromptingMustBe(StrEnum):
    """What a one-way door asks of prompting and of classical models."""

    REFUTED = "refuted"
    NOT_PROVEN = "not-proven"
