"""What a provider may know of the suite and the machine."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchharness.records.example import Example
from benchharness.records.row import Row

__all__ = ["ProviderContext"]


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
