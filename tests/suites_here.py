"""Suites for a server of our own, and the real command run on them."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pyarrow import parquet

__all__ = ["FREE", "bench", "facts_of", "newest", "record_of", "rows_of", "start", "write_suite"]

FREE = {"input_usd_per_million": 0.0, "output_usd_per_million": 0.0}


def write_suite(folder: Path, url: str, examples: int, *, repeat: int = 1, limits: Mapping[str, Any] | None = None, **entry: Any) -> Path:
    """Write a suite of one candidate, whose questions are `question 0`, `question 1` and so on."""
    rows = [{"id": f"g{at}", "input": f"question {at}", "target": "yes"} for at in range(examples)]
    (folder / "golden.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    candidate = {"name": "ours", "model": "m", "endpoint": url, "prompts": ["zero"], "parameters": {"max_tokens": 16}, **entry}
    suite = {
        "name": "faults",
        "golden_set": {"path": "golden.jsonl"},
        "repeat": repeat,
        "prompts": {"zero": {"user": "{{ input }}"}},
        "candidates": [candidate],
        "scorers": [{"type": "contains"}],
        "limits": dict(limits or {}),
        "decision": {"accuracy_target": 0.7},
    }
    # JSON is YAML.
    path = folder / "suite.yaml"
    path.write_text(json.dumps(suite, indent=1))
    return path


def start(folder: Path, *arguments: str, environment: Mapping[str, str] | None = None) -> subprocess.Popen[str]:
    """Start `bench` in a folder."""
    return subprocess.Popen(
        [sys.executable, "-m", "benchharness", *arguments],
        cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, **(environment or {})},
    )  # fmt: skip


def bench(folder: Path, *arguments: str, environment: Mapping[str, str] | None = None) -> tuple[int, str, str]:
    """Run `bench` in a folder; nobody sees a traceback."""
    process = start(folder, *arguments, environment=environment)
    out, err = process.communicate(timeout=300)
    assert "Traceback" not in out + err, err
    return process.returncode, out, err


def newest(folder: Path) -> Path:
    """Return the newest run below a folder."""
    return max((folder / "reports").glob("*/*"), key=lambda each: each.stat().st_mtime_ns)


def record_of(run: Path) -> dict[str, Any]:
    """Return a run's record."""
    found: dict[str, Any] = json.loads((run / "run.json").read_text())
    return found


def facts_of(run: Path) -> dict[str, Any]:
    """Return what asking took."""
    found: dict[str, Any] = record_of(run)["facts"]["asking"]
    return found


def rows_of(run: Path) -> list[dict[str, Any]]:
    """Return a run's rows."""
    found: list[dict[str, Any]] = parquet.read_table(run / "results.parquet").to_pylist()
    return found
