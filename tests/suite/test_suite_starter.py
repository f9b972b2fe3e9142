import json
from collections import Counter
from pathlib import Path

import pytest

from benchharness.records.suite import Pick, Shots
from benchharness.scorers import scorer_options
from benchharness.suite.reading import SuiteFile, parse_suite
from benchharness.suite.resolving import resolve_prompts
from benchharness.suite.starter import starter_files
from benchharness.suite.templates import Fields, check_templates


def read(name: str) -> SuiteFile:
    path = Path(f"suites/{name}.yaml")
    return parse_suite(starter_files(name)[str(path)], path=path, scorer_options=scorer_options())


def rows(name: str) -> list[dict[str, str]]:
    return [json.loads(line) for line in starter_files("demo")[f"goldensets/demo/{name}.jsonl"].splitlines()]


@pytest.mark.parametrize("name", ["demo", "ticket-routing", "2", "1e3", "true", "null", "007", "no"])
def test_a_new_suite_reads_without_a_mistake_whatever_it_is_called(name: str) -> None:
    file = read(name)
    assert file.suite.name == name
    assert file.suite.golden_set is not None
    assert file.suite.golden_set.path == f"../goldensets/{name}/golden.jsonl"
    assert check_templates(file, Fields(names=frozenset({"input"}))) == []


def test_a_new_suite_tries_three_strategies_and_a_classical_model() -> None:
    suite = read("demo").suite
    assert {name: each.shots for name, each in resolve_prompts(suite).items()} == {
        "zero-shot": None,
        "few-shot": Shots(k=4),
        "retrieval": Shots(k=4, pick=Pick.NEAREST),
    }
    assert [each.model for each in suite.candidates] == ["embedded/smollm2-135m", "sklearn/tfidf-logreg"]
    assert (suite.decision.accuracy_target, suite.decision.gap_rule) == (0.9, "44 of 50")


def test_its_first_line_tells_an_editor_the_schema() -> None:
    assert starter_files("demo")["suites/demo.yaml"].startswith("# yaml-language-server: $schema=suite.schema.json\n")


def test_its_data_has_the_suites_labels_evenly_and_no_text_twice() -> None:
    golden, pool = rows("golden"), rows("pool")
    assert (len(golden), len(pool)) == (12, 24)
    labels = read("demo").suite.scorers[0].options["labels"]
    assert Counter(each["target"] for each in golden) == dict.fromkeys(labels, 3)
    assert Counter(each["target"] for each in pool) == dict.fromkeys(labels, 6)
    texts = [each["input"] for each in golden + pool]
    assert len(set(texts)) == len(texts)


def test_no_example_names_its_own_label() -> None:
    assert [each for each in rows("golden") + rows("pool") if each["target"] in each["input"].lower()] == []
