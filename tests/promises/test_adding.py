"""How many files know a scorer, a provider, a rule or a format by its name: so many does the next one touch."""

import ast
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

import pytest

from benchharness.records.provider_traits import PROVIDERS
from benchharness.report.compare import FORMATS as COMPARED
from benchharness.report.gate import FILES
from benchharness.report.gate import FORMATS as GATED
from benchharness.report.verdict import FORMATS as VERDICTS
from benchharness.scorers import SCORERS
from benchharness.verdict.rules import RULES

PACKAGE = Path(__file__).parents[2] / "benchharness"
# Their names are words that say other things too: a key, a column, a status, an option.
WORDS = {"exact", "number", "label", "json", "f1", "form", "refusal", "length", "latency", "cost"}
# Scorers with a way of their own: a model or code from outside is asked.
ASKING = {"rubric", "reference", "pairwise", "similar", "python"}
INFORMING = {
    "provider-coverage", "format-consistency", "annual-spend", "token-volume", "self-host-floor", "time-to-ship", "frontier-pace",
    "sunset", "litmus", "anti-patterns", "checklist",
}  # fmt: skip


def places_of_texts(package: Path = PACKAGE) -> Mapping[str, set[str]]:
    """Return the files in which each text stands as a value."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in package.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found[node.value].add(path.relative_to(package).as_posix())
    return found


PLACES = places_of_texts()


def file_of(module: str) -> str:
    return module.partition(":")[0].removeprefix("benchharness.").replace(".", "/") + ".py"


@pytest.mark.parametrize("name", sorted(SCORERS.keys() - WORDS - ASKING))
def test_a_scorer_is_known_to_its_own_file_and_to_the_table(name: str) -> None:
    # With its test and its row in the README, four files.
    # What other tools call their assertions stands in one more: their names are often ours.
    assert PLACES[name] <= {"scorers/__init__.py", file_of(SCORERS[name]), "goldenset/foreign_cells.py"}


@pytest.mark.parametrize("name", sorted(set(PROVIDERS) - {"endpoint", "hosted"}))
def test_a_provider_is_known_to_few(name: str) -> None:
    assert len(PLACES[name] - {"verdict/rules/privacy.py"}) <= 5


@pytest.mark.parametrize("name", sorted(INFORMING))
def test_an_informing_rule_is_known_to_its_file_the_table_its_numbers_and_one_more_at_most(name: str) -> None:
    # With its test and its row in the README, five or six files.
    assert name in RULES
    own = {f"verdict/rules/{name.replace('-', '_')}.py", "verdict/rules/__init__.py", "verdict/thresholds.py"}
    assert len(PLACES[name] - own) <= 1


@pytest.mark.parametrize("name", sorted(RULES.keys() - INFORMING - {"gap", "leakage", "latency"}))
def test_a_deciding_rule_is_known_to_so_many(name: str) -> None:
    # Those that open a one-way door are asked about by the gate, `bench power` and the board's brief as well.
    assert len(PLACES[name]) <= 9


def test_a_format_is_its_file_and_a_line() -> None:
    for subject, names in {"compare": [*COMPARED], "gate": [*GATED, *FILES], "verdict": [*VERDICTS]}.items():
        text = (PACKAGE / "report" / subject / "__init__.py").read_text(encoding="utf-8")
        for name in names:
            assert text.count(f'"{name}": "benchharness.') == 1
    # Commands ask the table, so that none of them has a list of its own.
    for command in ("compare", "gate", "decide", "run", "score"):
        text = (PACKAGE / "cli" / f"{command}_command.py").read_text(encoding="utf-8")
        assert "FORMATS" in text
        assert not [each for each in ("markdown", "csv", "github", "html") if f'["{each}"' in text or f', "{each}"' in text]


def test_a_name_in_one_more_file_is_seen(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text('SLOW = ("rouge",)')
    (tmp_path / "b.py").write_text('if name == "rouge": pass')
    assert places_of_texts(tmp_path)["rouge"] == {"a.py", "b.py"}
