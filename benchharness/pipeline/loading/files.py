"""The local files candidates answer with and scorers score with: what a decision ships has to be what was measured."""

from pathlib import Path

from benchharness.digests import file_hash
from benchharness.records.suite import Suite
from benchharness.scorers import scorer_traits_of

__all__ = ["files_of", "scorer_files"]


def files_of(suite: Suite, folder: Path) -> dict[str, str]:
    """Return `sha256:...` of each candidate's adapter and each scorer's files, by path from the suite; one that isn't there has none."""
    named = dict.fromkeys([*(entry.adapter for entry in (*suite.candidates, *suite.judges) if entry.adapter), *scorer_files(suite)])
    return {name: file_hash(folder / name) for name in named if (folder / name).is_file()}


def scorer_files(suite: Suite) -> list[str]:
    """Return the files that scorers of a suite are made of, by path from the suite: a Python file, an embedding model's."""
    return list(dict.fromkeys(name for entry in suite.scorers for name in scorer_traits_of(entry).files(entry.options)))
