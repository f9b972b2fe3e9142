"""The real command, as a user runs it in a folder."""

import subprocess
import sys
from pathlib import Path

__all__ = ["bench"]


def bench(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `bench` in a folder; whatever happens, nobody sees a traceback."""
    done = subprocess.run(
        [sys.executable, "-m", "benchharness", *arguments], cwd=folder, capture_output=True, text=True, check=False, timeout=120
    )
    assert "Traceback" not in done.stdout + done.stderr, done.stderr
    return done
