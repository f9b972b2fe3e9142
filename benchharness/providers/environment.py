"""Read environment variables and a `.env` file, and find a candidate's key; values are never shown."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["SHELL", "Environment", "Variables", "read_environment", "source_of"]

LINE = re.compile(r"""^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s#][^\r\n]*?)?)(?:\s+\#.*|\s*)$""")
SHELL = "the shell"


class Variables(dict[str, str]):
    """Variables of the process with those of a `.env` file behind them, each of which knows where it's from."""

    def __init__(self, values: Mapping[str, str], *, from_file: frozenset[str] = frozenset(), file: Path | None = None) -> None:
        super().__init__(values)
        self._from_file = from_file
        self._file = str(file)

    def __repr__(self) -> str:
        return f"<{len(self)} variables>"  # never their values

    def source(self, name: str) -> str:
        """Return the `.env` file a variable is from, or `the shell`."""
        return self._file if name in self._from_file else SHELL


def source_of(variables: Mapping[str, str], name: str) -> str:
    """Return where a variable is from: a file's path, or `the shell`, as for every mapping that knows of no file."""
    return variables.source(name) if isinstance(variables, Variables) else SHELL


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """The variables of the process, with those of a `.env` file behind them."""

    values: Variables = field(repr=False)
    """Name to value; the process wins."""
    from_file: tuple[str, ...]
    """Names that came from a `.env` file."""


def read_environment(*folders: Path) -> Environment:
    """Return the process's variables and those of the first `.env` found in `folders`; os.environ itself isn't changed.

    Libraries we start read os.environ, so a key that stays out of it can't leak through them, and a proxy or a certificate that a
    `.env` names has no effect.
    """
    for folder in folders:
        path = folder / ".env"
        if path.is_file():
            found = _parse(path.read_text(encoding="utf-8-sig", errors="replace"))
            fresh = {name: value for name, value in found.items() if name not in os.environ}
            values = Variables({**fresh, **os.environ}, from_file=frozenset(fresh), file=path)
            return Environment(values=values, from_file=tuple(sorted(fresh)))
    return Environment(values=Variables(os.environ), from_file=())


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
