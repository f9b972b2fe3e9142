"""The run directory: where it lies and what stands in it."""

import hashlib
import re
from datetime import datetime
from pathlib import Path

__all__ = ["RunFolder", "new_folder"]


class RunFolder:
    """`reports/<suite>/<UTC time>-<short hash>/` and its files."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.run = path / "run.json"
        self.results = path / "results.parquet"
        self.asked = path / "asked.parquet"
        self.verdict = path / "verdict.json"
        self.report = path / "report.md"
        self.decision = path / "decision.json"
        self.decision_text = path / "decision.md"
        self.brief = path / "brief.md"
        self.journal = path / "rows.jsonl"

    @property
    def shown(self) -> str:
        """Return the path as a person would write it from where they are."""
        absolute = self.path.resolve()
        return str(absolute.relative_to(Path.cwd())) if absolute.is_relative_to(Path.cwd()) else str(self.path)


def new_folder(out: Path, suite: str, started: datetime, identity: str) -> RunFolder:
    """Return a run directory that isn't there yet; it's made with the first file. `identity` tells runs of one second apart."""
    name = re.sub(r"[^\w.-]+", "-", suite).strip("-.") or "suite"
    stamp = started.strftime("%Y-%m-%dT%H%M%SZ")
    short = hashlib.sha256(f"{identity}{started.isoformat()}".encode()).hexdigest()[:6]
    return RunFolder(out / name / f"{stamp}-{short}")
