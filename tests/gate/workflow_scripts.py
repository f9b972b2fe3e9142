"""The scripts of a workflow, run by bash as GitHub's runner does."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from benchharness.gate.workflows import workflow_files

__all__ = ["ROOT", "FakeGitHub", "action", "fake_bench", "run_script", "script", "steps", "workflow", "workflows"]

ROOT = Path(__file__).parents[2]
FAKE = Path(__file__).with_name("fake_gh.py")


def workflows() -> dict[str, str]:
    """Return file name to text of every workflow, as `bench init --github` writes it."""
    return {Path(path).name: text for path, text in workflow_files().items()}


def workflow(name: str) -> Any:
    """Return a workflow as plain Python; every scalar is a text, so that `on` is no boolean."""
    return yaml.load(workflows()[name], Loader=yaml.BaseLoader)  # noqa: S506 - reads texts only


def action() -> Any:
    """Return action.yml as plain Python."""
    return yaml.load((ROOT / "action.yml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506 - reads texts only


def steps(document: Any) -> list[dict[str, Any]]:
    """Return every step of a workflow or an action."""
    if "runs" in document:
        return list(document["runs"]["steps"])
    return [step for job in document["jobs"].values() for step in job["steps"]]


def script(document: Any, name: str) -> str:
    """Return the script of the step of that name."""
    (found,) = (step["run"] for step in steps(document) if step["name"] == name)
    return str(found)


def run_script(text: str, folder: Path, extra: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a script in a folder with nothing in its environment but what's given; RUNNER_TEMP is the folder's `temp`."""
    (folder / "temp").mkdir(exist_ok=True)
    environment = {"PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}", "RUNNER_TEMP": str(folder / "temp"), **extra}
    (folder / "script.sh").write_text(text, encoding="utf-8")
    command = ["bash", "-e", str(folder / "script.sh")]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=60)


def fake_bench(folder: Path, *, code: int, says: str = "") -> None:
    """Put a `bench` where the workflows install it: notes its arguments, says something and exits."""
    place = folder / "temp" / "bench" / "bin" / "bench"
    place.parent.mkdir(parents=True)
    place.write_text(f"#!/bin/sh\nprintf '%s\\n' \"$@\" >'{folder}/asked'\nprintf '%s' '{says}'\nexit {code}\n", encoding="utf-8")
    place.chmod(0o755)


class FakeGitHub:
    """A GitHub that is one JSON file, with a `gh` on PATH that reads and writes it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / "github.json"
        shim = folder / "bin" / "gh"
        shim.parent.mkdir(parents=True)
        shim.write_text(f"#!/bin/sh\nexec '{sys.executable}' '{FAKE}' \"$@\"\n", encoding="utf-8")
        shim.chmod(0o755)
        self.write({"pulls": {}, "comments": [], "issues": [], "forbidden": [], "log": []})

    def read(self) -> Any:
        """Return the state."""
        return json.loads(self.file.read_text(encoding="utf-8"))

    def write(self, changes: dict[str, Any]) -> None:
        """Change the state."""
        state = self.read() if self.file.exists() else {}
        self.file.write_text(json.dumps({**state, **changes}), encoding="utf-8")

    def writes(self) -> list[str]:
        """Return the calls that change something."""
        return [each for each in self.read()["log"] if not each.startswith("GET")]

    def run(self, text: str, extra: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
        """Run a script that calls gh."""
        known = {"GH_TOKEN": "made-up", "GITHUB_REPOSITORY": "ours/repo", "FAKE_GH": str(self.file)}
        return run_script(text, self.folder, {**known, **extra})
