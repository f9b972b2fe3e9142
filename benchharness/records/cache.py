"""What the response store holds, as `bench cache` tells it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from benchharness.records.answer import Answer

__all__ = ["KeptAnswer", "KeptBy", "Merged", "Pruned", "StoreStats"]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptBy:
    """The answers of one provider's model."""

    provider: str | None
    """Who was asked; None for answers kept before that was written down."""
    model: str | None
    """The model as the suite named it; None likewise."""
    answers: int
    """How many are kept."""
    oldest: str
    """When the first was asked for: UTC, ISO 8601."""
    newest: str
    """The last."""
    usd: float
    """US dollars they cost, as far as their price is known: what a run that asks them again saves."""
    unpriced: int
    """Answers whose cost isn't known."""
    answer_bytes: int
    """Bytes of the answers as they are kept, without their requests."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreStats:
    """What a response store holds."""

    file: str
    """The store."""
    file_bytes: int
    """Its size with its write-ahead log."""
    answers: int
    """Answers in all."""
    with_request: int
    """Of these, with the request that made them."""
    usd: float
    """Known US dollars of all."""
    by_model: tuple[KeptBy, ...]
    """By provider and model, the most answers first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptAnswer:
    """One stored answer and what it answers."""

    key: str
    """Its name in the store."""
    provider: str | None
    """Who was asked; None when unknown."""
    model: str | None
    """The model as the suite named it; None when unknown."""
    asked_at: str | None
    """UTC, ISO 8601; None when there is no answer."""
    attempts: int | None
    """Tries it took; None when there is no answer."""
    request: Mapping[str, Any] | None
    """`wire` and `repeat`; None when it wasn't kept."""
    answer: Answer | None
    """What was said; None when the store has no answer to the request."""
    candidate: str | None = None
    """Whose question it is, when asked for by run and example."""
    prompt: str | None = None
    """Its prompt, likewise."""
    example_id: str | None = None
    """The example, likewise."""
    differs: tuple[str, ...] = ()
    """Without an answer: how the nearest stored request differs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pruned:
    """What was taken out of a store, or would be."""

    answers: int
    """Answers chosen."""
    of: int
    """Answers there were."""
    usd: float
    """Known US dollars it takes to ask them again."""
    removed: bool
    """Whether they are gone; False when it was only told."""
    bytes_before: int
    """Size of the file before."""
    bytes_after: int
    """And after; the same when nothing was removed."""
    note: str = ""
    """What a reader must know, e.g. that the file couldn't shrink yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """What one file added to a store."""

    file: str
    """The file."""
    answers: int
    """Answers in it."""
    added: int
    """Of these, new here."""
    same: int
    """Of these, here already."""
    conflicts: tuple[str, ...]
    """Keys for which another answer was here, which stays."""
