"""The local files candidates answer with: what a decision ships has to be what was measured."""

from pathlib import Path

from benchharness.gate.bundle import digest_of
from benchharness.records.suite import Suite

__all__ = ["files_of"]


def files_of(suite: Suite, folder: Path) -> dict[str, str]:
    """Return `sha256:...` of each candidate's adapter, by its path from the suite; one that isn't there has none."""
    named = dict.fromkeys(entry.adapter for entry in suite.candidates if entry.adapter)
    return {name: digest_of(folder / name) for name in named if (folder / name).is_file()}
