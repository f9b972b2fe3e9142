"""What a provider may know of the suite and the machine."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchharness.records.example import Example
from benchharness.records.row import Row

__all__ = ["ProviderContext", "is_replayed", "machine"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderContext:
    """Handed to every provider when it's made."""

    folder: Path
    """The suite file's folder: adapters and recorded results are named relative to it."""
    seed: int
    """The suite's seed."""
    timeout_s: float
    """Seconds one try may take, when the candidate doesn't say."""
    environment: Mapping[str, str]
    """Environment variables, with those of a `.env` file behind them."""
    pool: tuple[Example, ...] = ()
    """The training pool, for models that learn from it."""
    targets: Callable[[str], Any] = lambda _example_id: None
    """The target of an example; only the pretend model asks."""
    recorded_rows: Callable[[Path], Iterable[Row]] = lambda _path: ()
    """Read a results file; only the recorded provider asks."""
    replayed: "Replayed | None" = None
    """What was asked of a model when nobody is asked now, only stored answers are looked up; None when questions are really asked."""


# A model and names of its wire request -> their values in the requests that are kept, the newest first; empty when there may be none.
Replayed = Callable[[str, tuple[str, ...]], Sequence[Mapping[str, Any]]]


def is_replayed(context: ProviderContext, model: str | None) -> bool:
    """Tell whether a model's answers are looked up and not asked for, so that no key, extra or weights are needed."""
    return context.replayed is not None and bool(context.replayed(model or "", ()))


def machine(context: ProviderContext, model: str, own: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what in a model's requests depends on the machine: `own`, or in a replay what the machine had that was asked."""
    seen = [] if context.replayed is None else context.replayed(model, tuple(own))
    return own if own in seen or not seen else seen[0]
