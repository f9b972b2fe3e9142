"""Read environment variables and a `.env` file, and find a candidate's key; values are never shown."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["Environment", "read_environment"]

LINE = re.compile(r"""^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s#][^\r\n]*?)?)(?:\s+\#.*|\s*)$""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """The variables of the process, with those of a `.env` file behind them."""

    values: Mapping[str, str] = field(repr=False)
    """Name to value; the process wins."""
    file: Path | None
    """The `.env` file that was read."""
    from_file: tuple[str, ...]
    """Names that came from it."""


def read_environment(*folders: Path) -> Environment:
    """Return the process's variables and those of the first `.env` found in `folders`; os.environ itself isn't changed.

    Libraries we start read os.environ, so a key that stays out of it can't leak through them.
    """
    for folder in folders:
        path = folder / ".env"
        if path.is_file():
            found = _parse(path.read_text(encoding="utf-8-sig", errors="replace"))
            fresh = {name: value for name, value in found.items() if name not in os.environ}
            return Environment(values={**fresh, **os.environ}, file=path, from_file=tuple(sorted(fresh)))
    return Environment(values=dict(os.environ), file=None, from_file=())


def _parse(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in text.splitlines():
        match = LINE.match(line)
        if match:
            name, double, single, bare = match.groups()
            value = next((each for each in (double, single, bare) if each is not None), "")
            if value:
                found[name] = value
    return found
