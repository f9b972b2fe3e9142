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
    "regex",
    "jsonschema",
    "rapidfuzz",
    "rouge_score",
    "sacrebleu",
    "model2vec",
)


def modules_after(code: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys; print('\\n'.join(sys.modules))"], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


def test_help_imports_nothing_heavy() -> None:
    loaded = modules_after("from benchharness.cli.main import bench\ntry: bench.main(['--help'])\nexcept SystemExit: pass")
    assert not loaded & set(HEAVY)


def test_no_command_imports_anything_heavy_before_it_is_called() -> None:
    # What a shell completes with is the command's own module, and it starts one at every press of the key.
    code = "from importlib import import_module\nfrom benchharness.cli.main import COMMANDS\n"
    loaded = modules_after(f"{code}[import_module(f'benchharness.cli.{{name}}') for name, _ in COMMANDS.values()]")
    assert not loaded & set(HEAVY)


def test_check_needs_no_model_library() -> None:
    loaded = modules_after("import benchharness.pipeline.loading.suite")
    assert not loaded & {"litellm", "datasets", "pandas", "sklearn", "xllamacpp", "httpx"}


def test_every_command_has_help() -> None:
    from benchharness.cli.main import COMMANDS

    for name in COMMANDS:
        done = subprocess.run([sys.executable, "-m", "benchharness", name, "--help"], capture_output=True, text=True, check=True)
        assert "Usage:" in done.stdout
