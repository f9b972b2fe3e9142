"""What `bench init --github` writes: four workflows and a policy to start from."""

from importlib.resources import files

from benchharness import __version__

__all__ = ["POLICY_FILE", "policy_starter", "workflow_files"]

POLICY_FILE = "suites/gate.yaml"
FOLDER = ".github/workflows"
WORKFLOWS = ("bench-gate.yml", "bench-comment.yml", "bench-run.yml", "bench-recheck.yml")
# Stands in the templates for the release to install.
VERSION_MARK = "@VERSION@"


def workflow_files() -> dict[str, str]:
    """Return path to text of every workflow; they install the release that writes them."""
    folder = files("benchharness.gate") / "workflows"
    return {f"{FOLDER}/{name}": (folder / name).read_text(encoding="utf-8").replace(VERSION_MARK, __version__) for name in WORKFLOWS}


def policy_starter() -> str:
    """Return the text of a policy that says every default."""
    return (files("benchharness.gate") / "policy_starter.yaml").read_text(encoding="utf-8")
