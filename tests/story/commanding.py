"""The real command, as a user runs it in a folder."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

__all__ = ["bench", "decided", "finding"]


def bench(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `bench` in a folder; whatever happens, nobody sees a traceback."""
    done = subprocess.run(
        [sys.executable, "-m", "benchharness", *arguments], cwd=folder, capture_output=True, text=True, check=False, timeout=120
    )
    assert "Traceback" not in done.stdout + done.stderr, done.stderr
    return done


def decided(folder: Path) -> dict[str, Any]:
    """Return what `bench decide` says of a folder's `suite.yaml` and `rows.jsonl`."""
    done = bench(folder, "decide", "suite.yaml", "--results", "rows.jsonl", "--json")
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def finding(found: dict[str, Any], rule: str) -> dict[str, Any]:
    """Return what it says of one rule."""
    found_of_rule: dict[str, Any] = next(each for each in found["findings"] if each["rule"] == rule)
    return found_of_rule
