"""What a run knows of itself is read as fields of a record: outside records/ nobody spells the name of a fact as a text."""

import ast
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest

from benchharness.records.run_facts import JudgeFacts, JudgingFacts, Looks, MetricFacts, OptionFacts, RescoredFacts, RunFacts, StoppingFacts

PACKAGE = Path(__file__).parents[2] / "benchharness"
READING = {"get", "pop", "setdefault", "items", "keys", "values", "update"}
FACTS = {each.name for each in fields(RunFacts)}
MAPS = {each.name for each in fields(RunFacts) if "Mapping" in str(each.type)}


def offences(tree: ast.AST) -> Iterator[int]:
    """Yield the lines on which a run's facts, or one of the records in them, are taken for a map."""
    known: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and _is_record(node.value, known):
            known.update(each.id for each in node.targets if isinstance(each, ast.Name))
    for node in ast.walk(tree):
        if any(_is_record(each, known) for each in _taken_for_a_map(node)):
            yield getattr(node, "lineno", 0)


def _taken_for_a_map(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what an expression asks by a text, or takes apart as if it were a map."""
    if isinstance(node, ast.Subscript) or (isinstance(node, ast.Attribute) and node.attr in READING):
        yield node.value
    elif isinstance(node, ast.Dict):
        yield from (value for key, value in zip(node.keys, node.values, strict=True) if key is None)
    elif isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.In | ast.NotIn) and isinstance(node.left, ast.Constant):
        yield from node.comparators
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("getattr", "dict", "to_json"):
        yield from node.args


def _is_record(node: ast.AST, known: set[str]) -> bool:
    """Tell whether an expression is a run's facts (`record.facts`, or a name that holds them) or a record among them."""
    if isinstance(node, ast.BoolOp):
        return any(_is_record(each, known) for each in node.values)
    if isinstance(node, ast.Name):
        return node.id in known
    if not isinstance(node, ast.Attribute):
        return False
    if node.attr == "facts":
        return True
    return node.attr in FACTS - MAPS and _is_record(node.value, known)


@pytest.mark.parametrize(
    "text",
    [
        'record.facts["stopping"]', 'run.record.facts.get("groups") or {}', '{**record.facts, "groups": {}}', '"judge" in record.facts',
        'facts = record.facts\nfacts["effort"] = 1', 'facts = record.facts\nfacts.get("looks", {})', 'record.facts.stopping["asked"]',
        '(record.facts.looks or {}).get("elsewhere")', "dict(record.facts)", 'getattr(record.facts, "effort")', "to_json(record.facts)",
    ],
)  # fmt: skip
def test_facts_taken_for_a_map_are_found(text: str) -> None:
    assert list(offences(ast.parse(text)))


@pytest.mark.parametrize("text", ["record.facts.stopping.asked", 'record.facts.ends["a"]', "record.facts.prices.items()", "facts(golden)"])
def test_a_record_is_read_by_its_fields_and_a_map_in_it_by_its_keys(text: str) -> None:
    assert not list(offences(ast.parse(text)))


@pytest.mark.parametrize(
    "path",
    [path for path in sorted(PACKAGE.rglob("*.py")) if path.parent != PACKAGE / "records"],
    ids=lambda path: path.relative_to(PACKAGE).as_posix(),
)
def test_no_fact_of_a_run_is_read_or_written_by_a_text(path: Path) -> None:
    lines = sorted(set(offences(ast.parse(path.read_text(encoding="utf-8")))))
    assert not lines, f"lines {lines}: read the field of records/run_facts.py"


def test_no_fact_is_an_untyped_map() -> None:
    kinds = (RunFacts, JudgeFacts, JudgingFacts, Looks, MetricFacts, OptionFacts, RescoredFacts, StoppingFacts)
    assert not [f"{kind.__name__}.{each.name}" for kind in kinds for each in fields(kind) if "Any" in str(each.type)]
