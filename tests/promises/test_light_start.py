"""What costs a user time at every start."""

import subprocess
import sys
from pathlib import Path

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


def modules_of_command(folder: Path, *arguments: str) -> set[str]:
    code = "import sys\nfrom benchharness.cli.main import main\ntry: main()\nexcept SystemExit as end: assert not end.code, end.code\n"
    printed = f"{code}print('LOADED', *sys.modules)"
    done = subprocess.run([sys.executable, "-c", printed, *arguments], cwd=folder, capture_output=True, text=True, check=True, timeout=120)
    return set(done.stdout.rpartition("LOADED")[2].split())


def below(loaded: set[str], *names: str) -> list[str]:
    return sorted(each for each in loaded if each in names or each.startswith(tuple(f"{name}." for name in names)))


SMALL = """name: small
golden_set: {path: golden.jsonl}
prompts: {plain: {user: "{{ input }}"}}
candidates: [{name: mini, model: rehearsal/mini, prompts: [plain], rehearsal: {accuracy: 0.7}}]
scorers: [{type: exact, primary: true}]
decision: {accuracy_target: 0.9}
"""


def test_a_run_imports_nothing_of_the_gate(tmp_path: Path) -> None:
    (tmp_path / "small.yaml").write_text(SMALL)
    (tmp_path / "golden.jsonl").write_text("".join(f'{{"id": "g{at}", "input": "{at}", "target": "yes"}}\n' for at in range(30)))
    loaded = modules_of_command(tmp_path, "run", "small.yaml", "--yes")
    assert "benchharness.pipeline.run" in loaded
    assert (
        below(loaded, "benchharness.gate", "benchharness.pipeline.gate", "benchharness.pipeline.gating", "benchharness.report.gate") == []
    )
    # What the guard would see, were it there.
    assert below(loaded | {"benchharness.gate.bundle"}, "benchharness.gate") == ["benchharness.gate.bundle"]


def test_the_gate_judges_our_own_proposal_without_tables_and_statistics_libraries() -> None:
    loaded = modules_of_command(Path(__file__).parents[2], "gate", "--today", "2026-11-21")
    assert "benchharness.pipeline.gate" in loaded
    assert below(loaded, "pandas", "scipy", "sklearn", "litellm", "httpx", "datasets") == []
