"""What costs a user time at every start."""

import subprocess
import sys

HEAVY = (
    "litellm",
    "datasets",
    "datasketch",
    "duckdb",
    "pandas",
    "pyarrow",
    "numpy",
    "scipy",
    "sklearn",
    "httpx",
    "pydantic",
    "jinja2",
    "yaml",
    "xllamacpp",
    "rich",
)


def modules_after(code: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys; print('\\n'.join(sys.modules))"], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


def test_help_imports_nothing_heavy() -> None:
    loaded = modules_after("from benchharness.cli.main import bench\ntry: bench.main(['--help'])\nexcept SystemExit: pass")
    assert not loaded & set(HEAVY)


def test_check_needs_no_model_library() -> None:
    loaded = modules_after("import benchharness.cli.check_command")
    assert not loaded & {"litellm", "datasets", "pandas", "sklearn", "xllamacpp", "httpx"}


def test_every_command_has_help() -> None:
    from benchharness.cli.main import COMMANDS

    for name in COMMANDS:
        done = subprocess.run([sys.executable, "-m", "benchharness", name, "--help"], capture_output=True, text=True, check=True)
        assert "Usage:" in done.stdout
